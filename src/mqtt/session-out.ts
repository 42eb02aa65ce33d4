import { encode } from './encode.ts'
import type { Message, Qos, Subscribe, Unsubscribe } from './packet.ts'
import { freePacketId } from './packet-id.ts'
import type { Connected, InFlight, Operation, Session, StartedStep } from './session.ts'

/**
 * Sends a message. QoS 0 is over with its `send`: `packetId` 0, no `done`, `dup` and `deadline` mean nothing. QoS 1 and
 * 2 end with `done`: at PUBACK or PUBCOMP, or at `deadline` (ms, of the clock of `now`). A message that timed out stays
 * in the session. The session keeps the message's arrays: do not change them.
 * Throws `Error`: not connected; all packet identifiers in use. `RangeError`: topic over 65,535 bytes, packet too long.
 */
export const publish = (
  session: Session,
  message: Message,
  { dup, deadline }: { readonly dup: boolean; readonly deadline: number },
  now: number,
): StartedStep => {
  const connected = expectConnected(session, 'publish')
  const { topic, payload, qos, retain } = message
  const packetId = qos === 0 ? 0 : freePacketId(connected)
  const bytes = encode({ type: 'publish', topic, payload, qos, retain, dup: dup && qos !== 0, packetId })
  if (qos === 0) return sent(connected, connected.stored, connected.operations, bytes, 0, now)
  const outgoing = [...connected.stored.outgoing, { packetId, message, released: false }]
  const stored = { lastPacketId: packetId, outgoing, incoming: connected.stored.incoming }
  return start(connected, 'publish', bytes, stored, deadline, now)
}

/**
 * Sends SUBSCRIBE for one filter. `done` comes with SUBACK, `refused` if it is 0x80, or at `deadline` (ms).
 * Throws `Error`: not connected; all packet identifiers in use. `RangeError`: filter over 65,535 bytes.
 */
export const subscribe = (session: Session, filter: Uint8Array, qos: Qos, deadline: number, now: number): StartedStep =>
  subscribeAll(session, [{ filter, qos }], deadline, now)

/** Sends one SUBSCRIBE for several filters, at least one; `done` has their `granted`. Else like `subscribe`. */
export const subscribeAll = (
  session: Session,
  filters: Subscribe['filters'],
  deadline: number,
  now: number,
): StartedStep => {
  const connected = expectConnected(session, 'subscribe')
  const packetId = freePacketId(connected)
  const bytes = encode({ type: 'subscribe', packetId, filters })
  return start(connected, 'subscribe', bytes, { ...connected.stored, lastPacketId: packetId }, deadline, now)
}

/** Sends UNSUBSCRIBE for one filter. `done` comes with UNSUBACK or at `deadline` (ms). Throws like `subscribe`. */
export const unsubscribe = (session: Session, filter: Uint8Array, deadline: number, now: number): StartedStep =>
  unsubscribeAll(session, [filter], deadline, now)

/** Sends one UNSUBSCRIBE for several filters, at least one. */
export const unsubscribeAll = (
  session: Session,
  filters: Unsubscribe['filters'],
  deadline: number,
  now: number,
): StartedStep => {
  const connected = expectConnected(session, 'unsubscribe')
  const packetId = freePacketId(connected)
  const bytes = encode({ type: 'unsubscribe', packetId, filters })
  return start(connected, 'unsubscribe', bytes, { ...connected.stored, lastPacketId: packetId }, deadline, now)
}

/** The bytes of DISCONNECT, the last to be sent; none for a session that has ended. Its owner closes. */
export const disconnect = (session: Session): Uint8Array =>
  session.phase === 'ended' ? new Uint8Array(0) : encode({ type: 'disconnect' })

const expectConnected = (session: Session, operation: Operation): Connected => {
  if (session.phase === 'connected') return session
  throw new Error(`Cannot ${operation} while the session is ${session.phase}: wait for \`accepted\``)
}

const start = (
  session: Connected,
  operation: Operation,
  bytes: Uint8Array,
  stored: InFlight,
  deadline: number,
  now: number,
): StartedStep => {
  const packetId = stored.lastPacketId
  const operations = [...session.operations, { operation, packetId, deadline }]
  return sent(session, stored, operations, bytes, packetId, now)
}

const sent = (
  { limits, parser, pingDeadline, late }: Connected,
  stored: InFlight,
  operations: Connected['operations'],
  bytes: Uint8Array,
  packetId: number,
  now: number,
): StartedStep => ({
  session: { phase: 'connected', limits, stored, parser, lastSentAt: now, pingDeadline, operations, late },
  events: [{ type: 'send', bytes }],
  packetId,
})
