import type {LinkResult, ListResult, OwnerResult} from '../confined.js'
import type {LookOptions, LookResult} from '../look.js'
import {failureOf, type ReadFailure, type ReadResult} from '../read-regular.js'
import {ExpendableWorker} from './expendable-worker.js'

/** A read that takes longer is no longer waited for before another one is started beside it. */
const STUCK_MS = 250
const MAX_WORKERS = 8
const IDLE_MS = 500

export interface PathRequest {
  /** Folder that is not left, such as `/proc/PID/root`. */
  readonly root: string
  readonly path: string
}
export interface ReadRequest extends PathRequest {
  readonly maxBytes: number
}
export type ChildRequest =
  | (ReadRequest & {readonly op: 'read'})
  | (PathRequest & LookOptions & {readonly op: 'look'})
  | (PathRequest & {readonly op: 'list'})
  | (PathRequest & {readonly op: 'readlink'})
  | (PathRequest & {readonly op: 'owner'})

/**
 * Reads files below roots that may hang (a container's root, a network mount) in a child process.
 * Answers stand in the order of the requests and come at the latest at the deadline; a root that
 * hangs costs its own requests only.
 */
export async function readInChild(
  requests: readonly ReadRequest[],
  options: {readonly timeoutMs: number},
): Promise<ReadResult[]> {
  const reader = new ExpendableReader(options.timeoutMs)
  const results = await Promise.all(requests.map((request) => reader.read(request)))
  reader.close()
  return results
}

interface Job {
  readonly request: ChildRequest
  readonly answer: (result: unknown) => void
  readonly deadline: NodeJS.Timeout
}

interface Slot {
  readonly worker: ExpendableWorker
  ready: boolean
  job: Job | undefined
  stuck: boolean
  timer: NodeJS.Timeout | undefined
}

/** A few child processes that read one path at a time each. They are started when needed and end when idle. */
export class ExpendableReader {
  readonly #timeoutMs: number
  readonly #shared: string
  readonly #queue: Job[] = []
  readonly #slots = new Set<Slot>()

  /** @param shared a root below which one thing that hangs says nothing of the others, as `/` is */
  constructor(timeoutMs: number, shared = '/') {
    this.#timeoutMs = timeoutMs
    this.#shared = shared
  }

  read(request: ReadRequest): Promise<ReadResult> {
    return this.#submit({...request, op: 'read'})
  }

  look(request: PathRequest & LookOptions): Promise<LookResult> {
    return this.#submit({...request, op: 'look'})
  }

  list(request: PathRequest): Promise<ListResult> {
    return this.#submit({...request, op: 'list'})
  }

  readlink(request: PathRequest): Promise<LinkResult> {
    return this.#submit({...request, op: 'readlink'})
  }

  owner(request: PathRequest): Promise<OwnerResult> {
    return this.#submit({...request, op: 'owner'})
  }

  close(): void {
    for (const slot of this.#slots) this.#drop(slot)
  }

  #submit<T>(request: ChildRequest): Promise<T | ReadFailure> {
    return new Promise((resolve) => {
      const job: Job = {
        request,
        // Both ends of the pipe are this program: what `op` asks for is what comes back.
        answer: (result) => resolve(result as T | ReadFailure),
        deadline: setTimeout(() => this.#expire(job), this.#timeoutMs),
      }
      this.#queue.push(job)
      this.#dispatch()
    })
  }

  #dispatch(): void {
    for (const slot of this.#slots) if (slot.ready && !slot.job) this.#give(slot)
    const wanting = this.#queue.some((job) => !this.#isStuckRoot(job.request.root))
    const able = [...this.#slots].some((slot) => !slot.stuck)
    if (wanting && !able && this.#slots.size < MAX_WORKERS) this.#start()
  }

  #give(slot: Slot): void {
    clearTimeout(slot.timer)
    const index = this.#queue.findIndex((job) => !this.#isStuckRoot(job.request.root))
    const [job] = index < 0 ? [] : this.#queue.splice(index, 1)
    slot.job = job
    if (job) {
      slot.worker.send(job.request)
      slot.timer = setTimeout(() => {
        slot.stuck = true
        this.#dispatch()
      }, STUCK_MS)
    } else slot.timer = setTimeout(() => this.#drop(slot), IDLE_MS).unref()
  }

  /** A second read below a root that hangs would only hang as well. */
  #isStuckRoot(root: string): boolean {
    return root !== this.#shared && [...this.#slots].some((slot) => slot.stuck && slot.job?.request.root === root)
  }

  #start(): void {
    try {
      this.#slots.add(this.#createSlot())
    } catch (error) {
      // ENOMEM and the like are thrown by spawn itself.
      for (const job of this.#queue.splice(0)) this.#settle(job, failureOf(error, 'the process that reads it'))
    }
  }

  #createSlot(): Slot {
    const onLine = (answer: unknown) => {
      if (slot.ready) this.#settle(slot.job, answer)
      slot.ready = true
      slot.stuck = false
      slot.job = undefined
      this.#give(slot)
    }
    const onEnd = (code: string) => {
      const jobs = slot.ready ? [slot.job] : this.#queue.splice(0)
      for (const job of jobs) {
        this.#settle(job, {reason: slot.ready ? 'invalid' : 'denied', detail: `the process that reads it: ${code}`})
      }
      this.#drop(slot)
      this.#dispatch()
    }
    const slot: Slot = {
      worker: new ExpendableWorker(onLine, onEnd),
      ready: false,
      job: undefined,
      stuck: false,
      timer: undefined,
    }
    return slot
  }

  #settle(job: Job | undefined, answer: unknown): void {
    if (!job) return
    clearTimeout(job.deadline)
    job.answer(answer)
  }

  #expire(job: Job): void {
    const queued = this.#queue.indexOf(job)
    if (queued >= 0) this.#queue.splice(queued, 1)
    for (const slot of this.#slots) if (slot.job === job) this.#drop(slot)
    job.answer({reason: 'timeout', detail: `${job.request.path}: no answer within ${this.#timeoutMs} ms`})
    this.#dispatch()
  }

  #drop(slot: Slot): void {
    clearTimeout(slot.timer)
    this.#slots.delete(slot)
    slot.worker.abandon()
  }
}
