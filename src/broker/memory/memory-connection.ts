import type { Connection, ConnectionEvents } from '../../io/net/dialer.ts'
import type { Clock } from '../../io/runtime/runtime.ts'
import { type Connect, emptyParser, encode, type Packet, type Parser, parse, type Version } from '../../mqtt/public.ts'

/** Whoever answers on a connection. */
export interface ConnectionOwner {
  readonly clock: Clock
  packet(connection: MemoryConnection, packet: Packet): void
  /** The connection is over; `orderly`: DISCONNECT had come. */
  over(connection: MemoryConnection, orderly: boolean): void
}

/** Longer packets are not sent to a module either. */
const maxPacketBytes = 1 << 28

/** The server's side of a connection of the module, as MQTT packets; all within the call. */
export class MemoryConnection implements Connection {
  readonly #owner: ConnectionOwner
  #events: ConnectionEvents | undefined
  #parser: Parser = emptyParser
  #version: Version = 4
  #gone: (() => void) | undefined
  #over = false
  #orderly = false
  #paused = false
  #waiting: Uint8Array[] = []
  #limitMs = Number.POSITIVE_INFINITY
  #cancelLimit = (): void => {}

  constructor(owner: ConnectionOwner, events: ConnectionEvents) {
    this.#owner = owner
    this.#events = events
  }

  /** CONNECT has come. One and a half times of the keep-alive without a packet end the connection; 0 s never do. */
  opened({ version, keepAlive }: Connect): void {
    this.#version = version
    this.#limitMs = keepAlive === 0 ? Number.POSITIVE_INFINITY : keepAlive * 1500
    this.#heard()
  }

  send(packet: Packet): void {
    if (this.#over) return
    const bytes = encode(packet)
    if (this.#paused) this.#waiting.push(bytes)
    else this.#events?.data(bytes)
  }

  /** The server ends it: the module sees FIN, if it still hears anything. */
  end(): void {
    const events = this.#events
    this.#finish()
    events?.ended()
  }

  write(bytes: Uint8Array): boolean {
    if (this.#over) return true
    this.#heard()
    const parsed = parse(this.#parser, bytes, { version: this.#version, maxPacketBytes })
    this.#parser = parsed.parser
    for (const packet of parsed.packets) this.#take(packet)
    if (parsed.failure !== null) this.end()
    return true
  }

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
    while (!this.#paused && this.#waiting.length > 0) this.#events?.data(this.#waiting.shift()!)
  }

  close(): void {
    this.destroy()
  }

  destroy(): void {
    this.#events = undefined
    this.#finish()
  }

  abandon(gone: () => void): void {
    this.#events = undefined
    if (this.#over) gone()
    else this.#gone = gone
  }

  #take(packet: Packet): void {
    if (this.#over) return
    if (packet.type !== 'disconnect') return this.#owner.packet(this, packet)
    // The client closes it now; until then it hears nothing.
    this.#orderly = true
    this.#finish()
  }

  #heard(): void {
    this.#cancelLimit()
    if (this.#limitMs !== Number.POSITIVE_INFINITY && !this.#over)
      this.#cancelLimit = this.#owner.clock.after(this.#limitMs, () => this.end())
  }

  #finish(): void {
    if (this.#over) return
    this.#over = true
    this.#cancelLimit()
    this.#events = undefined
    this.#waiting = []
    this.#owner.over(this, this.#orderly)
    this.#gone?.()
  }
}
