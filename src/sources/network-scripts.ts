import type {Tree} from './collected.js'

/** Of one file; beyond it no script is a script. */
const MAX_TEXT = 1 << 20
const MAX_PATHS = 1000
const MAX_PATH = 4096

/** Scripts that change a network when an interface, a connection or the system starts, and what administrators write. */
export const networkScriptPaths: readonly string[] = [
  // ifupdown: run-parts of interfaces(5).
  '/etc/network/if-*.d/*',
  // networkd-dispatcher(8).
  '/etc/networkd-dispatcher/*.d/*',
  '/usr/lib/networkd-dispatcher/*.d/*',
  // NetworkManager-dispatcher(8).
  '/etc/NetworkManager/dispatcher.d/*',
  '/etc/NetworkManager/dispatcher.d/*.d/*',
  '/usr/lib/NetworkManager/dispatcher.d/*',
  '/usr/lib/NetworkManager/dispatcher.d/*.d/*',
  // systemd-rc-local-generator(8), on Debian and on Red Hat.
  '/etc/rc.local',
  '/etc/rc.d/rc.local',
  '/usr/local/sbin/*',
  '/usr/local/bin/*',
]

/**
 * Files that scripts which use tc read themselves: `. FILE`, `source FILE`, `tc -batch FILE`. Only what stands there as
 * an absolute path is found; more than a shell would read is no harm.
 */
export function readByNetworkScripts(trees: readonly Tree[]): readonly string[] {
  const paths = new Set<string>()
  for (const {entries} of trees) {
    for (const entry of entries) {
      if (entry.type !== 'file' || entry.text.length > MAX_TEXT || !mayUseTc(entry.text)) continue
      for (const [, path = ''] of entry.text.matchAll(READS)) {
        if (path.length < MAX_PATH && !path.endsWith('/')) paths.add(path)
        if (paths.size >= MAX_PATHS) return [...paths].sort()
      }
    }
  }
  return [...paths].sort()
}

const READS = /(?:^|[\s;&|({])(?:\.|source|-b(?:a(?:tch?)?)?)[ \t]+["']?(\/[\w./@+:-]+)/gm

/** As a word, or as the variable that people give it. */
export function mayUseTc(text: string): boolean {
  return /(?:^|[^\w.-])tc(?![\w.-])|\$\{?TC\b/.test(text)
}
