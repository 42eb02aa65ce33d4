import { codeOf } from '../../at/commands/results.ts'
import type { Request, Result } from './answer.ts'
import type { Disturbance } from './disturbance.ts'

interface Entry {
  readonly name: string
  readonly clientIndex: number | undefined
  /** `late`: no caller waits any more, but it may still come. */
  state: 'awaited' | 'late'
  deadline: number
}

export interface ResultEvents {
  result(name: string, clientIndex: number | undefined, result: Result): void
  late(name: string, clientIndex: number | undefined, code: number): void
}

/** Deferred results that are to come, one a command and client index: at most two a command. */
export class ResultTable {
  readonly #events: ResultEvents
  readonly #entries = new Map<string, Entry>()

  constructor(events: ResultEvents) {
    this.#events = events
  }

  expect({ name, result, resultMs = 0 }: Request, now: number, state: Entry['state'], disturbance?: Disturbance): void {
    const clientIndex = result?.clientIndex
    const limitMs = disturbance?.resultMs(resultMs, now) ?? resultMs
    const deadline = state === 'awaited' ? now + limitMs : Number.POSITIVE_INFINITY
    this.#entries.set(keyOf(name, clientIndex), { name, clientIndex, state, deadline })
  }

  /** Whether the line is such a result. */
  take(text: string): boolean {
    for (const [key, entry] of this.#entries) {
      const code = codeOf(text, entry.name, entry.clientIndex)
      if (code === undefined) continue
      this.#entries.delete(key)
      this.#tell(entry, code)
      return true
    }
    return false
  }

  /** Whether a result is awaited for a client. */
  awaits(clientIndex: number): boolean {
    return [...this.#entries.values()].some((entry) => entry.state === 'awaited' && entry.clientIndex === clientIndex)
  }

  /** Nothing is awaited for longer. */
  hasten(latest: number): void {
    for (const entry of this.#entries.values())
      if (entry.state === 'awaited') entry.deadline = Math.min(entry.deadline, latest)
  }

  /** A code in front of a final result may be that of an earlier command. */
  takeEarlier({ name, result }: Request, code: number): boolean {
    const key = keyOf(name, result?.clientIndex)
    const entry = this.#entries.get(key)
    if (!entry) return false
    this.#entries.delete(key)
    this.#tell(entry, code)
    return true
  }

  deadline(): number {
    let first = Number.POSITIVE_INFINITY
    for (const { deadline } of this.#entries.values()) first = Math.min(first, deadline)
    return first
  }

  expire(now: number): void {
    for (const entry of this.#entries.values()) {
      if (entry.deadline > now) continue
      entry.state = 'late'
      entry.deadline = Number.POSITIVE_INFINITY
      this.#events.result(entry.name, entry.clientIndex, missing)
    }
  }

  abandon(kind: 'closed' | 'abandoned'): void {
    const entries = [...this.#entries.values()]
    this.#entries.clear()
    for (const { state, name, clientIndex } of entries)
      if (state === 'awaited') this.#events.result(name, clientIndex, { kind })
  }

  /** Ends the wait for the results of a client; one that comes after that is late. */
  abandonClient(clientIndex: number): void {
    for (const entry of this.#entries.values()) {
      if (entry.clientIndex !== clientIndex || entry.state === 'late') continue
      entry.state = 'late'
      entry.deadline = Number.POSITIVE_INFINITY
      this.#events.result(entry.name, clientIndex, { kind: 'abandoned' })
    }
  }

  #tell({ state, name, clientIndex }: Entry, code: number): void {
    if (state === 'late') this.#events.late(name, clientIndex, code)
    else this.#events.result(name, clientIndex, { kind: 'code', code })
  }
}

const missing: Result = { kind: 'silent', awaited: 'result' }
const keyOf = (name: string, clientIndex: number | undefined): string => `${name} ${clientIndex ?? ''}`
