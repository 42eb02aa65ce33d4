import { concat, empty, textOf } from '../../at/syntax/bytes.ts'
import { KeyWatch } from '../../at/syntax/key-watch.ts'
import type { DataRange } from '../../at/syntax/received-data.ts'
import type { Effect, Input } from '../core/effects.ts'
import type { LineState, ModuleState } from '../core/state.ts'
import type { AttachedLine } from './attached-line.ts'

/** Is shown the bytes of lines and connections. */
export interface Observer {
  /** `in`: from the host to the module. `data`: what of the bytes is data, in order; keys are stars already. */
  line(line: string, direction: 'in' | 'out', bytes: Uint8Array, data: readonly DataRange[]): void
  /** MQTT bytes. `in`: from the server to the module. */
  connection(connection: number, direction: 'in' | 'out', bytes: Uint8Array): void
  /** The module has given up a connection; no bytes of it follow. Not `told`: it stays half-open for the server. */
  ended?(connection: number, told: boolean): void
  /** A host opened a line, or the last one closed it. */
  host?(line: string, present: boolean): void
}

/** Stands for each byte of a secret in what observers are shown. */
const STAR = 0x2a

/** One step of the module, as observers are given it. */
export interface ObservedStep {
  readonly before: ModuleState
  readonly after: ModuleState
  readonly input: Input
  readonly effects: readonly Effect[]
}

interface TypedKeys {
  readonly watch: KeyWatch
  typed: readonly string[]
}

/** The observers of a module. */
export class Observers {
  #all: readonly Observer[] = []
  /** Of each line: what its hosts typed of keys, and what of that may be echoed in this step. */
  #keys: Map<number, TypedKeys> | undefined

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

  host(line: string, id: number, present: boolean): void {
    this.#keys?.delete(id)
    for (const observer of this.#all) observer.host?.(line, present)
  }

  connection(connection: number, direction: 'in' | 'out', bytes: Uint8Array): void {
    for (const observer of this.#all) observer.connection(connection, direction, bytes)
  }

  ended(connection: number, told: boolean): void {
    for (const observer of this.#all) observer.ended?.(connection, told)
  }

  /**
   * Type-ahead is shown when the module processes it: not before is known which of its bytes are the data of a
   * prompt. Secret data is shown as stars, and so is the body of a private key, wherever it stands.
   */
  typed(step: ObservedStep, lines: ReadonlyMap<number, AttachedLine>): void {
    for (const after of step.after.lines) {
      const line = lines.get(after.id)
      const taken = consumedBytes(step, after)
      this.#keys ??= new Map()
      const keys: TypedKeys = this.#keys.get(after.id) ?? { watch: new KeyWatch(), typed: [] }
      keys.typed = []
      this.#keys.set(after.id, keys)
      if (!line || taken.length === 0) continue
      const all = step.effects.filter((effect) => effect.type === 'data' && effect.line === after.id) as DataEffect[]
      const secret = all.filter(({ content }) => content === 'key')
      const text = textOf(taken)
      const ranges = keysOutsideData(keys.watch, text, secret, after.mode.kind === 'data')
      keys.typed = ranges.map(({ from, to }) => text.slice(from, to))
      for (const { from, to } of [...ranges, ...secret]) taken.fill(STAR, from, to)
      const data = all.map(({ from, to, content, ends }) => ({
        from,
        to,
        contents: [content],
        ends,
        isReceived: false,
      }))
      for (const observer of this.#all) observer.line(line.name, 'in', taken, data)
    }
  }

  /** Output that a line is about to write. */
  written({ id, name, observed }: AttachedLine, bytes: Uint8Array): void {
    const typed = this.#keys?.get(id)?.typed ?? []
    const secrets = observed.filter(({ contents }) => contents[0] === 'key')
    const shown = secrets.length + typed.length === 0 ? bytes : bytes.slice()
    for (const { from, to } of secrets) shown.fill(STAR, from, to)
    hideEcho(shown, typed)
    for (const observer of this.#all) observer.line(name, 'out', shown, [...observed])
  }
}

type DataEffect = Extract<Effect, { readonly type: 'data' }>

/**
 * What is hidden of a text beside the data of prompts. A line begins behind data that are complete: `open` says that the
 * last ones are not. The watch reads the data too: a key may go on behind data that were announced too short.
 */
function keysOutsideData(watch: KeyWatch, text: string, data: readonly DataEffect[], open: boolean) {
  const found: { readonly from: number; readonly to: number }[] = []
  let at = 0
  for (const [index, { from, to }] of data.entries()) {
    found.push(...rangesOf(watch, text, at, from))
    watch.take(text.slice(from, to))
    if (!open || index < data.length - 1) watch.lineBegins()
    at = to
  }
  return [...found, ...rangesOf(watch, text, at, text.length)]
}

const rangesOf = (watch: KeyWatch, text: string, from: number, to: number) =>
  watch.take(text.slice(from, to)).map((range) => ({ from: range.from + from, to: range.to + from }))

/** The echo of a step stands in its output in the order in which it was typed; answers may stand between its lines. */
function hideEcho(shown: Uint8Array, typed: readonly string[]): void {
  if (typed.length === 0) return
  const text = textOf(shown)
  let at = 0
  for (const part of typed) {
    const from = text.indexOf(part, at)
    if (from < 0) continue
    at = from + part.length
    shown.fill(STAR, from, at)
  }
}

/** The bytes that the step has processed, as a copy. A line without a last command was reset: its type-ahead was dropped. */
function consumedBytes({ before, input }: ObservedStep, { id, typeAhead, last }: LineState): Uint8Array {
  const waiting = last.length === 0 ? undefined : before.lines.find((known) => known.id === id)?.typeAhead
  const typed = concat([waiting ?? empty, input.type === 'bytes' && input.line === id ? input.bytes : empty])
  return typed.subarray(0, typed.length - typeAhead.length)
}
