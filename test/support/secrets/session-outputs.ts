import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { sim767x } from '../../../src/at/profiles/sim767x.ts'
import { bytesOf, textOf } from '../../../src/at/syntax/bytes.ts'
import type { TimelineRow } from '../../../src/console/protocol.ts'
import { showModule } from '../../../src/console/server/module-rows.ts'
import { ConsoleTimeline } from '../../../src/console/server/timeline.ts'
import { EventFeed, openTrace, watchBytes } from '../../../src/control/public.ts'
import { LineAdviser } from '../../../src/explain/line-adviser.ts'
import { Faults, faultyDialer } from '../../../src/faults/public.ts'
import type { ConnectionEvents } from '../../../src/io/net/dialer.ts'
import { virtualClock } from '../../../src/io/runtime/clock-virtual.ts'
import { hostedLine } from '../../../src/io/testing/memory-host.ts'
import { memoryStore } from '../../../src/io/tls/certificate-store.ts'
import { Module } from '../../../src/module/public.ts'
import { encode } from '../../../src/mqtt/public.ts'
import { openCapture } from '../../../src/recording/capture-file.ts'
import { Recorder } from '../../../src/recording/recorder.ts'
import { shown } from '../../../src/transcript/player/mismatch.ts'
import type { RandomSession } from './random-sessions.ts'

/** All that anybody may see of a session, by place. */
export function play(folder: string, session: RandomSession): Readonly<Record<string, string>> {
  const stage = new Stage(folder, session)
  stage.play()
  return stage.outputs()
}

class Stage {
  readonly #session: RandomSession
  readonly #clock = virtualClock()
  readonly #logged: string[] = []
  readonly #connections: ConnectionEvents[] = []
  readonly #module: Module
  readonly #host
  readonly #recording: string[] = []
  readonly #starred: string[] = []
  readonly #recorder: Recorder
  readonly #paths: { readonly trace: string; readonly capture: string }
  readonly #told: Record<string, string> = {}
  #closing: (() => void)[] = []
  #heard = 0
  #isShown = false

  constructor(folder: string, session: RandomSession) {
    this.#session = session
    const log = this.#log
    this.#module = new Module({
      profile: sim767x,
      clock: this.#clock,
      dialer: { dial: (_, events) => this.#dial(events) },
      log,
      certificates: memoryStore(),
    })
    const { moduleEnd, host } = hostedLine()
    this.#module.attach(moduleEnd, 'at0')
    host.open()
    this.#host = host
    this.#recorder = new Recorder({
      redact: true,
      write: (text) => this.#recording.push(text),
      onUnit: (_, bytes) => this.#starred.push(textOf(bytes)),
    })
    host.onData((bytes) => this.#recorder.take('module', this.#misheard(bytes), this.#clock.now()))
    this.#paths = { trace: join(folder, 'trace'), capture: join(folder, 'capture') }
  }

  readonly #log = { log: (...what: readonly unknown[]) => void this.#logged.push(JSON.stringify(what)) }

  play(): void {
    const { parts, sizes, urcs, echo, watched, joins } = this.#session
    if (watched) this.#watch()
    if (!echo) this.#say('ATE0\r')
    const total = parts.reduce((sum, { text }) => sum + text.length, 0)
    let [done, piece] = [0, 0]
    for (const { from, text } of parts) {
      const bytes = from === 'host' ? text : textOf(message(text))
      for (let at = 0; at < bytes.length; ) {
        const size = sizes[piece % sizes.length]!
        if (joins.some((join) => (join * total) / 1000 >= done && (join * total) / 1000 < done + size)) this.#join(done)
        if (from === 'host') this.#say(bytes.slice(at, at + size))
        else this.#connections.at(-1)?.data(bytesOf(bytes.slice(at, at + size)))
        at += size
        done += size
        if (urcs[piece++ % urcs.length]) this.#module.urc('+CREG: 1')
      }
    }
    this.#clock.advance(600_000)
    this.#recorder.finish()
    for (const close of this.#closing) close()
  }

  outputs(): Readonly<Record<string, string>> {
    const typed = this.#session.parts.flatMap(({ from, text }) => (from === 'host' ? [text] : [])).join('')
    const recording = this.#recording.join('')
    const files = this.#session.watched
      ? { trace: readFileSync(this.#paths.trace, 'latin1'), pcapng: readFileSync(this.#paths.capture, 'latin1') }
      : {}
    return {
      ...this.#told,
      ...files,
      recording,
      'recording, without times': recording.replace(/^@at.*\n/gm, ''),
      'recording as pcapng': this.#starred.join(''),
      log: this.#logged.join('\n'),
      report: shown(bytesOf(typed)),
    }
  }

  #say(text: string): void {
    this.#recorder.take('host', bytesOf(text), this.#clock.now())
    this.#host.write(bytesOf(text))
  }

  #dial(events: ConnectionEvents) {
    this.#connections.push(events)
    events.connected()
    return {
      write: (bytes: Uint8Array) => {
        if (bytes[0]! >> 4 === 1) events.data(Uint8Array.of(0x20, 2, 0, 0))
        return true
      },
      pause() {},
      resume() {},
      close() {},
      destroy() {},
    }
  }

  /** A byte is another one, is missing or comes twice now and then; not in messages, which are no echo. */
  #misheard(bytes: Uint8Array): Uint8Array {
    const { noise } = this.#session
    if (noise === 0 || textOf(bytes).includes('+CMQTTRX')) return bytes
    return Uint8Array.from(
      [...bytes].flatMap((byte) => {
        if (++this.#heard % noise !== 0 || byte === 13 || byte === 10) return [byte]
        return [[byte ^ 1], [], [byte, byte]][this.#heard % 3]!
      }),
    )
  }

  /** From the beginning: a trace, a capture, a client of `events`. */
  #watch(): void {
    rmSync(this.#paths.trace, { force: true })
    const trace = openTrace(this.#paths.trace, this.#module, { clock: this.#clock, profile: 'sim767x', log: this.#log })
    const capture = openCapture({ path: this.#paths.capture, application: 'test', epochMs: 0, onFailure() {} })
    const stop = watchBytes(this.#module, {
      line: (name, direction, bytes) => capture.line(name, direction, bytes, this.#clock.now()),
      mqtt: (connection, direction, bytes) => capture.mqtt(connection, direction, bytes, this.#clock.now()),
      ended: (connection, told) => capture.ended(connection, told, this.#clock.now()),
    })
    this.#closing = [() => trace.close(), stop, () => capture.close()]
    this.#join(-1)
  }

  /** Whoever comes later: a client of `events`, and one who takes the bytes. */
  #join(at: number): void {
    const tell = (place: string, text: string): void => {
      this.#told[place] = (this.#told[place] ?? '') + text
    }
    new EventFeed(this.#module, this.#clock).watch((event) => {
      const text = event.event === 'line' ? event.bytes : `${JSON.stringify(event)}\n`
      tell(`events from ${at}, ${event.event}, ${event.direction}`, text)
    })
    watchBytes(this.#module, {
      line: (_, direction, bytes) => tell(`bytes from ${at}, ${direction}`, textOf(bytes)),
      mqtt: (_, direction, bytes) => tell(`packets from ${at}, ${direction}`, textOf(bytes)),
      ended() {},
    })
    if (!this.#isShown) this.#show(at)
  }

  /** The rows of a console: each direction as one text, and all that is in them. */
  #show(at: number): void {
    this.#isShown = true
    const timeline = new ConsoleTimeline({ clock: this.#clock })
    const dialer = faultyDialer({ dial: (_, events) => this.#dial(events) }, this.#clock)
    const faults = new Faults(this.#module, { clock: this.#clock, log: this.#log, seed: 1, dialer })
    const newAdviser = () => new LineAdviser(sim767x)
    const stop = showModule(timeline, { module: this.#module, faults, clock: this.#clock, leftOut: [], newAdviser })
    this.#closing.push(stop, () => {
      const { history } = timeline
      const json = [...history.rows(1, history.last)].map((row) => row.json)
      const rows = json.map((text) => JSON.parse(text) as TimelineRow)
      const place = `console from ${at}`
      this.#told[place] = json.join('\n')
      for (const kind of ['at-in', 'at-out', 'mqtt-in', 'mqtt-out'])
        this.#told[`${place}, ${kind}`] = rows
          .flatMap((row) => (row.kind === kind && 'bytes' in row ? [history.wholeOf(row.seq) ?? row.bytes] : []))
          .join('')
    })
  }
}

const message = (text: string): Uint8Array =>
  encode({
    type: 'publish',
    dup: false,
    retain: false,
    qos: 0,
    packetId: 0,
    topic: bytesOf('t'),
    payload: bytesOf(text),
  })
