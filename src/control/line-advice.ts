import type { AdvisedCause, AdvisedReport, Adviser, NewAdviser } from '../at/adviser.ts'
import type { Content } from '../at/commands/content.ts'
import type { LineSpan } from '../at/syntax/redact.ts'
import type { Clock } from '../io/runtime/runtime.ts'
import type { Module } from '../module/public.ts'
import type { Direction } from './events.ts'
import { LineViews } from './line-views.ts'

/** A cause of what goes wrong on a line, as soon as it is known. */
export interface AdviceEvent extends AdvisedCause {
  readonly event: 'advice'
  /** Of the clock. */
  readonly ms: number
  readonly line: string
}

export type AdviceListener = (event: AdviceEvent) => void

export interface LineAdviceOptions {
  readonly clock: Clock
  readonly newAdviser: NewAdviser
  /** What advisers do not hear, beside secrets. */
  readonly leftOut?: readonly Content[] | undefined
}

/** Lets an adviser hear each line of a module, and tells what it finds. */
export class LineAdvice {
  readonly #clock: Clock
  readonly #newAdviser: NewAdviser
  readonly #views: LineViews
  readonly #advisers = new Map<string, Adviser>()
  readonly #listeners = new Set<{ readonly listener: AdviceListener }>()

  constructor(module: Module, { clock, newAdviser, leftOut = [] }: LineAdviceOptions) {
    this.#clock = clock
    this.#newAdviser = newAdviser
    this.#views = new LineViews(module.state(), new Set(leftOut), new Map())
    module.observe({
      line: (line, direction, bytes, spans) => this.#carried(line, direction, bytes, spans),
      connection() {},
      host: (line) => void this.#views.forget(line),
    })
  }

  /** What is known of each line so far. */
  reports(): readonly { readonly line: string; readonly report: AdvisedReport }[] {
    return [...this.#advisers].map(([line, adviser]) => ({ line, report: adviser.report() }))
  }

  /** `listener` is called with each cause as it becomes known, once. The returned function ends it. */
  watch(listener: AdviceListener): () => void {
    const entry = { listener }
    this.#listeners.add(entry)
    return () => void this.#listeners.delete(entry)
  }

  #carried(line: string, direction: Direction, bytes: Uint8Array, spans: readonly LineSpan[]): void {
    const shown = this.#views.take(line, direction, bytes, spans)
    if (shown === '') return
    const adviser = this.#advisers.get(line) ?? this.#newAdviser(line)
    this.#advisers.set(line, adviser)
    const ms = this.#clock.now()
    adviser.hear(direction === 'in' ? 'host' : 'module', shown, ms)
    if (this.#listeners.size === 0) return
    for (const { id, title, severity, confidence, because, do: todo } of adviser.news())
      this.#tell({ event: 'advice', ms, line, id, title, severity, confidence, because, do: todo })
  }

  #tell(event: AdviceEvent): void {
    for (const { listener } of this.#listeners) listener(event)
  }
}
