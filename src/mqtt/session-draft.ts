import { allocate, putShort } from './bytes.ts'
import { firstByteOf } from './encode.ts'
import type { Acknowledgement } from './packet.ts'
import type { PacketIdSet } from './packet-id-set.ts'
import type { Parser } from './parse.ts'
import type { Connected, Operation, Outgoing, SessionEvent, StartedOperation } from './session.ts'

/** A connected session being changed by the packets of one chunk. It never leaves `receive`. */
export interface SessionDraft {
  readonly session: Connected
  readonly events: SessionEvent[]
  /** Acknowledgements to be sent: first byte × 65536 + packet identifier. */
  readonly replies: number[]
  pingDeadline: number | null
  /** Copies of the session's lists, made when the first of them changes. */
  lists: Lists | null
}

interface Lists {
  readonly outgoing: Outgoing[]
  incoming: PacketIdSet
  readonly operations: StartedOperation[]
  readonly late: number[]
}

export const draftOf = (session: Connected, events: SessionEvent[]): SessionDraft => ({
  session,
  events,
  replies: [],
  pingDeadline: session.pingDeadline,
  lists: null,
})

export const listsOf = (draft: SessionDraft): Lists => {
  const { stored, operations, late } = draft.session
  draft.lists ??= {
    outgoing: [...stored.outgoing],
    incoming: stored.incoming,
    operations: [...operations],
    late: [...late],
  }
  return draft.lists
}

export const reply = (draft: SessionDraft, type: Acknowledgement['type'], packetId: number): void => {
  draft.replies.push((firstByteOf(type) << 16) | packetId)
}

/** Ends an operation, if it was started on this connection and has not timed out. */
export const settle = (
  draft: SessionDraft,
  operation: Operation,
  packetId: number,
  outcome: 'ok' | 'refused',
  granted?: readonly number[],
): void => {
  const { operations, late } = listsOf(draft)
  const index = operations.findIndex((started) => started.packetId === packetId && started.operation === operation)
  if (index >= 0) {
    operations.splice(index, 1)
    draft.events.push({ type: 'done', operation, packetId, outcome, ...(granted && { granted }) })
  } else if (operation !== 'publish') {
    remove(late, packetId)
  }
}

/** Takes the first `value` out of a list, if it is there. */
const remove = (list: number[], value: number): void => {
  const index = list.indexOf(value)
  if (index >= 0) list.splice(index, 1)
}

/** The new session and all events; the acknowledgements come last, as one `send`. */
export const finish = (
  draft: SessionDraft,
  parser: Parser,
  now: number,
): { session: Connected; events: SessionEvent[] } => {
  const { session, events, replies, pingDeadline, lists } = draft
  const replied = replies.length > 0
  if (replied) events.push({ type: 'send', bytes: encodeReplies(replies) })
  const same = !replied && lists === null && parser === session.parser && pingDeadline === session.pingDeadline
  return { session: same ? session : changed(draft, parser, replied ? now : session.lastSentAt), events }
}

// Written out: a spread costs more than all the rest of a message does.
const changed = ({ session, pingDeadline, lists }: SessionDraft, parser: Parser, lastSentAt: number): Connected => {
  const { limits, stored } = session
  const { operations, late } = lists ?? session
  const nowStored = lists
    ? { lastPacketId: stored.lastPacketId, outgoing: lists.outgoing, incoming: lists.incoming }
    : stored
  return { phase: 'connected', limits, stored: nowStored, parser, lastSentAt, pingDeadline, operations, late }
}

const encodeReplies = (replies: readonly number[]): Uint8Array => {
  const bytes = allocate(4 * replies.length)
  let at = 0
  for (const entry of replies) {
    bytes[at] = entry >> 16
    bytes[at + 1] = 2
    at = putShort(bytes, at + 2, entry & 0xffff)
  }
  return bytes
}
