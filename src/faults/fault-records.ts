import type { RunningFault } from './running-fault.ts'

/** What became of a fault that was asked for. */
export interface FaultRecord {
  readonly name: string
  /** What it starts at: `AT+CMQTTPUB*`; none: it was started at once. */
  readonly at?: string
  /** Of the clock; none: it has not started. */
  readonly startedMs?: number
  /** None: it runs, or has not started. */
  readonly endedMs?: number
  /** Whether anything was otherwise because of it: on a line, on a connection, or around the module. */
  readonly touched: boolean
}

/** Told when a fault starts and when it ends. */
export type FaultListener = (what: 'started' | 'ended', fault: RunningFault) => void

/** Older ones are forgotten. */
const most = 1000

interface Entry {
  readonly name: string
  readonly at?: string
  readonly running?: RunningFault
  endedMs?: number
}

/** A fault that waits for what it is to start at. */
export type WaitingFault = Required<Pick<Entry, 'name' | 'at'>>

/** The faults that were asked for since the beginning. */
export class FaultRecords {
  #entries: Entry[] = []
  readonly #listeners = new Set<{ readonly listener: FaultListener }>()

  /** Of a fault that is to start later; it may start more than once. */
  waits(name: string, at: string): WaitingFault {
    const entry = { name, at }
    this.#add(entry)
    return entry
  }

  started(running: RunningFault, waited?: WaitingFault): void {
    this.#entries = this.#entries.filter((each) => each !== waited)
    this.#add({ name: running.fault.name, running, ...(waited && { at: waited.at }) })
    for (const { listener } of this.#listeners) listener('started', running)
  }

  ended(running: RunningFault, ms: number): void {
    const entry = this.#entries.find((each) => each.running === running)
    if (entry) entry.endedMs = ms
    for (const { listener } of this.#listeners) listener('ended', running)
  }

  forget(): void {
    this.#entries = []
  }

  /** The returned function ends it. */
  watch(listener: FaultListener): () => void {
    const entry = { listener }
    this.#listeners.add(entry)
    return () => this.#listeners.delete(entry)
  }

  all(): readonly FaultRecord[] {
    return this.#entries.map(({ name, at, running, endedMs }) => ({
      name,
      ...(at !== undefined && { at }),
      ...(running && { startedMs: running.startedMs }),
      ...(endedMs !== undefined && { endedMs }),
      touched: running?.touched ?? false,
    }))
  }

  #add(entry: Entry): void {
    this.#entries.push(entry)
    if (this.#entries.length > most) this.#entries.shift()
  }
}
