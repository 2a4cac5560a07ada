import type {EnvironmentSources, Program} from '../../facts/unit-environment.js'
import type {PredictedCommand} from '../../models/systemd/exec/prediction.js'

/** What reads the arguments of a command. */
export interface Reader {
  /**
   * - `shell`: a shell that is given a script as an argument (`sh -c`); `script` is the index of that word.
   * - `language`: an interpreter in whose language `$` has a meaning, given a program as an argument (awk, perl -e).
   * - `script`: a file that begins with `#!`, whose text is known.
   * - `binary`: anything else that can be executed.
   * - `absent`, `unknown`: there is no such program, or nobody looked.
   */
  readonly kind: 'shell' | 'language' | 'script' | 'binary' | 'absent' | 'unknown'
  readonly scriptWord: number | null
  readonly text: string | null
  readonly program: Program | null
}

const SHELL = /^(?:ba|da|k|mk|z|a|pdk|ya|r?ba)?sh$/
/** In what they are given `$` is no variable of the environment, or they start another program with it. */
const LANGUAGE =
  /^(?:perl|ruby|php[\d.]*|tclsh|expect|lua[\d.]*|node|python[\d.]*|[gmn]?awk|sed|e?grep|rg|find|xargs|jq|envsubst|make|su|sudo|runuser|ssh|busybox|expr|parallel|watch|script|systemd-run|logger)$/
/** Start what their arguments say. */
const WRAPPER =
  /^(?:env|nice|ionice|timeout|flock|setsid|stdbuf|chrt|taskset|nohup|unshare|nsenter|chroot|setpriv|numactl|cgexec|xvfb-run|dbus-run-session|dbus-launch|ip|docker|podman|lxc-attach|start-stop-daemon|catchsegv|capsh|prlimit|choom|with-contenv|chpst|runcon)$/
const SEARCH_PATH = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin']

/** What becomes of the arguments of a command. */
export function readerOf(command: PredictedCommand, sources: EnvironmentSources): Reader {
  const none = {scriptWord: null, text: null, program: null}
  const texts = command.words.map(({text}) => text)
  // Since 258 the prefix | has the shell of the user run all of it.
  if (command.prefixes.includes('|')) return {...none, kind: 'shell'}
  const scriptWord = shellScriptWord([command.path, ...texts.slice(1)])
  if (scriptWord !== null) return {...none, kind: 'shell', scriptWord}
  const wrapped = WRAPPER.test(basename(command.path))
  const names = [command.path, ...texts.slice(1)].map((text, at) =>
    at === 0 || wrapped || text.startsWith('/') ? basename(text) : '',
  )
  const language = names.findIndex((name) => LANGUAGE.test(name))
  if (language >= 0) return {...none, kind: 'language'}
  const shell = names.findIndex((name) => SHELL.test(name))
  // `sh /usr/lib/x/start`: the script is what counts.
  const script = shell < 0 ? command.path : texts.slice(shell + 1).find((text) => text.startsWith('/'))
  if (script === undefined) return {...none, kind: 'language'}
  const program = findProgram(script, sources)
  if (program.status === 'missing') return {...none, kind: 'unknown', program}
  if (program.status === 'script') return {...none, kind: 'script', text: program.text, program}
  return {...none, kind: program.status, program}
}

/** Index of the script in `sh -c SCRIPT`, also where something else starts the shell: `env sh -c`, `flock x sh -ec`. */
function shellScriptWord(texts: readonly string[]): number | null {
  for (const [at, text] of texts.entries()) {
    if (!SHELL.test(basename(text))) continue
    for (let next = at + 1; next < texts.length; next += 1) {
      const option = texts[next] ?? ''
      if (/^-[A-Za-z]*c[A-Za-z]*$/.test(option)) {
        // Further options may stand between -c and the script.
        const found = texts.findIndex((word, index) => index > next && !/^[-+][A-Za-z]/.test(word))
        return found < 0 ? null : found
      }
      if (!/^[-+]/.test(option) && texts[next - 1] !== '-o') break
    }
  }
  return null
}

function findProgram(path: string, sources: EnvironmentSources): Program {
  if (path.startsWith('/')) return sources.program(path)
  const candidates = SEARCH_PATH.map((folder) => sources.program(`${folder}/${path}`))
  return candidates.find(({status}) => status !== 'absent') ?? candidates[0] ?? {status: 'absent', path}
}

function basename(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
