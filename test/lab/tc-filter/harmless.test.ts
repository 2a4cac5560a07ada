import {expect, it} from 'vitest'
import {buildForLab} from '../../support/lab/build.js'
import {describeLab} from '../../support/lab/requirements.js'
import {scratch} from '../../support/lab/scratch.js'
import {trespassesOf} from '../../support/lab/system-calls.js'
import {networkNamespace} from './namespace.js'

const tools = ['root', 'ip', 'strace', 'nsenter', 'nft', 'iptables-nft', 'iptables-legacy']

describeLab('to look at the rules of a firewall', tools, () => {
  it('changes none of them, and loads nothing', async () => {
    const space = await scratch()
    const namespace = await networkNamespace()
    const enter = ['nsenter', `--net=/run/netns/${namespace.name}`] as const
    try {
      await namespace.ask(['nft', '-f', '-'], 'table inet t {\n  chain c {\n    meta mark set 1\n  }\n}\n')
      for (const family of ['', '6']) {
        for (const kind of ['nft', 'legacy']) {
          await namespace.ask([
            `ip${family}tables-${kind}`,
            '-t',
            'mangle',
            '-A',
            'OUTPUT',
            '-j',
            'MARK',
            '--set-mark',
            '7',
          ])
        }
      }
      const program = await buildForLab('test/support/lab/collect-one.ts', `${space.dir}/build`)
      const {stdout, programs, code, stderr, ...trespasses} = await trespassesOf(
        [...enter, process.execPath, program, 'firewall-rules'],
        space.dir,
      )
      expect([code, stderr]).toEqual([0, ''])
      // All of the tools were asked.
      for (const tool of ['nft', 'iptables-legacy-save', 'ip6tables-legacy-save']) {
        expect(programs.filter((each) => each.endsWith(`/${tool}`))).not.toEqual([])
        expect(stdout).toContain(`\\"tool\\":\\"${tool}\\",\\"argv\\"`)
      }
      expect(trespasses).toEqual({writes: [], modules: [], sockets: [], connections: [], others: []})

      // What changes rules is seen.
      for (const argv of [
        ['nft', 'add', 'table', 'inet', 'x'],
        ['nft', 'reset', 'counters'],
        ['iptables-nft', '-F'],
        ['iptables-legacy', '-t', 'mangle', '-F'],
      ]) {
        const harm = await trespassesOf([...enter, ...argv], space.dir)
        expect(harm.others, argv.join(' ')).not.toEqual([])
      }
    } finally {
      await namespace.remove()
      await space.remove()
    }
  })
})
