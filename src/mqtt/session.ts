import type { Message, Version } from './packet.ts'
import { noPacketIds, type PacketIdSet, packetIdSetOf, packetIdsIn } from './packet-id-set.ts'
import type { Parser } from './parse.ts'

/**
 * An MQTT 3.1 / 3.1.1 client session without I/O: bytes and time in, bytes and events out.
 * Every function takes a session and gives a new one; a session is plain data.
 * Times are milliseconds of whatever clock the caller uses.
 */

/** What a client says in CONNECT, and the bound of its operations. */
export interface ConnectOptions {
  readonly version: Version
  readonly clientId: Uint8Array
  readonly cleanSession: boolean
  /** Seconds; a PINGREQ goes out when nothing was *sent* for so long. 0: never. */
  readonly keepAlive: number
  readonly will?: Message
  readonly username?: Uint8Array
  readonly password?: Uint8Array
  /** Bound of CONNACK and PINGRESP, and what callers use for SUBACK and UNSUBACK. */
  readonly operationTimeoutMs: number
  /** A peer whose packet is longer (fixed header included) is cut off, not buffered. */
  readonly maxPacketBytes: number
}

/** A QoS 1 or 2 message that the peer has not acknowledged to its end. */
export interface Outgoing {
  readonly packetId: number
  readonly message: Message
  readonly released: boolean
}

/** QoS 1 and 2 messages under way: what outlives a connection when `cleanSession` is false. */
export interface StoredSession {
  readonly lastPacketId: number
  /** Oldest first. `released`: PUBREC came, so PUBREL is what goes out next. */
  readonly outgoing: readonly Outgoing[]
  /** Packet identifiers of QoS 2 messages received and not yet released by the peer. */
  readonly incoming: readonly number[]
}

export type Operation = 'publish' | 'subscribe' | 'unsubscribe'

/** What a session tells its owner, in order. `send` first of all: the bytes go to the socket as they come. */
export type SessionEvent =
  | { readonly type: 'send'; readonly bytes: Uint8Array }
  /** CONNACK 0. Stored messages follow as `send`. */
  | { readonly type: 'accepted'; readonly sessionPresent: boolean }
  /** CONNACK 1–5 (or any other non-zero code): the owner closes. */
  | { readonly type: 'refused'; readonly returnCode: number }
  /** The owner closes. `unexpected`: something else than CONNACK came first. */
  | {
      readonly type: 'failed'
      readonly reason: 'connackTimeout' | 'unexpected' | 'pingTimeout' | 'malformed' | 'tooLarge'
    }
  | { readonly type: 'message'; readonly message: Message; readonly dup: boolean }
  /** An operation ended. A later acknowledgement of one that timed out is swallowed (its QoS 2 flow goes on silently). */
  | {
      readonly type: 'done'
      readonly operation: Operation
      readonly packetId: number
      /** `refused`: SUBACK 0x80 for one filter at least. `timeout`: not acknowledged before its deadline. */
      readonly outcome: 'ok' | 'refused' | 'timeout'
      /** Of a SUBSCRIBE with several filters: the granted QoS of each, 0x80 refused. */
      readonly granted?: readonly number[]
    }

/** What a function did: the session to go on with, and what its owner has to do. The session given stays as it was. */
export interface SessionStep {
  readonly session: Session
  readonly events: readonly SessionEvent[]
}
export interface StartedStep extends SessionStep {
  /** Comes back in `done`. 0 for QoS 0, which has no `done`. */
  readonly packetId: number
}

/** Plain data, JSON-able but for its `Uint8Array`s. `ended`: after `failed` or `refused`; nothing happens any more. */
export type Session = Connecting | Connected | Ended

interface Common {
  readonly limits: SessionLimits
  readonly stored: InFlight
}
/** A stored session while it has a connection. */
export interface InFlight extends Omit<StoredSession, 'incoming'> {
  readonly incoming: PacketIdSet
}
/** CONNECT is out. */
export interface Connecting extends Common {
  readonly phase: 'connecting'
  readonly parser: Parser
  readonly lastSentAt: number
  readonly connackDeadline: number
}
export interface Connected extends Common {
  readonly phase: 'connected'
  readonly parser: Parser
  readonly lastSentAt: number
  /** PINGRESP is awaited until then; null: no PINGREQ is out. */
  readonly pingDeadline: number | null
  /** What still gets a `done`, in the order of its start. */
  readonly operations: readonly StartedOperation[]
  /** Packet identifiers of SUBSCRIBE and UNSUBSCRIBE that timed out: not free until acknowledged. */
  readonly late: readonly number[]
}
export interface Ended extends Common {
  readonly phase: 'ended'
}

export interface StartedOperation {
  readonly operation: Operation
  readonly packetId: number
  readonly deadline: number
}

/** What of the options a session needs after CONNECT: no names, no passwords. */
export interface SessionLimits {
  readonly version: Version
  readonly cleanSession: boolean
  readonly keepAliveMs: number
  readonly operationTimeoutMs: number
  readonly maxPacketBytes: number
}

/** The session of a client that never was connected. */
export const emptyStore: StoredSession = { lastPacketId: 0, outgoing: [], incoming: [] }

/** What to keep when the connection has ended, for the next `open`; `emptyStore` of a clean session. */
export const store = ({ limits, stored }: Session): StoredSession =>
  limits.cleanSession ? emptyStore : { ...stored, incoming: packetIdsIn(stored.incoming) }

/** The reverse of `store`. */
export const restore = (stored: StoredSession): InFlight => ({ ...stored, incoming: packetIdSetOf(stored.incoming) })

/** Of a session that begins. */
export const nothingInFlight: InFlight = { lastPacketId: 0, outgoing: [], incoming: noPacketIds }

/** The connection is of no more use: `event` is the last. */
export const end = ({ limits, stored }: Common, event: SessionEvent): SessionStep => ({
  session: { phase: 'ended', limits, stored },
  events: [event],
})
