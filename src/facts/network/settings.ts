import {ipv6SettingFiles} from '../../sources/ipv6-settings.js'
import type {Ipv6Settings} from './namespace.js'

const FOLDER = '/proc/sys/net/ipv6/conf/'

const settingFiles: Readonly<Record<keyof Ipv6Settings, string>> = ipv6SettingFiles
const settings = Object.keys(ipv6SettingFiles) as (keyof Ipv6Settings)[]

/** Settings of each folder of /proc/sys/net/ipv6/conf. */
export interface SettingsByFolder {
  of(folder: string): Ipv6Settings
}

/** `PATH:VALUE` a line, as `grep -H` prints it. No name of a device has a slash or a colon (dev_valid_name()). */
export function parseSettings(text: string): SettingsByFolder {
  const values = new Map<string, number>()
  for (const line of text.split('\n')) {
    const colon = line.lastIndexOf(':')
    const value = line.slice(colon + 1)
    if (line.startsWith(FOLDER) && /^-?\d{1,10}$/.test(value)) {
      values.set(line.slice(FOLDER.length, colon), Number(value))
    }
  }
  return {
    of: (folder) =>
      Object.fromEntries(
        settings.map((key) => [key, values.get(`${folder}/${settingFiles[key]}`) ?? null]),
      ) as unknown as Ipv6Settings,
  }
}

/**
 * A device that is called `all` or `default` has no folder: the one of that name is another's
 * (sysctl_dev_name_is_allowed()).
 */
export function settingsOf(link: string, {of}: SettingsByFolder): Ipv6Settings {
  return of(link === 'all' || link === 'default' ? '' : link)
}
