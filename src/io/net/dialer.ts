/** TCP towards MQTT servers. */

export interface DialOptions {
  /** DNS name, IPv4 or IPv6 address (without brackets). */
  readonly host: string
  /** 1–65535. */
  readonly port: number
  /** Bound of the name look-up and, on its own, of the TCP connection, in ms. */
  readonly timeoutMs: number
}

/** `dns`: the name is not found, or no answer in time. `connect`: refused, unreachable, or not in time. */
export type DialFailure = 'dns' | 'connect'

/** Called in this order: `connected` or `failed` once; then `data`…, then one of `ended`, `reset`. Nothing after `destroy()`. */
export interface ConnectionEvents {
  connected(): void
  failed(reason: DialFailure, detail: string): void
  /** The array is not reused. */
  data(bytes: Uint8Array): void
  /** The socket took what was queued, after a `write` that said false. */
  drained(): void
  /** FIN from the peer. */
  ended(): void
  /** RST, or any other error of an open connection. */
  reset(): void
}

export interface Connection {
  /** Hands bytes to the socket; false when it is congested and `drained` will follow. Dropped unless it is connected. */
  write(bytes: Uint8Array): boolean
  pause(): void
  resume(): void
  /** Sends what is queued, then FIN; after `graceMs` the socket is destroyed. */
  close(graceMs: number): void
  /** At once, what is queued is dropped. No further events. */
  destroy(): void
}

/** Opens connections. */
export interface Dialer {
  dial(options: DialOptions, events: ConnectionEvents): Connection
}
