import {afterAll, beforeAll, expect, it} from 'vitest'
import {countTasks} from '../../../src/models/task-limits/counts.js'
import {admitStart} from '../../../src/models/task-limits/start.js'
import {tryCommand} from '../../support/lab/command.js'
import {type Dockerd, importImage, startDockerd} from '../../support/lab/docker.js'
import {describeLab} from '../../support/lab/requirements.js'
import {Conductor, compileSituation} from './conductor.js'
import {uidsOf} from './run.js'
import {takeSnapshot} from './snapshot.js'

const LIMIT = 3

/** runc sets `--ulimit nproc` before it changes to the container's user, like systemd. */
describeLab('a container that starts under --ulimit nproc', ['root', 'gcc', 'dockerd', 'docker', 'busybox'], () => {
  let program: ReturnType<typeof compileSituation>
  let daemon: Dockerd
  let image: string
  beforeAll(async () => {
    program = compileSituation()
    daemon = await startDockerd()
    image = await importImage(daemon)
  })
  afterAll(async () => {
    await daemon?.stop()
    program?.remove()
  })

  it.each([0, 2, 3, 4, 5])('beside %s tasks of its UID does what is predicted', async (others) => {
    const kuid = uidsOf(others)
    const conductor = new Conductor([program.path])
    try {
      for (let task = 0; task < others; task++) conductor.tell(`hold ns=init uid=${kuid}`)
      conductor.tell('ready')
      await conductor.hear('READY')
      const {table, namespaces, kernel} = await takeSnapshot()
      const counts = countTasks(table, namespaces, kernel)
      const {outcome} = admitStart(counts, {kuid, limit: LIMIT, limitSet: 'before-setuid', needs: 1})
      const limits = ['--user', String(kuid), `--ulimit=nproc=${LIMIT}:${LIMIT}`]
      const run = ['run', '--rm', '--network', 'none', ...limits, image, '/bin/busybox', 'echo', 'ran']
      const {code, stderr} = await tryCommand(['docker', '-H', daemon.endpoint, ...run])
      expect(stderr.includes('exec /bin/busybox: resource temporarily unavailable')).toBe(outcome === 'fails-at-exec')
      expect(code).toBe(outcome === 'starts' ? 0 : 1)
      expect(outcome).toBe(others > LIMIT ? 'fails-at-exec' : 'starts')
    } finally {
      await conductor.end()
    }
  })
})
