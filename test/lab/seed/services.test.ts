import {mkdir, symlink, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {afterAll, beforeAll, expect, it} from 'vitest'
import {type Service, type Services, servicesFact} from '../../../src/facts/services.js'
import type {Tree} from '../../../src/sources/collected.js'
import {listConfined, readConfined, readlinkConfined} from '../../../src/sources/confined.js'
import {specs} from '../../../src/sources/specs.js'
import {walkTree} from '../../../src/sources/tree-walk.js'
import {derive, valueOfKnown} from '../../facts/derive.js'
import {type BootedDebian, bootDebian} from '../../support/lab/booted.js'
import {describeLab} from '../../support/lab/requirements.js'
import {type Scratch, scratch} from '../../support/lab/scratch.js'
import {randomUnits} from './random-units.js'

const SEED = Number(process.env.NETDOCTOR_SEED ?? 7)
const COUNT = Number(process.env.NETDOCTOR_CASES ?? 300)
const PROPERTIES = ['Id', 'LoadState', 'User', 'LimitNPROC', 'LimitNPROCSoft', 'TasksMax', 'Slice', 'PrivateUsers']

describeLab(
  `services as a booted systemd loads them, seed ${SEED}`,
  ['root', 'systemd-nspawn', 'debootstrap', 'nsenter'],
  () => {
    let booted: BootedDebian
    let work: Scratch
    beforeAll(async () => {
      booted = await bootDebian()
      work = await scratch()
    })
    afterAll(async () => {
      await booted?.stop()
      await work?.remove()
    })

    it(`are what systemctl show says, ${COUNT} random units and those that Debian ships`, async () => {
      const {files, names} = randomUnits(SEED, COUNT)
      for (const [path, text] of Object.entries(files)) {
        const target = join(work.dir, path)
        await mkdir(dirname(target), {recursive: true})
        if (text.startsWith('-> ')) await symlink(text.slice(3), target)
        else await writeFile(target, text)
      }
      await booted.copyIn(work.dir)
      expect(await booted.run(['systemctl', 'daemon-reload'])).toMatchObject({code: 0})
      const ours = await servicesOf(booted)
      const shipped = ours.services.map(({name}) => name).filter((name) => !names.includes(name))
      const theirs = await shown(booted, [...names, ...shipped])
      const differences = [...names, ...shipped].flatMap((name) => {
        const real = theirs.get(name)
        const service = ours.byName.get(name)
        // systemd refuses a unit for reasons that are not the concern of limits (an invalid User=).
        if (!real || real.LoadState === 'bad-setting') return []
        if (real.LoadState === 'not-found') return service ? [`${name}: found ${service.fragmentPath}`] : []
        if (!service) return [`${name}: not found`]
        return differencesOf(service, real, ours)
      })
      expect(differences).toEqual([])
      const compared = [...theirs.values()].filter(({LoadState}) => LoadState === 'loaded' || LoadState === 'masked')
      console.log(`${compared.length} units compared, ${shipped.length} of them shipped, seed ${SEED}`)
      expect(compared.length).toBeGreaterThan(COUNT / 2)
    })
  },
)

async function servicesOf({root, run}: BootedDebian): Promise<Services> {
  const collect = (name: 'systemd-units' | 'systemd-system-conf'): Promise<Tree> =>
    walkTree(name, specs[name], {
      list: (path) => listConfined(root, path),
      read: (path, maxBytes) => readConfined(root, path, {maxBytes}),
      readlink: (path) => readlinkConfined(root, path),
    })
  const sysctl = async (name: string) => (await run(['cat', `/proc/sys/kernel/${name}`])).stdout
  const fact = await derive(servicesFact, {
    'systemd-units': await collect('systemd-units'),
    'systemd-system-conf': await collect('systemd-system-conf'),
    'threads-max': await sysctl('threads-max'),
    'pid-max': await sysctl('pid_max'),
  })
  expect(fact.known && fact.gaps).toEqual([])
  return valueOfKnown(fact)
}

type Shown = Readonly<Record<string, string>>

async function shown({run}: BootedDebian, names: readonly string[]): Promise<Map<string, Shown>> {
  const {stdout} = await run(['systemctl', 'show', '-p', PROPERTIES.join(), ...names])
  const blocks = stdout.trim().split('\n\n')
  return new Map(
    blocks.map((block, at) => {
      const pairs = block.split('\n').map((line): [string, string] => {
        const equals = line.indexOf('=')
        return [line.slice(0, equals), line.slice(equals + 1)]
      })
      return [names[at] ?? '', Object.fromEntries(pairs)]
    }),
  )
}

function differencesOf(service: Service, real: Shown, {defaultTasksMax}: Services): string[] {
  if (real.LoadState === 'masked' || service.masked) {
    return service.masked === (real.LoadState === 'masked') ? [] : [`${service.name}: masked ${service.masked}`]
  }
  const number = (value: number | undefined) => (value === Number.POSITIVE_INFINITY ? 'infinity' : String(value))
  const predicted: Shown = {
    User: service.user?.value ?? (service.dynamicUser ? (real.User ?? '') : ''),
    TasksMax: number((service.tasksMax ?? defaultTasksMax)?.value),
    Slice: service.slice,
    PrivateUsers: service.privateUsers ? 'yes' : 'no',
    // Without any setting it is the limit of that PID 1, which its files do not tell.
    LimitNPROCSoft: service.limitNproc ? number(service.limitNproc.value.soft) : (real.LimitNPROCSoft ?? ''),
    LimitNPROC: service.limitNproc ? number(service.limitNproc.value.hard) : (real.LimitNPROC ?? ''),
  }
  const unset = service.limitNproc === null && /^[0-9]{1,4}$/.test(real.LimitNPROCSoft ?? '')
  return [
    ...(unset ? [`${service.name}: LimitNPROC not found, real ${real.LimitNPROCSoft}`] : []),
    ...Object.entries(predicted)
      .filter(([key, value]) => real[key] !== value)
      .map(([key, value]) => `${service.name}: ${key} ${value}, real ${real[key]}`),
  ]
}
