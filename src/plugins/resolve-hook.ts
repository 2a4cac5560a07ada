import module from 'node:module'
import {fileURLToPath, pathToFileURL} from 'node:url'
import {MessageChannel} from 'node:worker_threads'
import {examineTrust} from './trust.js'

/**
 * For Node 20, in whose loader thread it runs (module.register): answers `netdoctor/checker` for plugins, wherever
 * they lie, and asks the main thread about every other file they import. A data: URL, because
 * that thread can load neither TypeScript nor a chunk whose name only the build knows.
 */
const HOOK = `
let checkerUrl, port, last = 0
const waiting = new Map()
export function initialize(data) {
  ({checkerUrl, port} = data)
  port.on('message', ({id, reason}) => { waiting.get(id)(reason); waiting.delete(id) })
  port.unref()
}
export async function resolve(specifier, context, next) {
  if (specifier === 'netdoctor/checker') return {url: checkerUrl, shortCircuit: true}
  const found = await next(specifier, context)
  if (!found.url.startsWith('file:')) return found
  const reason = await new Promise((resolve) => {
    waiting.set(++last, resolve)
    port.ref()
    port.postMessage({id: last, url: found.url})
  })
  if (waiting.size === 0) port.unref()
  if (reason) throw new Error('refused to load ' + specifier + ': ' + reason)
  return found
}
`

interface Question {
  readonly id: number
  readonly url: string
}

/** Node 22.15 and later resolve in the main thread, and hooks see `require` as well (node:module, registerHooks). */
interface SynchronousHooks {
  registerHooks(hooks: {
    resolve(
      specifier: string,
      context: object,
      next: (specifier: string, context: object) => {url: string},
    ): {
      url: string
      shortCircuit?: boolean
    }
  }): void
}

/** Installs the hook. Files of netdoctor itself need no trust: they are running already. */
export function installResolveHook(netdoctorRoot: string, checkerUrl: string): void {
  const own = pathToFileURL(`${netdoctorRoot}/`).href
  const whyRefused = (url: string): string | undefined => {
    if (!url.startsWith('file:') || url.startsWith(own)) return undefined
    const trust = examineTrust(fileURLToPath(url))
    return trust.trusted ? undefined : trust.reason
  }
  if (hasSynchronousHooks(module)) installHere(module, checkerUrl, whyRefused)
  else installInThread(checkerUrl, whyRefused)
}

function hasSynchronousHooks(candidate: object): candidate is SynchronousHooks {
  return 'registerHooks' in candidate && typeof candidate.registerHooks === 'function'
}

function installHere(
  hooks: SynchronousHooks,
  checkerUrl: string,
  whyRefused: (url: string) => string | undefined,
): void {
  hooks.registerHooks({
    resolve(specifier, context, next) {
      if (specifier === 'netdoctor/checker') return {url: checkerUrl, shortCircuit: true}
      const found = next(specifier, context)
      const reason = whyRefused(found.url)
      if (reason !== undefined) throw new Error(`refused to load ${specifier}: ${reason}`)
      return found
    },
  })
}

function installInThread(checkerUrl: string, whyRefused: (url: string) => string | undefined): void {
  const {port1, port2} = new MessageChannel()
  port1.on('message', ({id, url}: Question) => port1.postMessage({id, reason: whyRefused(url)}))
  port1.unref()
  module.register(`data:text/javascript,${encodeURIComponent(HOOK)}`, {
    data: {checkerUrl, port: port2},
    transferList: [port2],
  })
}
