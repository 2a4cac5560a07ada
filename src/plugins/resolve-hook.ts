import module from 'node:module'
import {fileURLToPath, pathToFileURL} from 'node:url'
import {MessageChannel} from 'node:worker_threads'
import {examineTrust} from './trust.js'

/**
 * Runs in Node's loader thread (module.register): answers `netdoctor/checker` for plugins, wherever
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

/** Installs the hook. Files of netdoctor itself need no trust: they are running already. */
export function installResolveHook(netdoctorRoot: string, checkerUrl: string): void {
  const {port1, port2} = new MessageChannel()
  const own = pathToFileURL(`${netdoctorRoot}/`).href
  port1.on('message', ({id, url}: Question) => {
    if (url.startsWith(own)) port1.postMessage({id})
    else void answer(id, url)
  })
  const answer = async (id: number, url: string): Promise<void> => {
    const trust = await examineTrust(fileURLToPath(url))
    port1.postMessage(trust.trusted ? {id} : {id, reason: trust.reason})
  }
  port1.unref()
  module.register(`data:text/javascript,${encodeURIComponent(HOOK)}`, {
    data: {checkerUrl, port: port2},
    transferList: [port2],
  })
}
