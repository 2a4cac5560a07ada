import type {SysctlAssignment} from '../../facts/sysctl-files.js'
import type {Remediation} from '../../model/finding.js'
import {wording} from './wording.js'

/** accept_ra=2 of one link, now and at every boot. */
export function takeAdvertisements(link: string, files: readonly SysctlAssignment[], title: string): Remediation[] {
  return [setSetting(link, 'accept_ra', 2, title), keepSetting(link, 'accept_ra', 2, files, wording.forGood)]
}

export function setSetting(link: string, setting: string, value: number, title: string): Remediation {
  const argv = ['sysctl', '-w', `${settingName(link, setting)}=${value}`]
  return {title, kind: 'command', argv, safety: 'safe', persistent: false}
}

/** The line of sysctl.d that sets it, corrected; or a file of its own. */
export function keepSetting(
  link: string,
  setting: string,
  value: number,
  files: readonly SysctlAssignment[],
  title: string,
): Remediation {
  const assignment = `${settingName(link, setting)} = ${value}`
  const stands = files.findLast(({key}) => key === `net/ipv6/conf/${link}/${setting}`)
  if (stands?.path.startsWith('/etc/')) {
    const {path, line, text} = stands
    const patch = `--- ${path}\n+++ ${path}\n@@ -${line} +${line} @@\n-${text}\n+${assignment}\n`
    return {title, kind: 'edit', path, patch, safety: 'safe', persistent: true}
  }
  const path = `/etc/sysctl.d/90-${setting.replace(/_/g, '-')}-${link}.conf`
  const patch = `--- /dev/null\n+++ ${path}\n@@ -0,0 +1 @@\n+${assignment}\n`
  return {title, kind: 'edit', path, patch, safety: 'safe', persistent: true}
}

/** With a dot in the name of the interface the other notation of sysctl(8) is the one that works. */
export function settingName(link: string, setting: string): string {
  return link.includes('.') ? `net/ipv6/conf/${link}/${setting}` : `net.ipv6.conf.${link}.${setting}`
}
