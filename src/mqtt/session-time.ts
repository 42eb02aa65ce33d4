import { encode } from './encode.ts'
import { type Connected, end, type Session, type SessionEvent, type SessionStep } from './session.ts'

/** When `tick` has something to do (ms), `Infinity` if never. Changes with every step. */
export const nextTickAt = (session: Session): number => {
  if (session.phase === 'ended') return Infinity
  if (session.phase === 'connecting') return session.connackDeadline
  let first = session.pingDeadline ?? pingDue(session)
  for (const { deadline } of session.operations) if (deadline < first) first = deadline
  return first
}

/** Does all that is due at `now` (ms): time-outs, PINGREQ. Early or late calls do no harm. */
export const tick = (session: Session, now: number): SessionStep => {
  if (nextTickAt(session) > now || session.phase === 'ended') return { session, events: [] }
  if (session.phase === 'connecting') return end(session, { type: 'failed', reason: 'connackTimeout' })
  const timedOut = expire(session, now)
  const pinged = ping(timedOut.session, now)
  return { session: pinged.session, events: [...timedOut.events, ...pinged.events] }
}

const pingDue = ({ lastSentAt, limits }: Connected): number =>
  limits.keepAliveMs === 0 ? Infinity : lastSentAt + limits.keepAliveMs

const expire = (session: Connected, now: number): { session: Connected; events: readonly SessionEvent[] } => {
  const due = session.operations.filter(({ deadline }) => deadline <= now)
  if (due.length === 0) return { session, events: [] }
  const operations = session.operations.filter(({ deadline }) => deadline > now)
  const unanswered = due.filter(({ operation }) => operation !== 'publish').map(({ packetId }) => packetId)
  return {
    session: { ...session, operations, late: [...session.late, ...unanswered] },
    events: due.map(({ operation, packetId }) => ({ type: 'done', operation, packetId, outcome: 'timeout' })),
  }
}

const ping = (session: Connected, now: number): SessionStep => {
  const { pingDeadline, limits } = session
  if (pingDeadline !== null && pingDeadline <= now) return end(session, { type: 'failed', reason: 'pingTimeout' })
  if (pingDeadline !== null || pingDue(session) > now) return { session, events: [] }
  return {
    session: { ...session, lastSentAt: now, pingDeadline: now + limits.operationTimeoutMs },
    events: [{ type: 'send', bytes: encode({ type: 'pingreq' }) }],
  }
}
