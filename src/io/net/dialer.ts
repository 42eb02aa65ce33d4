import type { CertificateReader } from '../../at/profiles/profile.ts'

/** TCP and TLS towards MQTT servers. */

export interface DialOptions {
  /** DNS name, IPv4 or IPv6 address (without brackets). */
  readonly host: string
  /** 1–65535. */
  readonly port: number
  /** Bound of the name look-up and, on its own, of the TCP connection, in ms. */
  readonly timeoutMs: number
  /** TLS on top of TCP. */
  readonly tls?: TlsSettings
  /** The date by which certificates are judged, ms since 1970; none: the dialer's own. */
  readonly localTime?: number
}

/** How a TLS connection is made: a context of `+CSSLCFG`. Files are names in the certificate store, empty while not set. */
export interface TlsSettings {
  /** 0 SSL 3.0, 1 TLS 1.0, 2 TLS 1.1, 3 TLS 1.2, 4 TLS 1.0 to 1.3. */
  readonly sslVersion: 0 | 1 | 2 | 3 | 4
  /** 0 nobody is verified, 1 the server, 2 server and client, 3 the client only. */
  readonly authMode: 0 | 1 | 2 | 3
  /** Dates of certificates are not checked; everything else is. */
  readonly ignoreLocalTime: boolean
  /** Bound of the handshake, ms. */
  readonly negotiateTimeMs: number
  readonly caCert: string
  readonly clientCert: string
  readonly clientKey: string
  /** Name of the file that holds the password of the client's key. */
  readonly password: string
  readonly enableSni: boolean
  /** The host name is not checked. */
  readonly ignoreCertCn: boolean
  readonly useTickets: boolean
  /** IANA number of the only suite; 0 or 0xFFFF: all. */
  readonly cipherSuites: number
  /** What the module can't read; none: it reads everything. */
  readonly reader?: CertificateReader
}

/**
 * `dns`: the name is not found, or no answer in time. `connect`: refused, unreachable, or not in time. `certificate`: a
 * file that `authMode` needs is not named, not there, or not what it should be. `tls`: no agreement, by either side.
 * `notTls`: the peer's first bytes are no TLS. `tlsTimeout`: no agreement in time. `tlsClosed`: the peer closed or reset
 * before its first TLS record, `tlsCut`: behind it. `refused`: the server does not want the connection; a fault alone
 * says so.
 */
export type DialFailure =
  | 'dns'
  | 'connect'
  | 'tls'
  | 'certificate'
  | 'notTls'
  | 'tlsTimeout'
  | 'tlsClosed'
  | 'tlsCut'
  | 'refused'

/**
 * Called in this order: `connected` or `failed` once; then `data`…, then one of `ended`, `reset`. Nothing after
 * `destroy()`. In TLS 1.3 a server may refuse the client when for the client the handshake is done: an alert after
 * `connected` and before the first `data` comes as `failed('tls', …)` in place of `reset`.
 */
export interface ConnectionEvents {
  connected(): void
  /** Before `connected`: the name has addresses (not called for an address), TCP is there and TLS begins. */
  reached?(stage: 'name' | 'tcp'): void
  /** `detail`: a sentence for the log, without secrets. */
  failed(reason: DialFailure, detail: string): void
  /**
   * At any time before `connected` or `failed`: a file or a server's certificates pass here and not with every family.
   * `id`: the same for the same ones.
   */
  remarked?(id: string, sentence: string): void
  /** The array is not reused. */
  data(bytes: Uint8Array): void
  /** The socket took what was queued, after a `write` that said false. */
  drained(): void
  /** FIN or close_notify from the peer. */
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
  /**
   * Leaves the connection half-open, as a device without network does: nothing is sent any more, no end either, and what
   * comes is thrown away. No further events; `gone` when the peer has ended it, or when there was nothing to leave.
   * `destroy` ends it. A dialer without it: the connection is destroyed.
   */
  abandon?(gone: () => void): void
}

/** Bytes of a TCP connection so far, a TLS handshake included. */
export interface WireBytes {
  readonly sent: number
  readonly received: number
}

/** A connection through the system's network. */
export interface WiredConnection extends Connection {
  wire(): WireBytes
}

/** Opens connections. */
export interface Dialer {
  /** All addresses of a name, the best first; rejects, or gives none, where there are none. None: no name has an address. */
  lookup?(host: string): Promise<readonly string[]>
  dial(options: DialOptions, events: ConnectionEvents): Connection
}
