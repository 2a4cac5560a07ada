import type {LabFiles} from '../files.js'

/** A claim about systemd, as files that show whether it is true. */
export interface EdgeCase {
  /** Its units are `nde-ID` and the like. */
  readonly id: string
  readonly claim: string
  readonly files: LabFiles
  /** Version from which on it can be seen. */
  readonly since?: number
  /** Names of units that are started, reloaded and stopped. */
  readonly units: readonly string[]
  /** Units that those start. */
  readonly triggered: readonly string[]
}

export const SYSTEM = '/etc/systemd/system'
export const RUN = '/run/systemd/system'
export const VENDOR = '/usr/lib/systemd/system'

interface More {
  /** `{d}` is the case's own folder, `{u}` its unit's name without `.service`. */
  readonly files?: LabFiles
  readonly units?: readonly string[]
  readonly triggered?: readonly string[]
}

/** A oneshot service of these lines; in text and paths `{d}` and `{u}` are the case's own folder and unit. */
export function oneshot(id: string, claim: string, lines: readonly string[], more: More = {}): EdgeCase {
  return service(id, claim, ['Type=oneshot', ...lines], more)
}

/** A service of these lines of its section [Service]. */
export function service(id: string, claim: string, lines: readonly string[], more: More = {}): EdgeCase {
  const text = `[Service]\n${lines.join('\n')}\n`
  return files(id, claim, {[`${RUN}/{u}.service`]: text, ...more.files}, more.units ?? ['{u}.service'], more.triggered)
}

export function files(
  id: string,
  claim: string,
  content: LabFiles,
  units: readonly string[] = ['{u}.service'],
  triggered: readonly string[] = [],
): EdgeCase {
  const fill = (text: string) => text.replaceAll('{d}', `/etc/nd/nde-${id}`).replaceAll('{u}', `nde-${id}`)
  const filled = Object.entries(content).map(([path, text]) => {
    return [fill(path), typeof text === 'string' ? fill(text) : text] as const
  })
  return {id, claim, files: Object.fromEntries(filled), units: units.map(fill), triggered: triggered.map(fill)}
}
