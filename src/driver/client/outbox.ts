import type { Clock } from '../../io/runtime/runtime.ts'
import type { UnknownOutcomeError } from '../commands/errors.ts'
import { ClientError } from './errors.ts'
import type { ClientSettings } from './options/settings.ts'
import type { QoS } from './packets.ts'

/** How a publish has ended. */
export type PublishOutcome =
  /** QoS 0: the bytes are on their way. QoS 1 and 2: the server has it. */
  | { readonly kind: 'acknowledged' }
  /** It was not published. */
  | { readonly kind: 'failed'; readonly error: Error }
  /**
   * The server may have it, or not. `kept`: the module's session holds it (QoS 2, `clean: false`) and sends it with DUP
   * after its next CONNECT: publishing it again would make a second message.
   */
  | { readonly kind: 'unknown'; readonly error: UnknownOutcomeError; readonly kept: boolean }

/** What a client does one after the other. `attempts`: tries that did not succeed. */
export type Task = PublishTask | SubscribeTask | UnsubscribeTask

export interface PublishTask {
  readonly kind: 'publish'
  readonly topic: string
  readonly payload: Uint8Array
  readonly qos: QoS
  readonly retain: boolean
  readonly dup: boolean
  attempts: number
  /** A try may have been done: this is the outcome unless a later one, or a late result, tells. */
  uncertain: PublishOutcome | undefined
  readonly settle: (outcome: PublishOutcome) => void
  /** It was not published. */
  readonly fail: (error: Error) => void
}

export interface SubscribeTask {
  readonly kind: 'subscribe'
  /** Made by the client itself, on a new connection: no caller waits for it. */
  readonly again: boolean
  readonly topic: string
  readonly qos: QoS
  attempts: number
  readonly done: () => void
  readonly fail: (error: Error) => void
}

export interface UnsubscribeTask {
  readonly kind: 'unsubscribe'
  readonly topic: string
  attempts: number
  readonly done: () => void
  readonly fail: (error: Error) => void
}

/** How a try of a task ended. `again`: it is to be tried again; `error`: ask whether the connection is still there. */
export type TaskResult =
  | { readonly kind: 'done' }
  | { readonly kind: 'again'; readonly error: Error; readonly sent: boolean }
  | { readonly kind: 'failed'; readonly error: Error; readonly suspicious: boolean }

type Limits = Pick<ClientSettings, 'queueLimit' | 'queuePolicy' | 'queueTimeout'>

/** The tasks of a client that wait, in order, also while it is offline. The limit and the policy are for publishes. */
export class Outbox {
  readonly #clock: Clock
  readonly #limits: Limits
  readonly #waiting: { readonly task: Task; readonly cancel: () => void }[] = []
  #publishes = 0
  /** Called when a task was added. */
  onWork: () => void = () => {}
  #closed: Error | undefined

  constructor(clock: Clock, limits: Limits) {
    this.#clock = clock
    this.#limits = limits
  }

  get size(): number {
    return this.#waiting.length
  }

  add(task: Task): void {
    if (task.kind === 'publish' && this.#publishes >= this.#limits.queueLimit && !this.#makeRoom(task)) return
    this.#waiting.push({ task, cancel: this.#expiry(task) })
    if (task.kind === 'publish') this.#publishes++
    this.onWork()
  }

  /** Puts a task back to the front: it is tried again before newer ones. */
  putBack(task: Task): void {
    if (this.#closed) return failTask(task, this.#closed)
    this.#waiting.unshift({ task, cancel: this.#expiry(task) })
    if (task.kind === 'publish') this.#publishes++
  }

  /** The first of those that may be taken; of two tasks for one filter never the later one. */
  take(may: (task: Task) => boolean = () => true): Task | undefined {
    const passed = new Set<string>()
    const at = this.#waiting.findIndex(({ task }) => {
      if (may(task) && (task.kind === 'publish' || !passed.has(task.topic))) return true
      if (task.kind !== 'publish') passed.add(task.topic)
      return false
    })
    return at < 0 ? undefined : this.#remove(at)
  }

  /** A publish whose outcome was not known is acknowledged after all, and is not tried again. */
  acknowledgeLate(): void {
    const at = this.#waiting.findIndex(({ task }) => task.kind === 'publish' && task.uncertain)
    const task = at < 0 ? undefined : this.#remove(at)
    if (task?.kind === 'publish') task.settle({ kind: 'acknowledged' })
  }

  /** Removes tasks that no caller waits for. */
  drop(which: (task: Task) => boolean): void {
    for (let at = this.#waiting.length - 1; at >= 0; at--) if (which(this.#waiting[at]!.task)) this.#remove(at)
  }

  /** Fails every task, those that wait and those that come. */
  close(error: Error): void {
    this.#closed = error
    for (let task = this.take(); task; task = this.take()) failTask(task, error)
  }

  /** After `close`. */
  reopen(): void {
    this.#closed = undefined
  }

  #makeRoom(task: Task): boolean {
    const { queueLimit, queuePolicy } = this.#limits
    const full = `${queueLimit} messages wait already`
    if (queuePolicy === 'reject') task.fail(new ClientError('queueFull', `${full}: publish less, or raise queueLimit.`))
    if (queuePolicy === 'drop-newest') task.fail(new ClientError('dropped', `${full}: this one was dropped.`))
    if (queuePolicy !== 'drop-oldest') return false
    const oldest = this.#waiting.findIndex(({ task: { kind } }) => kind === 'publish')
    failTask(
      this.#remove(oldest),
      new ClientError('dropped', `${full}: this one, the oldest, gave way to a newer one.`),
    )
    return true
  }

  #remove(at: number): Task {
    const [{ task, cancel }] = this.#waiting.splice(at, 1) as [{ task: Task; cancel: () => void }]
    cancel()
    if (task.kind === 'publish') this.#publishes--
    return task
  }

  #expiry(task: Task): () => void {
    const { queueTimeout } = this.#limits
    const noCaller = task.kind === 'subscribe' && task.again
    if (noCaller || queueTimeout === Number.POSITIVE_INFINITY) return () => {}
    return this.#clock.after(queueTimeout, () => {
      const at = this.#waiting.findIndex((waiting) => waiting.task === task)
      if (at < 0) return
      this.#remove(at).fail(
        new ClientError('expired', `It waited ${queueTimeout} ms for a connection, which is queueTimeout.`),
      )
    })
  }
}

/** Settles a task that is not tried again. */
function failTask(task: Task, error: Error): void {
  if (task.kind === 'publish' && task.uncertain) task.settle(task.uncertain)
  else task.fail(error)
}
