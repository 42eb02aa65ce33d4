import { concat } from './bytes.ts'
import { encode } from './encode.ts'
import type { Connack } from './packet.ts'
import { noPacketIds } from './packet-id-set.ts'
import { emptyParser } from './parse.ts'
import type {
  Connected,
  Connecting,
  ConnectOptions,
  Outgoing,
  SessionEvent,
  SessionStep,
  StoredSession,
} from './session.ts'
import { nothingInFlight, restore } from './session.ts'

/**
 * A session on a connection that has just been made, at `now` (ms): CONNECT goes out, CONNACK is awaited for
 * `operationTimeoutMs`. `stored` comes from `store` of the connection before; with `cleanSession` it is discarded.
 * Throws `RangeError` for texts that CONNECT has no room for (65,535 bytes).
 */
export const open = (options: ConnectOptions, stored: StoredSession, now: number): SessionStep => {
  const { version, cleanSession, keepAlive, operationTimeoutMs, maxPacketBytes } = options
  const session: Connecting = {
    phase: 'connecting',
    limits: { version, cleanSession, keepAliveMs: keepAlive * 1000, operationTimeoutMs, maxPacketBytes },
    stored: cleanSession ? nothingInFlight : restore(stored),
    parser: emptyParser,
    lastSentAt: now,
    connackDeadline: now + operationTimeoutMs,
  }
  return { session, events: [{ type: 'send', bytes: encode({ type: 'connect', ...options }) }] }
}

/** CONNACK 0 has come: what is stored goes out again, in order, with DUP. */
export const accept = (
  session: Connecting,
  connack: Connack,
  now: number,
): { session: Connected; events: SessionEvent[] } => {
  const { limits, lastSentAt } = session
  const { sessionPresent } = connack
  const stored = limits.version === 4 && !sessionPresent ? { ...session.stored, incoming: noPacketIds } : session.stored
  const events: SessionEvent[] = [{ type: 'accepted', sessionPresent }]
  const again = stored.outgoing.length > 0
  if (again) events.push({ type: 'send', bytes: concat(stored.outgoing.map(resend)) })
  return {
    session: {
      phase: 'connected',
      limits,
      stored,
      parser: session.parser,
      lastSentAt: again ? now : lastSentAt,
      pingDeadline: null,
      operations: [],
      late: [],
    },
    events,
  }
}

const resend = ({ packetId, message, released }: Outgoing): Uint8Array =>
  encode(released ? { type: 'pubrel', packetId } : { type: 'publish', ...message, dup: true, packetId })
