import {chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {tryCommand} from '../../support/lab/command.js'

/** What a real shell ran: the namespace, the arguments, and what a batch was given to read. */
export interface Ran {
  readonly netns: string
  readonly args: readonly string[]
  readonly stdin: string | null
}

/** Records how it is called. Fails if told to. */
const TC = `#!/bin/dash
input=
for arg; do
  if [ "$arg" = - ] && [ "$1" = -b -o "$1" = -batch ]; then input=$(cat; echo .); fi
done
printf '%s\\0' "$#" "$ND_NETNS" "$input" "$@" >>"$ND_LOG"
for arg; do last=$arg; done
[ "$last" != fail ]
`
const IP = `#!/bin/dash
[ "$1 $2" = 'netns exec' ] || exit 0
export ND_NETNS="$3"
shift 3
exec "$@"
`

/** Folder with the programs that scripts find instead of the real ones. */
export function installStubs(dir: string): string {
  const bin = join(dir, 'bin')
  mkdirSync(bin)
  for (const [name, text] of [
    ['tc', TC],
    ['ip', IP],
  ] as const) {
    writeFileSync(join(bin, name), text)
    chmodSync(join(bin, name), 0o755)
  }
  // bash, called sh, keeps to POSIX.
  mkdirSync(join(dir, 'shells'))
  symlinkSync('/bin/bash', join(dir, 'shells', 'sh'))
  return bin
}

export type ShellName = 'dash' | 'bash' | 'bash-as-sh'

/** Runs a script in an empty folder, with the stubs and little else. */
export async function runInShell(shell: ShellName, text: string, dir: string): Promise<readonly Ran[] | 'timeout'> {
  const work = join(dir, 'work')
  rmSync(work, {recursive: true, force: true})
  mkdirSync(work)
  const log = join(dir, 'log')
  writeFileSync(log, '')
  const script = join(dir, 'script')
  writeFileSync(script, text)
  const program = {dash: '/bin/dash', bash: '/bin/bash', 'bash-as-sh': join(dir, 'shells', 'sh')}[shell]
  // Whichever sh a script starts, it is the one that runs it.
  const path = `${shell === 'dash' ? '' : `${join(dir, 'shells')}:`}${join(dir, 'bin')}:/usr/bin:/bin`
  const {code} = await tryCommand(['timeout', '-k', '1', '10', program, script], {
    cwd: work,
    env: {PATH: path, ND_LOG: log, ND_NETNS: '', TC: ''},
  })
  if (code === 124 || code === 137) return 'timeout'
  return parseLog(readFileSync(log, 'utf8'))
}

function parseLog(text: string): Ran[] {
  const parts = text.split('\0')
  const all: Ran[] = []
  for (let at = 0; at + 2 < parts.length; ) {
    const count = Number(parts[at])
    const [netns = '', stdin = ''] = parts.slice(at + 1, at + 3)
    all.push({netns, args: parts.slice(at + 3, at + 3 + count), stdin: stdin === '' ? null : stdin.slice(0, -1)})
    at += 3 + count
  }
  return all
}
