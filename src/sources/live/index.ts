import {type Missing, missing} from '../../model/missing.js'
import {nothingAsked} from '../asked.js'
import type {Collected} from '../collected.js'
import {namingTrees} from '../named-files.js'
import type {Source} from '../source.js'
import type {NamedFilesSpec, Spec} from '../spec-types.js'
import {type InputName, specs} from '../specs.js'
import {createHostFiles, type HostFiles} from './files.js'
import {probes} from './probes.js'
import {runCommand} from './run-command.js'

const DEFAULT_FILE_BYTES = 1 << 20
/** A collector ends by itself at its deadline; this is for one that does not. */
const OVERTIME_MS = 1000

export interface LiveOptions {
  /** Deadline of each input, in ms from when it is asked for. */
  readonly timeoutMs: number
  /** Ends what runs: commands are killed, what is not there yet is missing. */
  readonly signal?: AbortSignal
}

/** The host that netdoctor runs on. Each input is collected once, when it is first asked for. */
export function createLiveSource(options: LiveOptions): Source {
  const files = createHostFiles(options.timeoutMs)
  const collected = new Map<InputName, Promise<Collected>>()
  const collect = (name: InputName): Promise<Collected> => {
    let pending = collected.get(name)
    if (!pending) {
      pending = read(name, specs[name], files, {...options, collect})
      collected.set(name, pending)
    }
    return pending
  }
  return {label: 'live', collectedAt: new Date().toISOString(), collect}
}

interface ReadOptions extends LiveOptions {
  collect(name: InputName): Promise<Collected>
}

async function read(name: InputName, spec: Spec, files: HostFiles, options: ReadOptions): Promise<Collected> {
  if (spec.kind !== 'named-files') return withDeadline(name, readOne(name, spec, files, options), options)
  // Its own time begins when it is known what to look for.
  const trees = await namingTrees(name, spec, options.collect)
  return 'reason' in trees ? trees : withDeadline(name, files.named(name, spec, trees), options)
}

function readOne(
  name: InputName,
  spec: Exclude<Spec, NamedFilesSpec>,
  files: HostFiles,
  options: ReadOptions,
): Promise<Collected> {
  switch (spec.kind) {
    case 'file':
      return files.file(name, spec.path, spec.maxBytes ?? DEFAULT_FILE_BYTES)
    case 'tree':
      return files.tree(name, spec)
    case 'command':
      return runCommand(spec.argv, {
        ...spec,
        input: name,
        timeoutMs: spec.timeoutMs ?? options.timeoutMs,
        signal: options.signal,
      })
    case 'asked':
      return Promise.resolve(nothingAsked(name))
    case 'probe': {
      const probe = probes[name]
      if (!probe) throw new Error(`no probe reads the input ${name}`)
      return probe(options)
    }
  }
}

async function withDeadline(name: InputName, pending: Promise<Collected>, options: LiveOptions): Promise<Collected> {
  const {timeoutMs, signal} = options
  let timer: NodeJS.Timeout | undefined
  let onAbort: (() => void) | undefined
  const late = new Promise<Missing>((resolve) => {
    timer = setTimeout(
      () => resolve(missing(name, 'timeout', `no answer within ${timeoutMs} ms`)),
      timeoutMs + OVERTIME_MS,
    )
    onAbort = () => resolve(missing(name, 'timeout', 'interrupted'))
    signal?.addEventListener('abort', onAbort, {once: true})
  })
  try {
    return await Promise.race([pending, late])
  } finally {
    clearTimeout(timer)
    if (onAbort) signal?.removeEventListener('abort', onAbort)
  }
}
