import type {ReadFailure} from '../../read-regular.js'
import type {EngineContainerRecord, EngineRecord} from '../../records.js'
import {readContainer, readInfo, readList, readVersion} from './engine-answers.js'
import {type Answer, type Deadline, type EngineApi, type Failure, openEngine} from './engine-api.js'

/** Questions that are open at one engine at a time. */
const CONCURRENCY = 8
const KIB = 1 << 10
const MIB = 1 << 20

type Gap = NonNullable<EngineRecord['gaps']>[number]
type Failed = Failure & {readonly what: string}
type Engine = Omit<EngineRecord, 'endpoint'>

/** Asks one engine for its containers. Never later than the deadline, and never without an answer. */
export async function askEngine(socketPath: string, deadline: Deadline): Promise<Engine> {
  const api = openEngine(socketPath, deadline)
  const version = parsed(await api.get('/version', 256 * KIB), readVersion, '/version')
  if ('reason' in version) return unanswered(version)
  // The list holds stopped containers too: Podman has no filter for "waits for a restart".
  const [info, list] = await Promise.all([
    api.get('/info', MIB).then((answer) => parsed(answer, readInfo, '/info')),
    api.get('/containers/json?all=1', 64 * MIB).then((answer) => parsed(answer, readList, '/containers/json')),
  ])
  if ('reason' in list) return {...unanswered(list), ...version}
  const gaps: Gap[] = 'reason' in info ? [gapOf({...info, what: 'info'})] : []
  const containers: EngineContainerRecord[] = []
  for (const answer of await inspectAll(api, list)) {
    // Gone since it was listed.
    if ('reason' in answer && answer.gone) continue
    if ('reason' in answer) gaps.push(gapOf(answer))
    else containers.push(answer)
  }
  return {
    answered: true,
    ...version,
    ...('reason' in info ? {} : info),
    containers,
    ...(gaps.length === 0 ? {} : {gaps}),
  }
}

/** What is known of an engine that did not answer. */
export function unanswered({reason, detail}: ReadFailure): Engine {
  return {answered: false, reason: reason === 'not-collected' ? 'unsupported' : reason, detail}
}

async function inspectAll(
  api: EngineApi,
  listed: readonly {readonly id: string; readonly name: string}[],
): Promise<(EngineContainerRecord | Failed)[]> {
  const answers: (EngineContainerRecord | Failed)[] = []
  const todo = [...listed]
  const work = async (): Promise<void> => {
    for (let next = todo.shift(); next !== undefined; next = todo.shift()) {
      const path = `/containers/${encodeURIComponent(next.id)}/json`
      const answer = parsed(await api.get(path, 4 * MIB), readContainer, path)
      answers.push('reason' in answer ? {...answer, what: next.name} : answer)
    }
  }
  await Promise.all(Array.from({length: CONCURRENCY}, work))
  return answers
}

function parsed<T extends object>(answer: Answer, read: (value: unknown) => T | null, path: string): T | Failure {
  if ('reason' in answer) return answer
  return read(answer.value) ?? {reason: 'invalid', detail: `GET ${path}: not what a container engine answers`}
}

function gapOf({what, reason, detail}: Failed): Gap {
  return {what, detail, reason: reason === 'absent' || reason === 'not-collected' ? 'invalid' : reason}
}
