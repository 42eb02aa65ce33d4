import type { Clock } from '../../io/runtime/runtime.ts'
import type { DeviceState } from '../device-state.ts'
import { mergePatch, patched } from '../merge-patch.ts'
import type { StateAt, TimelineRow } from '../protocol.ts'
import { History, type HistoryLimits } from './history.ts'

/** A row that has neither its number nor, if it is of now, its time. */
export type TimelineEntry = TimelineRow extends infer R ? (R extends TimelineRow ? Entry<R> : never) : never
type Entry<R extends TimelineRow> = Omit<R, 'seq' | 't'> & { readonly t?: number }

/** Rows that pages are told of together. */
const flushMs = 15

export interface TimelineOptions {
  readonly clock: Clock
  readonly limits?: HistoryLimits | undefined
}

/** All rows of a console, in one order and on one clock, and the state of the module as each has left it. */
export class ConsoleTimeline {
  readonly history: History
  readonly #clock: Clock
  readonly #listeners = new Set<{ readonly changed: () => void }>()
  /** Looks at the module: what has changed there comes before the next row. */
  #look: (() => DeviceState) | undefined
  #state: DeviceState = {}
  #seq = 0
  #cancel: (() => void) | undefined
  /** Why there are no more rows. */
  ended: string | undefined

  constructor({ clock, limits }: TimelineOptions) {
    this.#clock = clock
    this.history = new History(limits)
  }

  /** `look`: gives the same object while nothing has changed. */
  follow(look: () => DeviceState): void {
    this.#look = look
    this.#state = look()
  }

  /** `whole`: all bytes of a row that has their beginning. Returns its number. */
  add(entry: TimelineEntry, whole?: string): number {
    this.catchUp()
    return this.#append(entry, whole)
  }

  /** The same of something that has changed the state. */
  intervene(entry: TimelineEntry, whole?: string): number {
    const seq = this.#append(entry, whole)
    this.catchUp()
    return seq
  }

  /** The state is another one now. */
  change(state: DeviceState, t?: number): void {
    const patch = mergePatch(this.#state, state)
    if (!patch) return
    this.#append({ kind: 'state', patch, ...(t !== undefined && { t }) })
    this.#state = state
  }

  /** Makes a row of what has changed since the last one. */
  catchUp(): void {
    if (this.#look) this.change(this.#look())
  }

  end(why: string): void {
    this.catchUp()
    this.#look = undefined
    this.ended = why
    this.#tell()
  }

  /** Called soon after there are new rows. The returned function ends it. */
  watch(changed: () => void): () => void {
    const entry = { changed }
    this.#listeners.add(entry)
    return () => void this.#listeners.delete(entry)
  }

  /** The state as the row has left it; undefined: that is not kept any more. */
  stateAt(seq: number): StateAt | undefined {
    this.catchUp()
    const at = Math.min(seq, this.#seq)
    if (at === this.#seq) return { seq: at, state: this.#state }
    const snapshot = this.history.snapshotBefore(Math.max(at, this.history.first))
    if (!snapshot || snapshot.seq > at) return undefined
    let { state } = snapshot
    for (const { json } of this.history.rows(snapshot.seq + 1, at))
      if (json.includes('"kind":"state"')) state = stateAfter(state, JSON.parse(json) as TimelineRow)
    return { seq: at, state }
  }

  close(): void {
    this.#cancel?.()
    this.#listeners.clear()
    this.history.close()
  }

  #append(entry: TimelineEntry, whole?: string): number {
    const seq = ++this.#seq
    const t = Math.round((entry.t ?? this.#clock.now()) * 1000) / 1000
    this.history.add({ seq, json: JSON.stringify({ seq, ...entry, t }) }, this.#state, whole)
    if (this.#listeners.size > 0) this.#cancel ??= this.#clock.after(flushMs, () => this.#tell())
    return seq
  }

  #tell(): void {
    this.#cancel?.()
    this.#cancel = undefined
    this.catchUp()
    for (const { changed } of this.#listeners) changed()
  }
}

const stateAfter = (state: DeviceState, row: TimelineRow): DeviceState =>
  row.kind === 'state' ? (patched(state, row.patch) as DeviceState) : state
