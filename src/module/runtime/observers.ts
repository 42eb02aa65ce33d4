import { concat, textOf } from '../../at/syntax/bytes.ts'
import { KeyWatch } from '../../at/syntax/key-watch.ts'
import { type DataRange, receivedData } from '../../at/syntax/received-data.ts'
import type { LineSpan } from '../../at/syntax/redact.ts'
import { SaidKeys } from '../../at/syntax/said-keys.ts'
import { freshScan } from '../../at/syntax/scan-line.ts'
import type { Span } from '../../at/syntax/secret-values.ts'
import type { Effect, TypedEffect } from '../core/effects.ts'
import type { LineState } from '../core/state.ts'
import type { AttachedLine } from './attached-line.ts'

/** Is shown the bytes of lines and connections. */
export interface Observer {
  /**
   * `in`: from the host to the module. `spans`: what the bytes are, from first to last. Data that is a secret, and private
   * keys wherever they stand, are stars; other secrets are as they were typed: a `LineRedactor` takes them out.
   */
  line(line: string, direction: 'in' | 'out', bytes: Uint8Array, spans: readonly LineSpan[]): void
  /** MQTT bytes. `in`: from the server to the module. */
  connection(connection: number, direction: 'in' | 'out', bytes: Uint8Array): void
  /** The module has given up a connection; no bytes of it follow. Not `told`: it stays half-open for the server. */
  ended?(connection: number, told: boolean): void
  /** A host opened a line, or the last one closed it. */
  host?(line: string, present: boolean): void
}

/** Stands for each byte of a secret in what observers are shown. */
const STAR = 0x2a

/** The echo of something typed: what it is, and what of it is hidden. */
interface Echo extends Omit<LineSpan, keyof Span> {
  readonly hidden: readonly Span[]
}

/** The observers of a module. */
export class Observers {
  #all: readonly Observer[] = []
  /** What each line's host has typed of keys, since somebody observes. */
  #keys: Map<number, KeyWatch> | undefined
  /** Parts of the output of this step that are an echo. */
  #echoes: Map<Uint8Array, Echo> | undefined

  get none(): boolean {
    return this.#all.length === 0
  }

  /** `lines`: as they are now. The returned function ends it. */
  add(observer: Observer, lines: readonly LineState[]): () => void {
    if (this.none) this.#keys = new Map(lines.map((line) => [line.id, joined(line)]))
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
   * Type-ahead is shown when the module processes it: not before is known which of its bytes are the data of a prompt.
   */
  typed(effects: readonly Effect[], lines: ReadonlyMap<number, AttachedLine>): void {
    this.#echoes = undefined
    const typed = effects.filter((effect) => effect.type === 'typed')
    for (const id of new Set(typed.map(({ line }) => line))) {
      const line = lines.get(id)
      const parts = typed.filter((effect) => effect.line === id).map((effect) => this.#part(effect))
      if (line) this.#show(line.name, 'in', parts)
    }
  }

  #part({ line, chunk, from, to, as, content, ends, echo }: TypedEffect): Part {
    const bytes = chunk.slice(from, to)
    const what = { as, ...(content && { content }), ...(ends && { ends }) } as const
    const keys = this.#watchOf(line).take(textOf(bytes), as)
    const hidden = content === 'key' ? [{ from: 0, to: bytes.length }] : keys
    if (echo) {
      this.#echoes ??= new Map()
      this.#echoes.set(echo, { ...what, hidden: moved(hidden, echo.length - bytes.length) })
    }
    return { ...what, bytes, hidden }
  }

  #watchOf(line: number): KeyWatch {
    this.#keys ??= new Map()
    const known = this.#keys.get(line) ?? new KeyWatch({ prompts: true })
    this.#keys.set(line, known)
    return known
  }

  /** Output that a line is about to write. */
  written({ name, output }: AttachedLine): void {
    const said = new SaidKeys()
    const parts = output.map((bytes): Part => {
      const echo = this.#echoes?.get(bytes)
      if (echo) return { ...echo, bytes: bytes.slice() }
      return { as: 'said', hidden: said.inText(textOf(bytes)), received: receivedData(bytes), bytes: bytes.slice() }
    })
    this.#show(name, 'out', parts)
  }

  #show(line: string, direction: 'in' | 'out', parts: readonly Part[]): void {
    for (const { bytes, hidden } of parts) for (const { from, to } of hidden) bytes.fill(STAR, from, to)
    const all = concat(parts.map(({ bytes }) => bytes))
    if (all.length === 0) return
    const spans = spansOf(parts)
    for (const observer of this.#all) observer.line(line, direction, all, spans)
  }
}

interface Part extends Echo {
  /** A copy. */
  readonly bytes: Uint8Array
}

/** Where the parts stand; what is of one kind is one span. */
function spansOf(parts: readonly Part[]): readonly LineSpan[] {
  const spans: SpanSoFar[] = []
  let at = 0
  for (const { bytes, hidden: _, received = [], ...what } of parts) {
    const [from, last] = [at, spans.at(-1)]
    at += bytes.length
    const own = received.map((data) => ({ ...data, from: data.from + from, to: data.to + from }))
    const goesOn = last !== undefined && last.as === what.as && !last.ends
    if (!goesOn) spans.push({ ...what, from, to: at, received: own })
    else spans[spans.length - 1] = { ...what, from: last.from, to: at, received: last.received }
    if (goesOn) for (const data of own) last.received.push(data)
  }
  return spans.map(({ received, ...span }) => (received.length > 0 ? { ...span, received } : span))
}

interface SpanSoFar extends LineSpan {
  readonly received: DataRange[]
}

const moved = (spans: readonly Span[], by: number): readonly Span[] =>
  spans.flatMap(({ from, to }) => (to + by > 0 ? [{ from: Math.max(0, from + by), to: to + by }] : []))

/** Somebody begins to observe in the middle of a session: what comes first may be the rest of a key. */
function joined({ last, scan, mode }: LineState): KeyWatch {
  const watch = new KeyWatch({
    joins: last.length > 0 || scan !== freshScan,
    line: textOf(scan.partial),
    prompts: true,
  })
  if (mode.kind === 'data') watch.take(textOf(mode.got), 'data')
  return watch
}
