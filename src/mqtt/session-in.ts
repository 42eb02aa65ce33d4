import type { Packet, Publish, Suback } from './packet.ts'
import { hasPacketId, withoutPacketId, withPacketId } from './packet-id-set.ts'
import { type Parsed, parse } from './parse.ts'
import { type Connected, type Connecting, end, type Session, type SessionEvent, type SessionStep } from './session.ts'
import { draftOf, finish, listsOf, reply, type SessionDraft, settle } from './session-draft.ts'
import { accept } from './session-open.ts'

const connackType = 2
const refusedFilter = 0x80

/**
 * Takes the next bytes from the peer, cut anywhere, at `now` (ms). All acknowledgements that a chunk calls for are one
 * `send` behind its messages. Topics and payloads of messages may be views on `chunk`. Never throws: a peer that breaks
 * the protocol gives `failed`, after the events of what came before.
 */
export const receive = (session: Session, chunk: Uint8Array, now: number): SessionStep => {
  if (session.phase === 'ended') return { session, events: [] }
  if (session.phase === 'connecting') return receiveFirst(session, chunk, now)
  return handle(session, parse(session.parser, chunk, session.limits), 0, [], now)
}

const receiveFirst = (session: Connecting, chunk: Uint8Array, now: number): SessionStep => {
  const strange = session.parser.have === 0 && chunk.length > 0 && chunk[0]! >> 4 !== connackType
  if (strange) return end(session, { type: 'failed', reason: 'unexpected' })
  const parsed = parse(session.parser, chunk, session.limits)
  const first = parsed.packets[0]
  if (!first && !parsed.failure) return { session: { ...session, parser: parsed.parser }, events: [] }
  if (first?.type !== 'connack') return end(session, { type: 'failed', reason: 'unexpected' })
  const { returnCode } = first
  if (returnCode !== 0) return end(session, { type: 'refused', returnCode })
  const accepted = accept(session, first, now)
  return handle(accepted.session, parsed, 1, accepted.events, now)
}

const handle = (session: Connected, parsed: Parsed, from: number, events: SessionEvent[], now: number): SessionStep => {
  const { packets, parser, failure } = parsed
  const draft = draftOf(session, events)
  let at = from
  while (at < packets.length && take(draft, packets[at]!)) at++
  const step = finish(draft, parser, now)
  const reason = at < packets.length ? 'malformed' : failure
  if (reason === null) return step
  const last = end(step.session, { type: 'failed', reason })
  return { session: last.session, events: [...step.events, ...last.events] }
}

/** False: a server may not send this, or not now. */
const take = (draft: SessionDraft, packet: Packet): boolean => {
  switch (packet.type) {
    case 'publish':
      takePublish(draft, packet)
      return true
    case 'pingresp':
      draft.pingDeadline = null
      return true
    case 'suback':
      takeSuback(draft, packet)
      return true
    case 'unsuback':
      settle(draft, 'unsubscribe', packet.packetId, 'ok')
      return true
    case 'pubrel':
      takePubrel(draft, packet.packetId)
      reply(draft, 'pubcomp', packet.packetId)
      return true
    case 'puback':
    case 'pubrec':
    case 'pubcomp':
      takeAnswer(draft, packet.type, packet.packetId)
      return true
    default:
      return false
  }
}

const takePublish = (draft: SessionDraft, packet: Publish): void => {
  const { topic, payload, qos, retain, dup, packetId } = packet
  if (qos === 2) {
    const lists = listsOf(draft)
    reply(draft, 'pubrec', packetId)
    if (hasPacketId(lists.incoming, packetId)) return
    lists.incoming = withPacketId(lists.incoming, packetId)
  } else if (qos === 1) {
    reply(draft, 'puback', packetId)
  }
  draft.events.push({ type: 'message', message: { topic, payload, qos, retain }, dup })
}

const takePubrel = (draft: SessionDraft, packetId: number): void => {
  const lists = listsOf(draft)
  lists.incoming = withoutPacketId(lists.incoming, packetId)
}

const takeAnswer = (draft: SessionDraft, type: 'puback' | 'pubrec' | 'pubcomp', packetId: number): void => {
  const { outgoing } = listsOf(draft)
  const index = outgoing.findIndex((sent) => sent.packetId === packetId)
  const entry = outgoing[index]
  if (entry === undefined) return
  const awaited = entry.message.qos === 1 ? 'puback' : entry.released ? 'pubcomp' : 'pubrec'
  if (type === 'pubrec' && entry.message.qos === 2) {
    outgoing[index] = { ...entry, released: true }
    reply(draft, 'pubrel', packetId)
  } else if (type === awaited) {
    outgoing.splice(index, 1)
    settle(draft, 'publish', packetId, 'ok')
  }
}

const takeSuback = (draft: SessionDraft, { packetId, granted }: Suback): void =>
  settle(
    draft,
    'subscribe',
    packetId,
    granted.includes(refusedFilter) ? 'refused' : 'ok',
    granted.length > 1 ? granted : undefined,
  )
