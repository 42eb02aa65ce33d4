import { bytesOf } from '../../at/syntax/bytes.ts'
import { PacketBytes } from '../../control/carried/packet-bytes.ts'
import { MqttStream } from '../../control/mqtt-stream.ts'
import type { StateView } from '../../control/public.ts'
import { isCommandText, isReplyText } from '../../explain/lines/grammar.ts'
import type { LogLine } from '../../explain/lines/line.ts'
import { LogReading } from '../../explain/read-session.ts'
import { unescapeBytes } from '../../explain/readers/notation.ts'
import type { LogSide } from '../../explain/readers/reader.ts'
import type { DeviceState } from '../device-state.ts'
import { tracedPacket } from '../traced-packet.ts'
import { HeardRows } from './heard-rows.ts'
import type { ConsoleTimeline } from './timeline.ts'

const traceRow = /^ *(\d+\.\d{3}) (?:(\S+|tcp \S+|tcp-connect \S+) ([<>]) (.*)|# (.*))$/s
/** How a row begins that has the bytes of a capture. */
const captured = 'bytes: '
const noLogin = { version: 4, password: undefined } as const
const stateRow = /^# state (\d+\.\d{3}) (\{.*\})$/

/** Reads one saved file into rows: a trace, a recording, a pasted log, a pcapng. */
export class FileRows {
  readonly #heard: HeardRows
  readonly #reading: LogReading
  readonly #name: string
  /** A command that may be echoed next. */
  #typed: string | undefined
  readonly #streams = new Map<string, { readonly packets: MqttStream; readonly bytes: PacketBytes }>()

  constructor(timeline: ConsoleTimeline, name: string, file?: number) {
    this.#name = name
    this.#heard = new HeardRows(timeline, { file, partsBetweenNews: 500 })
    this.#reading = new LogReading({
      tell() {},
      looksFor: () => false,
      hearRow: (text) => this.#isTrace && this.#traced(text),
      hear: (line) => this.#isTrace || this.#line(line),
    })
  }

  feed(bytes: Uint8Array): void {
    this.#reading.feed(bytes)
  }

  /** What the file is: `trace`, `recording`, `pcapng`, … */
  end(): string {
    this.#reading.end()
    this.#heard.end()
    return this.#reading.shape
  }

  get #isTrace(): boolean {
    const { shape } = this.#reading
    return shape === 'trace' || shape === 'pcapng'
  }

  #line(line: LogLine): void {
    const { text, ms = 0, end } = line
    const side = this.#sideOf(line)
    if (side === 'print') return this.#heard.add({ kind: 'note', text }, ms)
    if (side !== 'module') this.#heard.hear(this.#name, 'host', `${text}\r`, ms)
    if (side === 'both') this.#heard.hear(this.#name, 'module', `${text}\r`, ms)
    if (side === 'module') this.#heard.hear(this.#name, 'module', end === 'none' ? text : `${text}\r\n`, ms)
    this.#typed = side === 'host' ? text : undefined
  }

  /** Logs do not always tell; a command that nobody has typed before is no echo. */
  #sideOf({ side, text }: LogLine): LogSide {
    const isEcho = text === this.#typed
    if (side === 'module') return isCommandText(text) && !isEcho ? 'host' : 'module'
    if (side !== 'unknown') return side
    if (isCommandText(text)) return isEcho ? 'module' : 'host'
    return isReplyText(text) ? 'module' : 'print'
  }

  #traced(text: string): void {
    const state = stateRow.exec(text)
    if (state) return this.#snapshot(Number(state[1]) * 1000, state[2]!)
    const [, seconds, where, arrow, what = '', note] = traceRow.exec(text) ?? []
    if (seconds === undefined) return
    const t = Number(seconds) * 1000
    if (note !== undefined) return this.#heard.add({ kind: 'act', op: note.split(' ')[0]!, text: note }, t)
    if (where!.startsWith('mqtt:')) return this.#packet(Number(where!.slice(5)), arrow!, what, t)
    this.#heard.hear(where!, arrow === '<' ? 'host' : 'module', unescapeBytes(what), t)
  }

  #packet(connection: number, arrow: string, what: string, t: number): void {
    const isBytes = what.startsWith(captured)
    if (isBytes) return this.#captured(connection, arrow, unescapeBytes(what.slice(captured.length)), t)
    const garbage = what.startsWith('no MQTT: ') ? unescapeBytes(what.slice(9)) : undefined
    const packet = garbage === undefined ? tracedPacket(what) : undefined
    const direction = arrow === '<' ? 'in' : 'out'
    this.#heard.packet({ connection, client: undefined, direction, bytes: garbage ?? '', packet }, t)
  }

  /** Of a capture: bytes, cut anywhere. */
  #captured(connection: number, arrow: string, text: string, t: number): void {
    const key = `${connection} ${arrow}`
    const stream = this.#streams.get(key) ?? { packets: new MqttStream(noLogin), bytes: new PacketBytes(undefined) }
    this.#streams.set(key, stream)
    const direction = arrow === '<' ? 'in' : 'out'
    const { packets, garbage } = stream.packets.take(bytesOf(text))
    const shown = stream.bytes.take(bytesOf(text), packets.length)
    const about = { connection, client: undefined, direction } as const
    for (const [i, packet] of packets.entries()) this.#heard.packet({ ...about, bytes: shown[i]!.bytes, packet }, t)
    if (garbage === undefined) return
    stream.bytes.clear()
    this.#heard.packet({ ...about, bytes: garbage, packet: undefined }, t)
  }

  /** Of a trace that has them: what the module was, not what its line tells. */
  #snapshot(t: number, json: string): void {
    try {
      this.#heard.state(deviceOf(JSON.parse(json) as StateView), t)
    } catch {
      // A trace that was cut off in it.
    }
  }
}

const deviceOf = ({
  power,
  sim,
  network: { contexts, ...network },
  service,
  clients,
  lines,
}: StateView): DeviceState => ({
  power,
  sim,
  network,
  contexts: Object.fromEntries(contexts.map(({ cid, ...context }) => [cid, context])),
  service,
  ...(service === 'started' && {
    clients: Object.fromEntries(clients.map(({ clientIndex, ...client }) => [clientIndex, client])),
  }),
  lines: Object.fromEntries(lines.map(({ name, hasHost, echo, mode }) => [name, { hasHost, echo, mode: mode.kind }])),
})
