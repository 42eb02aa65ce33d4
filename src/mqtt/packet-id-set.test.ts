import fc from 'fast-check'
import { expect, test } from 'vitest'
import { concat } from './bytes.ts'
import {
  hasPacketId,
  noPacketIds,
  type PacketIdSet,
  packetIdSetOf,
  packetIdsIn,
  withoutPacketId,
  withPacketId,
} from './packet-id-set.ts'
import { store } from './session.ts'
import { connected, frozen, incoming, take, told, unhex } from './testing.ts'

const anId = fc.oneof(fc.integer({ min: 1, max: 65_535 }), fc.integer({ min: 250, max: 260 }))

test('it is a set, whatever goes in and out, and plain data all along', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), anId), { maxLength: 60 }), (changes) => {
      const model = new Set<number>()
      let ids: PacketIdSet = noPacketIds
      for (const [goesIn, id] of changes) {
        if (goesIn) model.add(id)
        else model.delete(id)
        ids = frozen(goesIn ? withPacketId(ids, id) : withoutPacketId(ids, id))
        expect(hasPacketId(ids, id)).toBe(goesIn)
      }
      expect([...packetIdsIn(ids)].sort()).toEqual([...model].sort())
      expect(JSON.parse(JSON.stringify(ids))).toEqual(ids)
      expect(packetIdsIn(packetIdSetOf(packetIdsIn(ids)))).toEqual(packetIdsIn(ids))
      if (model.size === 0) expect(ids).toEqual(noPacketIds)
    }),
  )
})

/** How many lists the second does not share with the first, and how long they are. */
const copied = (before: PacketIdSet, after: PacketIdSet): readonly number[] =>
  Object.entries(after).flatMap(([bucket, list]) => (list === before[Number(bucket)] ? [] : [list.length]))

test('with 60,000 QoS 2 messages in flight another one, and the end of one, copy 256 identifiers at most', () => {
  const ids = Array.from({ length: 60_000 }, (_, i) => i + 1)
  const { session } = take(connected(), concat(ids.map((id) => incoming(2, id))))
  expect(store(session).incoming).toEqual(ids)
  const more = take(session, incoming(2, 60_001, 'a'))
  expect(told(more)).toEqual(['message a'])
  const ended = take(session, unhex('62020100'))
  expect(store(ended.session).incoming).toHaveLength(59_999)
  for (const step of [more, ended]) {
    const lists = copied(session.stored.incoming, step.session.stored.incoming)
    expect(lists).toHaveLength(1)
    expect(lists[0]).toBeLessThanOrEqual(256)
  }
  expect(told(take(session, incoming(2, 30_000, 'again', true)))).toEqual([])
})
