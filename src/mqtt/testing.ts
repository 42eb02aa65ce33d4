import { concat } from './bytes.ts'
import {
  type ConnectOptions,
  emptyParser,
  emptyStore,
  encode,
  type Message,
  open,
  type Packet,
  parse,
  type Qos,
  receive,
  type Session,
  type SessionStep,
  type StoredSession,
} from './public.ts'

/** For the tests of this folder. */
export const text = (value: string): Uint8Array => Uint8Array.from(value, (character) => character.charCodeAt(0))

export const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

export const unhex = (digits: string): Uint8Array =>
  Uint8Array.from(digits.replaceAll(' ', '').match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))

export const options: ConnectOptions = {
  version: 4,
  clientId: text('c1'),
  cleanSession: false,
  keepAlive: 60,
  operationTimeoutMs: 10_000,
  maxPacketBytes: 20_000,
}

/** The same value, which nothing can change any more (but for the bytes). */
export const frozen = <T>(value: T): T => {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || Object.isFrozen(value)) return value
  Object.freeze(value)
  for (const member of Object.values(value)) frozen(member)
  return value
}

export const connected = (changes: Partial<ConnectOptions> = {}, stored: StoredSession = emptyStore): Session =>
  frozen(receive(open({ ...options, ...changes }, stored, 0).session, unhex('20020000'), 0).session)

export const message = (qos: Qos, topic = 't', payload = 'p'): Message => ({
  topic: text(topic),
  payload: text(payload),
  qos,
  retain: false,
})

/** A PUBLISH as a server sends it. */
export const incoming = (qos: Qos, packetId: number, payload = 'p', dup = false): Uint8Array =>
  encode({ type: 'publish', ...message(qos, 't', payload), dup, packetId })

export const take = (session: Session, digits: string | Uint8Array, now = 0): SessionStep =>
  frozen(receive(session, typeof digits === 'string' ? unhex(digits) : digits, now))

export const sentBytes = (step: SessionStep): Uint8Array =>
  concat(step.events.flatMap((event) => (event.type === 'send' ? [event.bytes] : [])))

export const sentHex = (step: SessionStep): string => hex(sentBytes(step))

export const sentPackets = (step: SessionStep): readonly Packet[] =>
  parse(emptyParser, sentBytes(step), { version: 4, maxPacketBytes: 1e9 }).packets

/** All events but `send`, short. */
export const told = (step: SessionStep): string[] =>
  step.events.flatMap((event) => {
    if (event.type === 'message') return [`message ${String.fromCharCode(...event.message.payload)}`]
    if (event.type === 'done') return [`${event.operation} ${event.packetId} ${event.outcome}`]
    if (event.type === 'failed') return [`failed ${event.reason}`]
    if (event.type === 'refused') return [`refused ${event.returnCode}`]
    return event.type === 'accepted' ? [`accepted ${event.sessionPresent}`] : []
  })
