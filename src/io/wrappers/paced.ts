import { concat } from '../../at/syntax/bytes.ts'
import { Peak } from '../backlog.ts'
import type { Clock, Log } from '../runtime/runtime.ts'
import type { ByteStream, ByteStreamEvents } from '../stream.ts'
import { InputBuffer } from './input-buffer.ts'
import { Wire } from './wire.ts'

export interface PacedOptions {
  readonly baud: number
  readonly clock: Clock
  readonly log: Log
  /** Bytes that are kept while the module takes none. What comes then is lost, unless there is flow control. */
  readonly inputBytes?: number
  /** RTS and CTS: the host stops sending while the buffer is full. */
  readonly flowControl?: boolean
}

/** A stream as slow as a UART. */
export interface PacedStream extends ByteStream {
  /** Bytes of the host that were lost because nobody took them in time. */
  readonly lost: number
  /** Bits a second, both ways, once what is on its way to the host has left. */
  setBaud(baud: number): void
  /** Nothing is on its way in either direction. */
  idle(): boolean
}

/** The most that hosts are told to send at a time, in the manuals' text on `+CCERTDOWN`. */
const DEFAULT_INPUT_BYTES = 3072
/** What has left the host and not arrived: more of it, and the host is no longer read. */
const AHEAD_BYTES = 4096

/** Gives the bytes of a stream on at the pace of a UART, ten bits each, both ways. */
export const paced = (inner: ByteStream, options: PacedOptions): PacedStream => new UartStream(inner, options)

class UartStream implements PacedStream {
  readonly holdsInput = true
  readonly #inner: ByteStream
  readonly #input: InputBuffer
  readonly #fromHost: Wire<boolean>
  readonly #toHost: Wire<number>
  readonly #peak = new Peak()
  #events: ByteStreamEvents | undefined
  #present = false
  /** Why the last host went. */
  #reason: Error | undefined
  /** Comings and goings of hosts that have not reached the module. */
  #turnovers = 0
  #innerPaused = false

  constructor(inner: ByteStream, options: PacedOptions) {
    const { baud, clock, log, inputBytes: limit = DEFAULT_INPUT_BYTES, flowControl = false } = options
    this.#inner = inner
    this.#input = new InputBuffer({ clock, log, name: inner.address, limit, flowControl }, (item) =>
      this.#deliver(item),
    )
    this.#fromHost = new Wire(clock, baud, (item) => this.#arrived(item))
    this.#toHost = new Wire(clock, baud, (item) => this.#leave(item))
  }

  get address(): string {
    return this.#inner.address
  }

  get admitsStrangers(): boolean {
    return this.#inner.admitsStrangers === true
  }

  get lost(): number {
    return this.#input.lost
  }

  start(events: ByteStreamEvents): void {
    this.#events = events
    this.#inner.start({
      data: (bytes) => this.#take(bytes.slice()),
      presence: (present, reason) => this.#turnover(present, reason),
      drained: () => this.#fell(),
    })
  }

  write(bytes: Uint8Array): void {
    if (!this.#present || this.#turnovers > 0) return
    this.#toHost.push(bytes)
    this.#peak.rose(this.backlog())
  }

  backlog(): number {
    return this.#toHost.size + this.#inner.backlog()
  }

  pause(): void {
    this.#input.pause()
  }

  resume(): void {
    this.#input.resume(() => this.#flow())
  }

  setBaud(baud: number): void {
    this.#toHost.push(baud)
  }

  idle(): boolean {
    return this.#fromHost.size + this.#input.size + this.#toHost.size === 0
  }

  /** What is on its way to the host leaves at once. */
  async close(): Promise<void> {
    this.#events = undefined
    this.#input.pause()
    this.#fromHost.clear()
    this.#inner.write(concat(this.#toHost.clear().filter((item) => typeof item !== 'number')))
    await this.#inner.close()
  }

  #take(bytes: Uint8Array): void {
    this.#fromHost.push(bytes)
    this.#flow()
  }

  /** A host came or went: the module hears of it behind the bytes that were sent before. */
  #turnover(present: boolean, reason: Error | undefined): void {
    this.#present = present
    this.#reason = reason
    this.#turnovers++
    if (!present) {
      const speeds = this.#toHost.clear().filter((item) => typeof item === 'number')
      for (const speed of speeds.slice(-1)) this.setBaud(speed)
      this.#fell()
    }
    this.#fromHost.push(present)
  }

  #arrived(item: Uint8Array | boolean): void {
    this.#input.push(item)
    this.#flow()
  }

  #deliver(item: Uint8Array | boolean): void {
    if (typeof item !== 'boolean') return this.#events?.data(item)
    this.#turnovers--
    this.#events?.presence?.(item, item ? undefined : this.#reason)
  }

  #leave(item: Uint8Array | number): void {
    if (typeof item === 'number') {
      this.#fromHost.setBaud(item)
      this.#toHost.setBaud(item)
      return
    }
    this.#inner.write(item)
    this.#fell()
  }

  #fell(): void {
    if (this.#peak.fell(this.backlog())) this.#events?.drained?.()
  }

  /** Stops and starts the host where it can be told to. */
  #flow(): void {
    if (this.#input.isFull) this.#fromHost.stop()
    else if (this.#input.hasRoom) this.#fromHost.go()
    const pause = this.#fromHost.size > (this.#innerPaused ? AHEAD_BYTES / 2 : AHEAD_BYTES)
    if (pause === this.#innerPaused) return
    this.#innerPaused = pause
    if (pause) this.#inner.pause()
    else this.#inner.resume()
  }
}
