import {readdirSync} from 'node:fs'
import {type Missing, missing} from '../../../model/missing.js'
import {ipv6SettingFiles} from '../../ipv6-settings.js'
import {errorCode, failureOf} from '../../read-regular.js'
import type {NetworkAnswerRecord, NetworkAsk} from '../../records.js'
import {createPause} from '../pause.js'
import {ProcReader} from '../proc-reader.js'
import type {LiveNamespace} from './namespace.js'
import {type BatchContext, runBatch, runIn} from './run-batch.js'

const CONF = '/proc/sys/net/ipv6/conf'
const DEVICES = '/proc/net/igmp6'

const settingFiles = Object.values(ipv6SettingFiles)

/**
 * Links too, of all families: asked for IPv6 alone, ip looks for what the kernel then leaves out by an ioctl that makes
 * the kernel look for a module if the device has gone meanwhile (dev_load()); and `ip link` sends an RTM_NEWLINK, an
 * empty one, to see what the kernel thinks of it (iplink_have_newlink()).
 */
const addressShow = ['address', 'show']

const commands = [
  ['labels', 'addrlabel', 'list'],
  ['rules', 'rule', 'show'],
  ['routes', 'route', 'show', 'table', 'all'],
  ['neighbours', 'neigh', 'show'],
] as const satisfies readonly (readonly [NetworkAsk, ...string[]])[]

/**
 * Numbers instead of names, whatever /etc/iproute2 calls them; that came with iproute2 5.3. What is older is not asked:
 * the JSON of 4.17 has other labels of addresses than the kernel, and for routes is none.
 */
const numeric = '-Numeric'

/** All that decides about IPv6 in one namespace: two starts of `ip` and, in another namespace than ours, one of grep. */
export async function askIp(
  namespace: Pick<LiveNamespace, 'inode' | 'own'>,
  context: BatchContext,
): Promise<readonly NetworkAnswerRecord[]> {
  const [files, addresses, answers] = await Promise.all([
    namespace.own ? readFiles(context.input) : readFilesInside(context),
    runIp([], [addressShow], context),
    runIp(
      ['-6'],
      commands.map(([, ...words]) => words),
      context,
    ),
  ])
  const {inode} = namespace
  return [
    record(inode, 'addresses', ['ip', ...addressShow], addresses[0]),
    ...commands.map(([ask, ...words], index) => record(inode, ask, ['ip', '-6', ...words], answers[index])),
    record(inode, 'deviceOrder', [DEVICES], files.deviceOrder),
    record(inode, 'settings', [CONF], files.settings),
  ]
}

async function runIp(options: readonly string[], asked: readonly (readonly string[])[], context: BatchContext) {
  const answers = await runBatch(['ip', '-json', '-details', ...options, numeric], asked, context)
  const tooOld = missing(context.input, 'unsupported', 'ip is older than iproute2 5.3')
  return answers.map((answer) => (isUnknownOption(answer) ? tooOld : answer))
}

export function record(
  inode: string,
  ask: NetworkAsk,
  argv: readonly string[],
  answer: string | Missing | undefined,
): NetworkAnswerRecord {
  if (typeof answer === 'string') return {t: 'answer', inode, ask, argv, text: answer}
  const {reason, detail} = answer ?? {reason: 'invalid', detail: 'no answer'}
  return {t: 'answer', inode, ask, argv, reason, detail}
}

function isUnknownOption(answer: string | Missing): boolean {
  return typeof answer !== 'string' && answer.detail.includes(`Option "${numeric}" is unknown`)
}

interface Files {
  readonly deviceOrder: string | Missing
  readonly settings: string | Missing
}

/** Our own need no other program. */
async function readFiles(input: string): Promise<Files> {
  const reader = new ProcReader()
  const pause = createPause()
  const lines: string[] = []
  try {
    for (const name of readdirSync(CONF)) {
      await pause()
      for (const file of settingFiles) {
        const path = `${CONF}/${name}/${file}`
        const value = readOptional(reader, path)
        if (value !== null) lines.push(`${path}:${value.trim()}\n`)
      }
    }
  } catch (error) {
    const {reason, detail} = failureOf(error, CONF)
    return {settings: missing(input, reason, detail), deviceOrder: readDevices(reader, input)}
  }
  return {settings: lines.join(''), deviceOrder: readDevices(reader, input)}
}

function readDevices(reader: ProcReader, input: string): string | Missing {
  try {
    return reader.read(DEVICES, 'utf8')
  } catch (error) {
    const {reason, detail} = failureOf(error, DEVICES)
    return missing(input, reason, detail)
  }
}

/** null: this kernel has no such setting, or the device has gone. */
function readOptional(reader: ProcReader, path: string): string | null {
  try {
    return reader.read(path, 'utf8')
  } catch (error) {
    if (errorCode(error) === undefined) throw error
    return null
  }
}

/** /proc/sys/net and /proc/net are those of the process that looks. */
async function readFilesInside(context: BatchContext): Promise<Files> {
  const own = readDevices(new ProcReader(), context.input)
  // A kernel without IPv6 has it in no namespace.
  if (typeof own !== 'string' && own.reason === 'absent') {
    return {deviceOrder: own, settings: missing(context.input, 'absent', `${CONF}: ENOENT`)}
  }
  const includes = [...settingFiles, 'igmp6'].map((name) => `--include=${name}`)
  // 2: something could not be read, as when a device goes meanwhile.
  const answer = await runIn(['grep', '-rsH', '', CONF, DEVICES, ...includes], context, undefined, [0, 1, 2])
  if (typeof answer !== 'string') return {deviceOrder: answer, settings: answer}
  const devices: string[] = []
  const settings: string[] = []
  for (const line of answer.split('\n')) {
    if (line.startsWith(`${CONF}/`)) settings.push(`${line}\n`)
    else if (line.startsWith(`${DEVICES}:`)) devices.push(`${line.slice(DEVICES.length + 1)}\n`)
  }
  if (settings.length === 0 || devices.length === 0) {
    const nothing = missing(context.input, 'invalid', `grep -r '' ${CONF} ${DEVICES}: printed nothing`)
    return {deviceOrder: nothing, settings: nothing}
  }
  return {deviceOrder: devices.join(''), settings: settings.join('')}
}
