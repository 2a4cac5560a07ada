import {tryCommand} from '../../support/lab/command.js'
import {filtersOf, qdiscsOf, type Tables} from './observed.js'
import {type Argv, BLOCKS, DEVICES, PARENTS} from './watched.js'

/** What the real tc and kernel did with a command, and the tables after it. */
export interface Step {
  readonly argv: Argv
  readonly exit: number
  readonly stderr: string
  readonly tables: Tables
}

const CHUNK = 20
const MARK = '@@tc-lab'

/** Runs sequences, each on fresh devices in a namespace of its own making. */
export async function play(
  sequences: readonly (readonly Argv[])[],
  suffix: string,
  onStep: (sequence: number, steps: readonly Step[]) => void,
): Promise<void> {
  const name = `nd-tc-${process.pid}-${suffix}`
  await tryCommand(['ip', 'netns', 'add', name])
  try {
    for (let from = 0; from < sequences.length; from += CHUNK) {
      const chunk = sequences.slice(from, from + CHUNK)
      const {stdout, stderr, code} = await tryCommand(['ip', 'netns', 'exec', name, 'sh'], {input: script(chunk)})
      if (code !== 0) throw new Error(`the script ended with ${code}: ${stderr}`)
      const parts = stdout.split(`${MARK}\n`).slice(1)
      let at = 0
      for (const [offset, sequence] of chunk.entries()) {
        onStep(
          from + offset,
          sequence.map((argv) => {
            const [said = '', json = '', text = ''] = parts.slice(at, at + 3)
            at += 3
            return {argv, ...answerOf(said), tables: tablesOf(json, text)}
          }),
        )
      }
      if (at !== parts.length) throw new Error(`${parts.length} parts, ${at} expected: ${stderr}`)
    }
  } finally {
    await tryCommand(['ip', 'netns', 'del', name])
  }
}

/** exit code on the last line. */
function answerOf(said: string): {readonly exit: number; readonly stderr: string} {
  const lines = said.trimEnd().split('\n')
  return {exit: Number(lines.at(-1)), stderr: lines.slice(0, -1).join('\n')}
}

const quote = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`

const WATCHED = [
  'qdisc show',
  ...DEVICES.flatMap((dev) =>
    PARENTS.map((parent) => `filter show dev ${dev}${parent === '' ? '' : ` parent ${parent}`}`),
  ),
  ...BLOCKS.map((block) => `filter show block ${block}`),
].join('\n')

// The lines of queueing disciplines part the devices.
const CLASSES = DEVICES.flatMap((dev) => [`class show dev ${dev}`, `qdisc show dev ${dev}`]).join('\n')

function script(sequences: readonly (readonly Argv[])[]): string {
  const lines = [
    `watch() { tc -force -j -batch - 2>/dev/null <<'END'\n${WATCHED}\nEND\n}`,
    `classes() { tc -force -batch - 2>/dev/null <<'END'\n${CLASSES}\nEND\n}`,
  ]
  for (const sequence of sequences) {
    lines.push(
      'ip link del v0 2>/dev/null',
      'ip link add v0 type veth peer name v1',
      'ip link set v0 up',
      'ip link set v1 up',
    )
    for (const argv of sequence)
      lines.push(
        `echo ${MARK}`,
        `tc ${argv.map(quote).join(' ')} 2>&1 >/dev/null; echo $?`,
        `echo ${MARK}`,
        'watch',
        `echo ${MARK}`,
        'classes',
      )
  }
  return `${lines.join('\n')}\nexit 0\n`
}

/** A block that is not shared by anything is listed by an error alone. */
function tablesOf(json: string, text: string): Tables {
  const arrays = json
    .split('\n')
    .filter((line) => line.startsWith('['))
    .map((line): unknown => JSON.parse(line))
  const [qdiscs, ...filters] = arrays
  const parts = new Map<string, readonly string[]>()
  const names = DEVICES.flatMap((dev) => PARENTS.map((parent) => `${dev} ${parent}`))
  for (const [at, name] of names.entries()) parts.set(name, filtersOf(filters[at]))
  const rest = filters.slice(names.length)
  const shared = rest.flatMap((rows) => filtersOf(rows)).sort()
  return {filters: parts, shared, qdiscs: qdiscsOf(qdiscs), classes: classesOf(text)}
}

function classesOf(text: string): readonly string[] {
  const rows: string[] = []
  let device = 0
  let inQdiscs = false
  for (const line of text.split('\n')) {
    if (line.startsWith('qdisc ')) inQdiscs = true
    if (!line.startsWith('class ')) continue
    if (inQdiscs) device += 1
    inQdiscs = false
    const [, kind, id, ...words] = line.split(' ')
    // tbf shows a class that is always there.
    if (kind !== 'htb') continue
    const parent = words[0] === 'root' ? 'root' : words[1]
    const leaf = words.indexOf('leaf')
    rows.push(
      `${DEVICES[device]} ${classOf(id ?? '')} ${classOf(parent ?? '')} ${leaf < 0 ? '-' : nameOf(words[leaf + 1] ?? '')}`,
    )
  }
  return rows.sort()
}

/** A class of a discipline with a number of the kernel's choosing. */
function classOf(id: string): string {
  return id.replace(/^[89a-f][0-9a-f]{3}:(.*)$/, (_, minor: string) => `auto:${minor || '0'}`)
}

function nameOf(handle: string): string {
  return /^[89a-f][0-9a-f]{3}:$/.test(handle) && handle !== 'ffff:' ? 'auto' : handle
}
