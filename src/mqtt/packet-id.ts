import type { Connected } from './session.ts'

const highest = 65_535

/**
 * The next packet identifier that nothing in flight has: 1–65535, after 65535 comes 1.
 * Throws `Error` when all are in use.
 */
export const freePacketId = (session: Connected): number => {
  const next = after(session.stored.lastPacketId)
  if (!isUsed(session, next)) return next
  const used = new Set([...session.stored.outgoing, ...session.operations].map(({ packetId }) => packetId))
  for (const packetId of session.late) used.add(packetId)
  if (used.size >= highest) throw new Error('All 65535 packet identifiers are in use: wait for acknowledgements')
  let packetId = after(next)
  while (used.has(packetId)) packetId = after(packetId)
  return packetId
}

const after = (packetId: number): number => (packetId >= highest ? 1 : packetId + 1)

const isUsed = ({ stored, operations, late }: Connected, id: number): boolean =>
  stored.outgoing.some(({ packetId }) => packetId === id) ||
  operations.some(({ packetId }) => packetId === id) ||
  late.includes(id)
