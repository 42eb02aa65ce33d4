import { concat, empty } from '../../at/syntax/bytes.ts'
import type { Effect, Input } from '../core/effects.ts'
import type { LineState, ModuleState } from '../core/state.ts'
import type { AttachedLine } from './attached-line.ts'

/** What goes over the lines and the connections, as it goes. */
export interface Observer {
  /** `in`: from the host to the module. */
  line(line: string, direction: 'in' | 'out', bytes: Uint8Array): void
  /** MQTT bytes. `in`: from the server to the module. */
  connection(connection: number, direction: 'in' | 'out', bytes: Uint8Array): void
  /** A connection is given up; nothing more comes of it. */
  ended?(connection: number): void
  /** Somebody opened a line, or the last one left it. */
  host?(line: string, present: boolean): void
}

/** Stands for each byte of a secret in what observers are shown. */
const STAR = 0x2a

/** One step of the module, for those who watch. */
export interface ObservedStep {
  readonly before: ModuleState
  readonly after: ModuleState
  readonly input: Input
  readonly effects: readonly Effect[]
}

/** Those who watch a module. */
export class Observers {
  #all: readonly Observer[] = []

  get none(): boolean {
    return this.#all.length === 0
  }

  /** The returned function ends it. */
  add(observer: Observer): () => void {
    this.#all = [...this.#all, observer]
    return () => {
      this.#all = this.#all.filter((one) => one !== observer)
    }
  }

  host(line: string, present: boolean): void {
    for (const observer of this.#all) observer.host?.(line, present)
  }

  connection(connection: number, direction: 'in' | 'out', bytes: Uint8Array): void {
    for (const observer of this.#all) observer.connection(connection, direction, bytes)
  }

  ended(connection: number): void {
    for (const observer of this.#all) observer.ended?.(connection)
  }

  /**
   * What hosts typed is shown when the module takes it up: not before is known what of the type-ahead is data of a
   * prompt. Secrets of data phases are stars.
   */
  typed(step: ObservedStep, lines: ReadonlyMap<number, AttachedLine>): void {
    for (const after of step.after.lines) {
      const line = lines.get(after.id)
      const taken = consumedBytes(step, after)
      if (!line || taken.length === 0) continue
      for (const effect of step.effects)
        if (effect.type === 'secret' && effect.line === after.id) taken.fill(STAR, effect.from, effect.to)
      for (const observer of this.#all) observer.line(line.name, 'in', taken)
    }
  }

  /** What a line is about to write. */
  written({ name, secrets }: AttachedLine, bytes: Uint8Array): void {
    const shown = secrets.length === 0 ? bytes : bytes.slice()
    for (const { from, to } of secrets) shown.fill(STAR, from, to)
    for (const observer of this.#all) observer.line(name, 'out', shown)
  }
}

/** A copy. A line that has run nothing was reset: its type-ahead is dropped, not taken up. */
function consumedBytes({ before, input }: ObservedStep, { id, typeAhead, last }: LineState): Uint8Array {
  const waiting = last.length === 0 ? undefined : before.lines.find((known) => known.id === id)?.typeAhead
  const typed = concat([waiting ?? empty, input.type === 'bytes' && input.line === id ? input.bytes : empty])
  return typed.subarray(0, typed.length - typeAhead.length)
}
