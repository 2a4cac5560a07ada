import {type Missing, missing} from '../../../model/missing.js'
import {runCommand} from '../run-command.js'

const MAX_BYTES = 64 << 20
/** Commands that are asked one by one where a batch gives no clear answer. */
const MAX_SINGLE = 64
/** What means itself in a batch: no blank, quote, `#` or backslash (getcmdline(), makeargs() in lib/utils.c). */
const plainWord = /^[^\s'"#\\]+$/

export interface BatchContext {
  /** Name of the input that is collected. */
  readonly input: string
  /** What runs a program in the namespace. */
  readonly prefix: readonly string[]
  /** On the clock of performance.now(). */
  readonly deadline: number
}

/**
 * Runs commands of `ip` or `tc` with one start of the program: `-batch -`. With `-json` each prints one line. Where it
 * does not come out even - one of them failed, or a kind of filter prints something else in between -
 * every command is asked alone, so that each has an answer or a reason of its own.
 */
export async function runBatch(
  program: readonly [string, ...string[]],
  commands: readonly (readonly string[])[],
  context: BatchContext,
): Promise<readonly (string | Missing)[]> {
  if (commands.length === 0) return []
  let why = 'names that a batch cannot hold'
  if (commands.length > 1 && commands.flat().every((word) => plainWord.test(word))) {
    const stdin = commands.map((words) => `${words.join(' ')}\n`).join('')
    const answer = await runIn([...program, '-batch', '-'], context, stdin)
    if (typeof answer !== 'string') {
      if (answer.reason !== 'invalid') return commands.map(() => answer)
      why = answer.detail
    } else {
      const lines = answer.split('\n').slice(0, -1)
      if (lines.length === commands.length && lines.every(isList)) return lines
      why = 'not one line of JSON for each command'
    }
  }
  const answers: (string | Missing)[] = []
  for (const words of commands.slice(0, MAX_SINGLE)) answers.push(await runIn([...program, ...words], context))
  const rest = missing(context.input, 'invalid', `${program.join(' ')} -batch -: ${why}`)
  return [...answers, ...commands.slice(MAX_SINGLE).map(() => rest)]
}

function isList(line: string): boolean {
  return line.startsWith('[') && line.endsWith(']')
}

/** Its output; a reason that names the command and not what entered the namespace. */
export async function runIn(
  argv: readonly string[],
  {input, prefix, deadline}: BatchContext,
  stdin?: string,
  okExitCodes: readonly number[] = [0],
): Promise<string | Missing> {
  const timeoutMs = Math.round(deadline - performance.now())
  const shown = argv.join(' ')
  if (timeoutMs <= 0) return missing(input, 'timeout', `${shown}: no time was left for it`)
  const [program = 'nsenter', ...rest] = [...prefix, ...argv]
  const raw = await runCommand([program, ...rest], {
    input,
    timeoutMs,
    okExitCodes,
    maxBytes: MAX_BYTES,
    ...(stdin === undefined ? {} : {stdin}),
  })
  if (raw.status === 'raw') return raw.text
  const detail = prefix.length === 0 ? raw.detail : raw.detail.replace(`${prefix.join(' ')} `, '')
  return {...raw, reason: raw.reason === 'invalid' ? reasonOf(detail) : raw.reason, detail}
}

/** nsenter(1) says what the kernel refused, and that the program is not there. */
function reasonOf(detail: string): Missing['reason'] {
  if (!detail.includes('nsenter: ')) return 'invalid'
  if (detail.includes('Operation not permitted')) return 'denied'
  return detail.includes('No such file or directory') ? 'absent' : 'invalid'
}
