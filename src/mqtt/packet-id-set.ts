/**
 * Packet identifiers as plain data: those with the same upper byte are together. A change copies one of these lists and
 * shares the others with the set before it, however many there are.
 */
export type PacketIdSet = Readonly<Record<number, readonly number[]>>

export const noPacketIds: PacketIdSet = {}

const bucketOf = (packetId: number): number => packetId >> 8

export const hasPacketId = (ids: PacketIdSet, packetId: number): boolean =>
  ids[bucketOf(packetId)]?.includes(packetId) === true

export const withPacketId = (ids: PacketIdSet, packetId: number): PacketIdSet => {
  const list = ids[bucketOf(packetId)]
  if (list?.includes(packetId)) return ids
  return { ...ids, [bucketOf(packetId)]: list ? [...list, packetId] : [packetId] }
}

export const withoutPacketId = (ids: PacketIdSet, packetId: number): PacketIdSet => {
  const bucket = bucketOf(packetId)
  const list = ids[bucket]
  if (!list?.includes(packetId)) return ids
  if (list.length > 1) return { ...ids, [bucket]: list.filter((id) => id !== packetId) }
  const { [bucket]: _, ...others } = ids
  return others
}

export const packetIdsIn = (ids: PacketIdSet): readonly number[] => Object.values(ids).flat()

export const packetIdSetOf = (list: readonly number[]): PacketIdSet => {
  const ids: Record<number, number[]> = {}
  for (const packetId of new Set(list)) {
    ids[bucketOf(packetId)] ??= []
    ids[bucketOf(packetId)]!.push(packetId)
  }
  return ids
}
