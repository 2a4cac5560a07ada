import {afterAll, afterEach, beforeAll, expect, it} from 'vitest'
import {describeLab} from '../../support/lab/requirements.js'
import {startDocker} from './dockerd.js'
import {commandsOf, findingOf, Hosts, told} from './hosts.js'

const DAEMON = `{
  "ipv6": true,
  "fixed-cidr-v6": "fd00:d0:c::/64",
  "iptables": false,
  "ip6tables": false
}
`

/** A host that learned its default route from a router advertisement, and a dockerd that is given IPv6. */
describeLab(
  'Docker on a host with a default route of router advertisements',
  ['root', 'ip', 'python3', 'dockerd', 'docker'],
  () => {
    let hosts: Hosts
    let stop: (() => Promise<void>) | null = null

    beforeAll(async () => {
      hosts = await Hosts.make(['host', 'router'], {'docker/daemon.json': DAEMON})
      await hosts.wire('host', 'eth0', 'router', 'lan')
      await hosts.run('router', ['sysctl', '-qw', 'net.ipv6.conf.all.forwarding=1'])
    }, 30_000)

    afterEach(async () => {
      await stop?.()
      stop = null
    })
    afterAll(() => hosts.remove())

    const defaultRoute = () => hosts.ip('host', 'route show default')
    const advertise = () => hosts.advertise('router', 'lan', 1800, '2001:db8:aa::')

    it('loses the route when dockerd starts, as check has said before', async () => {
      await advertise()
      expect(await defaultRoute()).toContain('proto ra')
      const before = findingOf(await hosts.check('host'), 'default-route-lost')
      expect(before).toMatchObject({
        severity: 'warning',
        subject: {kind: 'interface', name: 'eth0'},
        summary:
          'eth0 will lose its IPv6 default route when dockerd sets up its bridge with IPv6: forwarding is switched on then',
      })
      expect(before.evidence[0]).toEqual({source: '/etc/docker/daemon.json:2', excerpt: '"ipv6": true,'})

      stop = await startDocker(hosts, 'host')
      expect(await defaultRoute()).toBe('')
      const after = findingOf(await hosts.check('host'), 'default-route-lost')
      expect(after).toMatchObject({
        severity: 'error',
        confidence: 'likely',
        summary: 'eth0 has lost its IPv6 default route: it forwards, and takes no router advertisements',
      })

      // Nor does the next advertisement bring it back, until the host does as it is told.
      await advertise()
      expect(await defaultRoute()).toBe('')
      const [remedy] = commandsOf(after)
      if (remedy) await hosts.apply('host', remedy)
      await advertise()
      expect(await defaultRoute()).toContain('proto ra')
      expect(told(await hosts.check('host'))).toEqual([])
    }, 60_000)

    it('keeps the route with the remedy of the warning', async () => {
      await hosts.run('host', ['sysctl', '-qw', 'net.ipv6.conf.all.forwarding=0', 'net.ipv6.conf.eth0.accept_ra=1'])
      await advertise()
      const [remedy] = commandsOf(findingOf(await hosts.check('host'), 'default-route-lost'))
      expect(remedy?.argv?.join(' ')).toBe('sysctl -w net.ipv6.conf.eth0.accept_ra=2')
      if (remedy) await hosts.apply('host', remedy)
      expect(told(await hosts.check('host'))).toEqual([])
      stop = await startDocker(hosts, 'host')
      expect(await hosts.run('host', ['sysctl', '-n', 'net.ipv6.conf.eth0.forwarding'])).toBe('1\n')
      expect(await defaultRoute()).toContain('proto ra')
      expect(told(await hosts.check('host'))).toEqual([])
    }, 60_000)

    it('loses the route at the next boot where sysctl.d has it forward', async () => {
      await hosts.put('docker/daemon.json', '{}')
      await hosts.put('sysctl.d/50-router.conf', '# for the containers\nnet.ipv6.conf.all.forwarding = 1\n')
      await hosts.run('host', ['sysctl', '-qw', 'net.ipv6.conf.all.forwarding=0', 'net.ipv6.conf.eth0.accept_ra=1'])
      // A route that was spared once is not purged later, until the kernel has made it anew.
      await hosts.advertise('router', 'lan', 0)
      await advertise()
      const finding = findingOf(await hosts.check('host'), 'default-route-lost')
      expect(finding.summary).toBe(
        'eth0 will lose its IPv6 default route at the next boot: forwarding is switched on then',
      )
      expect(finding.evidence[0]).toEqual({
        source: '/etc/sysctl.d/50-router.conf:2',
        excerpt: 'net.ipv6.conf.all.forwarding = 1',
      })
      // What a boot does.
      await hosts.run('host', ['sysctl', '-q', '-p', '/etc/sysctl.d/50-router.conf'])
      expect(await defaultRoute()).toBe('')
    })

    it('has no reason to worry where a program takes the advertisements', async () => {
      await hosts.put('docker/daemon.json', DAEMON)
      await hosts.put('sysctl.d/50-router.conf', '')
      await hosts.run('host', ['sysctl', '-qw', 'net.ipv6.conf.all.forwarding=0', 'net.ipv6.conf.eth0.accept_ra=0'])
      // As systemd-networkd adds it.
      expect(await defaultRoute()).toBe('')
      await hosts.ip('host', 'route add default via fe80::1 dev eth0 proto ra metric 1024 expires 1800')
      expect(told(await hosts.check('host'))).toEqual([])
      stop = await startDocker(hosts, 'host')
      expect(await hosts.run('host', ['sysctl', '-n', 'net.ipv6.conf.eth0.forwarding'])).toBe('1\n')
      expect(await defaultRoute()).toContain('proto ra')
      expect(told(await hosts.check('host'))).toEqual([])
    }, 60_000)
  },
)
