import {chmodSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {command} from '../../support/lab/command.js'
import {scratch} from '../../support/lab/scratch.js'

/** One run of the real tc. */
export interface RealRun {
  readonly args: readonly string[]
  readonly exit: number
  readonly stderr: string
}

/** Stands in for tc: runs it, and keeps what became of it. */
const WRAPPER = `#!/bin/dash
"$ND_DIR/real-tc" "$@" 2>"$ND_DIR/stderr"
code=$?
printf '%s\\0' "$#" "$code" "$(cat "$ND_DIR/stderr")" "$@" >>"$ND_DIR/log"
cat "$ND_DIR/stderr" >&2
exit "$code"
`

/** A network of its own, with two devices; the system's tc is the wrapper there and nowhere else. */
const SETUP = `set -e
mount --make-rprivate /
tc=$(readlink -f "$(command -v tc)")
cp "$tc" "$ND_DIR/real-tc"
mount --bind "$ND_DIR/tc" "$tc"
mount -t tmpfs tmpfs /run
ip link add eth0 type veth peer name eth0peer
ip link add eth1 type veth peer name eth1peer
set +e
if [ "$1" = batch ]; then tc -batch "$2"; else "$2"; fi
exit 0
`

/** Runs a script, or a batch file, in a network of its own. */
export async function runForReal(text: string, batch: boolean): Promise<readonly RealRun[]> {
  const {dir, remove} = await scratch()
  try {
    for (const [name, content] of [
      ['tc', WRAPPER],
      ['script', text],
      ['log', ''],
    ] as const) {
      writeFileSync(join(dir, name), content)
      chmodSync(join(dir, name), 0o755)
    }
    const argv = [
      'unshare',
      '-n',
      '-m',
      'sh',
      '-c',
      SETUP,
      'sh',
      batch ? 'batch' : 'script',
      join(dir, 'script'),
    ] as const
    await command([...argv], {env: {ND_DIR: dir}})
    return parseLog(readFileSync(join(dir, 'log'), 'utf8'))
  } finally {
    await remove()
  }
}

function parseLog(text: string): RealRun[] {
  const parts = text.split('\0')
  const runs: RealRun[] = []
  for (let at = 0; at + 3 < parts.length; ) {
    const count = Number(parts[at])
    const [exit = '', stderr = ''] = parts.slice(at + 1, at + 3)
    runs.push({args: parts.slice(at + 3, at + 3 + count), exit: Number(exit), stderr})
    at += 3 + count
  }
  return runs
}
