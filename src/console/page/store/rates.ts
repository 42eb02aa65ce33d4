import type { TimelineRow } from '../../protocol.ts'
import { isMqtt } from './stored-row.ts'

/** How often, and how long an acknowledgement took, in spans of equal length from the start on. */
export interface Rates {
  readonly spanMs: number
  /** Of the first span. */
  readonly startMs: number
  /** PUBLISH packets a second, both directions. */
  readonly perSecond: readonly number[]
  /** Mean from a PUBLISH to its PUBACK or PUBCOMP; null: none in that span. */
  readonly latencyMs: readonly (number | null)[]
}

interface Span {
  messages: number
  acknowledged: number
  waitedMs: number
}

const mostSpans = 1200
/** Publishes that wait for an acknowledgement; one that never comes must not stay for ever. */
const mostWaiting = 4096

/** Counts while rows come; when there are many spans, two become one. */
export class RateCounter {
  #spanMs = 1000
  #startMs: number | undefined
  #spans: Span[] = []
  readonly #waiting = new Map<string, number>()

  take(row: TimelineRow): void {
    if (!isMqtt(row) || !row.packet) return
    const { packet, connection, t } = row
    if (packet.type === 'publish') this.#spanOf(t).messages++
    if (packet.type === 'publish' && packet.qos > 0) this.#wait(`${row.kind} ${connection} ${packet.packetId}`, t)
    if (packet.type === 'puback' || packet.type === 'pubcomp')
      this.#acknowledge(`${opposite[row.kind]} ${connection} ${packet.packetId}`, t)
  }

  rates(): Rates {
    return {
      spanMs: this.#spanMs,
      startMs: this.#startMs ?? 0,
      perSecond: this.#spans.map(({ messages }) => (messages * 1000) / this.#spanMs),
      latencyMs: this.#spans.map(({ acknowledged, waitedMs }) => (acknowledged === 0 ? null : waitedMs / acknowledged)),
    }
  }

  clear(): void {
    this.#spanMs = 1000
    this.#startMs = undefined
    this.#spans = []
    this.#waiting.clear()
  }

  #wait(key: string, t: number): void {
    if (this.#waiting.size >= mostWaiting) this.#waiting.delete(this.#waiting.keys().next().value!)
    this.#waiting.set(key, t)
  }

  #acknowledge(key: string, t: number): void {
    const since = this.#waiting.get(key)
    if (since === undefined) return
    this.#waiting.delete(key)
    const span = this.#spanOf(t)
    span.acknowledged++
    span.waitedMs += t - since
  }

  #spanOf(t: number): Span {
    this.#startMs ??= Math.floor(t / 1000) * 1000
    while (this.#indexOf(t) >= mostSpans) this.#halve()
    const index = this.#indexOf(t)
    while (this.#spans.length <= index) this.#spans.push({ messages: 0, acknowledged: 0, waitedMs: 0 })
    return this.#spans[index]!
  }

  #indexOf = (t: number): number => Math.max(0, Math.floor((t - this.#startMs!) / this.#spanMs))

  #halve(): void {
    this.#spanMs *= 2
    const pairs = Array.from({ length: Math.ceil(this.#spans.length / 2) }, (_, i) =>
      this.#spans.slice(2 * i, 2 * i + 2),
    )
    this.#spans = pairs.map((pair) => ({
      messages: sum(pair, 'messages'),
      acknowledged: sum(pair, 'acknowledged'),
      waitedMs: sum(pair, 'waitedMs'),
    }))
  }
}

const opposite = { 'mqtt-in': 'mqtt-out', 'mqtt-out': 'mqtt-in' } as const

const sum = (spans: readonly Span[], name: keyof Span): number => spans.reduce((total, span) => total + span[name], 0)
