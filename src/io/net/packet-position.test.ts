import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PacketPosition } from './packet-position.ts'

/** A packet with a body of so many bytes, all of which look like headers. */
function packet(length: number): number[] {
  const digits: number[] = []
  let left = length
  do {
    digits.push((left & 0x7f) | (left > 0x7f ? 0x80 : 0))
    left >>= 7
  } while (left > 0)
  return [0x30, ...digits, ...Array.from({ length }, () => 0x30)]
}

test.each([0, 1, 127, 128, 16_383, 16_384, 2_097_152])(
  'the end of a packet with %d bytes, and of no other',
  (length) => {
    const bytes = Uint8Array.from([...packet(length), ...packet(1)])
    const position = new PacketPosition()
    expect(position.atStart).toBe(true)
    expect(position.toEnd(bytes)).toBe(bytes.length - 3)
    expect(position.atStart).toBe(true)
    expect(position.toEnd(bytes, bytes.length - 3)).toBe(bytes.length)
  },
)

test('however the bytes are cut, it is between two packets where one ends and nowhere else', () => {
  const lengths = fc.array(fc.constantFrom(0, 1, 2, 127, 128, 300), { minLength: 1, maxLength: 6 })
  fc.assert(
    fc.property(lengths, fc.array(fc.nat(2000), { maxLength: 8 }), (all, cuts) => {
      const packets = all.map(packet)
      const bytes = Uint8Array.from(packets.flat())
      const ends = new Set([0])
      for (const { length } of packets) ends.add(Math.max(...ends) + length)
      const points = [...new Set([0, bytes.length, ...cuts.filter((cut) => cut < bytes.length)])].sort((a, b) => a - b)
      const position = new PacketPosition()
      for (const [i, point] of points.slice(1).entries()) {
        position.pass(bytes.subarray(points[i], point))
        expect(position.copy().atStart).toBe(ends.has(point))
      }
    }),
    { numRuns: 300 },
  )
})

test('a copy goes its own way', () => {
  const position = new PacketPosition()
  position.pass(Uint8Array.of(0x30, 2))
  const copy = position.copy()
  copy.pass(Uint8Array.of(1, 2))
  expect([position.atStart, copy.atStart]).toEqual([false, true])
})
