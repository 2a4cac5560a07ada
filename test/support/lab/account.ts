import {readFile} from 'node:fs/promises'
import {command, eventually, tryCommand} from './command.js'
import {guard} from './guard.js'

/** A range of subordinate IDs. */
export interface Range {
  readonly start: number
  readonly count: number
}

export interface LabAccount {
  readonly name: string
  readonly uid: number
  readonly home: string
  /** Its line in /etc/subuid; the one in /etc/subgid is the same. */
  readonly range: Range
  /** Ends its processes and removes it. */
  remove(): Promise<void>
}

// userdel waits for no lock: another run may be adding an account at this moment.
const REMOVE = `for _ in $(seq 50); do
  id -u "$1" >/dev/null 2>&1 || break
  for pid in $(ps -o pid= -u "$1"); do kill -KILL "$pid"; done
  userdel -f "$1" >/dev/null 2>&1
  sleep 0.1
done
rm -rf --one-file-system "$2"`

/** Makes a login account with subordinate IDs. It is removed again, whatever happens. */
export async function labAccount(): Promise<LabAccount> {
  const name = `nd${Math.random().toString(36).slice(2, 10)}`
  const home = `/tmp/nd-home-${name}`
  const {release} = guard(REMOVE, name, home)
  try {
    await eventually(`useradd ${name}`, 10, async () => {
      const {code, stderr} = await tryCommand(['useradd', '-m', '-d', home, '-s', '/bin/sh', name])
      if (code !== 0 && !stderr.includes('cannot lock')) throw new Error(stderr)
      return code === 0 ? true : null
    })
    const uid = Number(await command(['id', '-u', name]))
    return {name, uid, home, range: await rangeOf(name), remove: release}
  } catch (error) {
    await release()
    throw error
  }
}

async function rangeOf(name: string): Promise<Range> {
  const [uids, gids] = await Promise.all(
    ['/etc/subuid', '/etc/subgid'].map(async (file) => {
      return new RegExp(`^${name}:(\\d+):(\\d+)$`, 'm').exec(await readFile(file, 'utf8'))?.slice(1)
    }),
  )
  if (!uids || uids.join() !== gids?.join()) throw new Error(`${name} has no ranges of subordinate IDs`)
  return {start: Number(uids[0]), count: Number(uids[1])}
}
