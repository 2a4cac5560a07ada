import {missing} from '../../model/missing.js'
import {nothingAsked} from '../asked.js'
import type {Collected} from '../collected.js'
import {createPause} from '../live/pause.js'
import {namingTrees, readNamedFiles} from '../named-files.js'
import type {Source} from '../source.js'
import type {Spec} from '../spec-types.js'
import {type InputName, specs} from '../specs.js'
import {walkTree} from '../tree-walk.js'
import {openRoot, type RootFiles} from './files.js'

const FILE_BYTES = 1 << 20

/** What a running kernel says, and where its system keeps the same for the next boot. */
const FILES_INSTEAD: {readonly [Name in InputName]?: string} = {hostname: '/etc/hostname'}

/** Answered by daemons, of which none can run. What else is missing may still be known to the kernel. */
const OF_DAEMONS: readonly InputName[] = ['systemd-manager', 'container-engines']

/**
 * A root file system that is mounted at `dir`: a rescued disk, an image, the root of a container. Read as a process
 * would whose root it is; nothing outside of it. What only a running system knows is missing.
 *
 * Throws a UserError if it is none.
 *
 * @param timeoutMs deadline of each input
 */
export async function createRootSource(dir: string, options: {readonly timeoutMs: number}): Promise<Source> {
  const files = await openRoot(dir, options.timeoutMs)
  const collected = new Map<InputName, Promise<Collected>>()
  const collect = (name: InputName): Promise<Collected> => {
    let pending = collected.get(name)
    if (!pending) {
      pending = read(name, specs[name], files, collect, options.timeoutMs)
      collected.set(name, pending)
    }
    return pending
  }
  return {label: dir, mounted: true, collectedAt: new Date().toISOString(), collect}
}

async function read(
  name: InputName,
  spec: Spec,
  files: RootFiles,
  collect: (name: InputName) => Promise<Collected>,
  timeoutMs: number,
): Promise<Collected> {
  const signal = () => AbortSignal.timeout(timeoutMs)
  switch (spec.kind) {
    case 'file':
      return readFile(name, FILES_INSTEAD[name] ?? spec.path, spec.maxBytes ?? FILE_BYTES, files)
    case 'tree':
      return walkTree(name, spec, files.tree(createPause()), signal())
    case 'named-files': {
      const trees = await namingTrees(name, spec, collect)
      if ('reason' in trees) return trees
      return readNamedFiles(name, spec, trees, files.named, {signal: signal(), pause: createPause()})
    }
    case 'asked':
      return nothingAsked(name)
    case 'command':
    case 'probe':
      if (files.live) return missing(name, 'not-collected', 'what runs below --root is not looked at')
      if (OF_DAEMONS.includes(name)) return missing(name, 'absent', 'nothing runs from a mounted root')
      return missing(name, 'not-collected', 'only a running system has it')
  }
}

async function readFile(name: InputName, path: string, maxBytes: number, files: RootFiles): Promise<Collected> {
  const result = await files.read(path, maxBytes)
  if (!('reason' in result)) return {status: 'raw', origin: path, text: result.text}
  const ofKernel = !files.live && result.reason === 'absent' && files.isRuntime(path)
  return ofKernel
    ? missing(name, 'not-collected', `${path}: only a running system has it`)
    : missing(name, result.reason, result.detail)
}
