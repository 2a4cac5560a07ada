import {cpSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {describe, expect, it} from 'vitest'
import ipv6Source from '../../../src/checkers/ipv6-source/index.js'
import {keepSetting, settingName} from '../../../src/checkers/ipv6-source/remedies.js'
import {parseSysctlFile} from '../../../src/facts/sysctl-files.js'
import {applyPatch} from '../../support/apply-patch.js'
import {loadCases, reportOf} from '../../support/cases.js'
import {temporaryFolder} from '../../support/temporary-folder.js'

const cases = loadCases(fileURLToPath(new URL('../../../src/checkers/ipv6-source', import.meta.url)))

describe('the edits of ipv6-source', () => {
  it('cure a boot that would lose the default route', async () => {
    const host = cases.find(({name}) => name === 'sysctl-will-forward')?.host ?? ''
    const copy = temporaryFolder()
    cpSync(host, copy, {recursive: true})
    const [finding] = (await reportOf(ipv6Source, copy)).findings
    const edits = finding?.remediation.filter(({kind}) => kind === 'edit') ?? []
    expect(edits.map(({path}) => path)).toEqual(['/etc/sysctl.d/90-accept-ra-eth0.conf'])
    for (const {patch} of edits) applyPatch(join(copy, 'root'), patch ?? '')
    expect(readFileSync(join(copy, 'root/etc/sysctl.d/90-accept-ra-eth0.conf'), 'utf8')).toBe(
      'net.ipv6.conf.eth0.accept_ra = 2\n',
    )
    expect((await reportOf(ipv6Source, copy)).findings).toEqual([])
  })

  it('change the line that there is', () => {
    const files = parseSysctlFile('/etc/sysctl.d/99-mine.conf', '# mine\nnet.ipv6.conf.eth0.accept_ra=1\n')
    expect(keepSetting('eth0', 'accept_ra', 2, files, '').patch).toBe(
      '--- /etc/sysctl.d/99-mine.conf\n+++ /etc/sysctl.d/99-mine.conf\n@@ -2 +2 @@\n-net.ipv6.conf.eth0.accept_ra=1\n+net.ipv6.conf.eth0.accept_ra = 2\n',
    )
    const vendor = parseSysctlFile('/usr/lib/sysctl.d/10-v.conf', 'net.ipv6.conf.eth0.accept_ra=1\n')
    expect(keepSetting('eth0', 'accept_ra', 2, vendor, '').path).toBe('/etc/sysctl.d/90-accept-ra-eth0.conf')
  })

  it('name a link with a dot so that sysctl(8) finds it', () => {
    expect(settingName('eth0', 'accept_ra')).toBe('net.ipv6.conf.eth0.accept_ra')
    expect(settingName('eth0.10', 'accept_ra')).toBe('net/ipv6/conf/eth0.10/accept_ra')
  })
})
