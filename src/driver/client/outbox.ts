import type { Clock } from '../../io/runtime/runtime.ts'
import { ClientError } from './client-error.ts'
import type { ClientSettings } from './settings.ts'
import { failTask, type Task } from './task.ts'

type Limits = Pick<ClientSettings, 'queueLimit' | 'queuePolicy' | 'queueTimeout'>

/** What is to be done, in order; the limit and the policy are for publishes. */
export class Outbox {
  readonly #clock: Clock
  readonly #limits: Limits
  readonly #waiting: { readonly task: Task; readonly cancel: () => void }[] = []
  #publishes = 0
  /** Called when there is something to do. */
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

  /** Back to the front: it is tried again before anything newer. */
  putBack(task: Task): void {
    if (this.#closed) return failTask(task, this.#closed)
    this.#waiting.unshift({ task, cancel: this.#expiry(task) })
    if (task.kind === 'publish') this.#publishes++
  }

  take(): Task | undefined {
    return this.#waiting.length > 0 ? this.#remove(0) : undefined
  }

  /** A publish whose outcome was not known is acknowledged after all, and is not tried again. */
  acknowledgeLate(): void {
    const at = this.#waiting.findIndex(({ task }) => task.kind === 'publish' && task.uncertain)
    const task = at < 0 ? undefined : this.#remove(at)
    if (task?.kind === 'publish') task.settle({ kind: 'acknowledged' })
  }

  /** Takes out what nobody waits for. */
  drop(which: (task: Task) => boolean): void {
    for (let at = this.#waiting.length - 1; at >= 0; at--) if (which(this.#waiting[at]!.task)) this.#remove(at)
  }

  /** Nothing is done any more, now or later. */
  close(error: Error): void {
    this.#closed = error
    for (let task = this.take(); task; task = this.take()) failTask(task, error)
  }

  #makeRoom(task: Task): boolean {
    const { queueLimit, queuePolicy } = this.#limits
    const full = `${queueLimit} messages wait for a connection already`
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
    const nobodyWaits = task.kind === 'subscribe' && task.again
    if (nobodyWaits || queueTimeout === Number.POSITIVE_INFINITY) return () => {}
    return this.#clock.after(queueTimeout, () => {
      const at = this.#waiting.findIndex((waiting) => waiting.task === task)
      if (at < 0) return
      this.#remove(at).fail(
        new ClientError('expired', `It waited ${queueTimeout} ms for a connection, which is queueTimeout.`),
      )
    })
  }
}
