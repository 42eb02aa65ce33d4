import { array, assert, constantFrom, property, record } from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { TimelineRow } from '../../protocol.ts'
import { topicTest } from './filter.ts'
import { RowStore } from './row-store.ts'

const at = (seq: number, bytes: string, more: object = {}): TimelineRow =>
  ({
    seq,
    t: seq * 1.5,
    kind: 'at-out',
    part: 'information',
    line: 'at0',
    bytes,
    ...more,
  }) as TimelineRow

const publish = (seq: number, topic: string, client = 0): TimelineRow => ({
  seq,
  t: seq * 1.5,
  kind: 'mqtt-out',
  connection: 1,
  client,
  bytes: '0\x0c',
  packet: { type: 'publish', dup: false, retain: false, qos: 1, packetId: 7, topic, payload: '21.5' },
  chain: 3,
})

const filled = (rows: readonly TimelineRow[], mostBytes = 1 << 30) => {
  const store = new RowStore(mostBytes)
  store.append(rows)
  return store
}

const many = (count: number, row = (seq: number) => at(seq, `line ${seq}\r\n`)) =>
  Array.from({ length: count }, (_, index) => row(index + 1))

const seqs = (store: RowStore, from = 0, count = 1e6) => store.window(from, count).map(({ seq }) => seq)

describe('rows', () => {
  test('come back as they were, bytes, times and packets, also from full blocks', () => {
    const rows = many(9000, (seq) => (seq % 3 ? at(seq, `\0${seq}\xff`, { chain: seq }) : publish(seq, `t/${seq}`)))
    const store = filled(rows)
    expect(store.window(0, 1e6)).toEqual(rows)
    expect(store.row(8191)).toEqual(rows[8190])
    expect(store.row(9001)).toBeUndefined()
  })

  test('a gap takes the place of its last row', () => {
    const gap: TimelineRow = { seq: 90, t: 9, kind: 'gap', from: 4, to: 90, why: 'this tab was too slow' }
    const store = filled([...many(3), gap, at(91, 'OK')])
    expect(seqs(store)).toEqual([1, 2, 3, 90, 91])
    expect([store.placeOf(50), store.placeOf(91)]).toEqual([3, 4])
  })

  test('a time that goes back, or that is hours later, is kept', () => {
    const rows = [at(1, 'a'), at(2, 'b', { t: 1e9 }), at(3, 'c', { t: 5.0015 })]
    expect(
      filled(rows)
        .window(0, 9)
        .map(({ t }) => t),
    ).toEqual([1.5, 1e9, 5.0015])
  })

  test('what is more than there is room for goes, the oldest first, and is counted', () => {
    const store = filled(many(12_000), 400_000)
    const { rows, dropped, bytes, firstSeq, lastSeq } = store.figures()
    expect(bytes).toBeLessThanOrEqual(400_000)
    expect([rows + dropped, firstSeq, lastSeq]).toEqual([12_000, dropped + 1, 12_000])
    expect(dropped).toBeGreaterThan(0)
    store.prepend(many(dropped))
    expect(seqs(store)).toEqual(many(12_000).map(({ seq }) => seq))
  })

  test('of a chain, and of a kind, also those that are hidden', () => {
    const store = filled([at(1, 'AT'), publish(2, 'a'), at(3, 'OK'), publish(4, 'b')])
    store.filter({ text: 'OK' })
    expect(store.chain(3).map(({ seq }) => seq)).toEqual([2, 4])
    expect(store.ofKind('mqtt-out', 3, 9).map(({ seq }) => seq)).toEqual([4])
  })
})

describe('a filter', () => {
  test('counts what it hides by the first reason', () => {
    const store = filled([
      at(1, 'OK'),
      at(2, 'OK', { line: 'at1' }),
      publish(3, 'a/b'),
      publish(4, 'a/c', 1),
      publish(5, 'x'),
      at(6, 'AT\r', { part: 'echo' }),
    ])
    store.filter({ kinds: ['at-out', 'mqtt-out'], line: 'at0', client: 0, topic: 'a/#' })
    expect([seqs(store), store.figures().hidden]).toEqual([[3], { kind: 1, line: 1, client: 2, topic: 1, text: 0 }])
    store.append([publish(7, 'a/d'), publish(8, 'y')])
    expect([seqs(store), store.figures().hidden.topic]).toEqual([[3, 7], 2])
    store.filter({})
    expect(store.figures().shown).toBe(8)
  })

  test('of a text finds what a look at each row finds, wherever blocks end', () => {
    const rows = array(
      record({ text: constantFrom('OK', 'ok\0', 'O', 'K', 'a.b', '.', 'noOK', ''), more: constantFrom(1, 1, 700) }),
    )
    assert(
      property(rows, constantFrom('ok', 'a.b', '.', 'k\0o'), (texts, text) => {
        const all = texts.flatMap(({ text, more }) => Array.from({ length: more }, () => text))
        const store = filled(all.map((bytes, index) => at(index + 1, bytes)))
        store.filter({ text })
        const expected = all.flatMap((each, index) => (each.toLowerCase().includes(text) ? [index + 1] : []))
        expect(seqs(store)).toEqual(expected)
        for (const place of [0, expected.length >> 1])
          if (expected.length > 0) expect(store.placeOf(expected[place]!)).toBe(place)
      }),
      { numRuns: 60 },
    )
  })

  test('never hides a gap', () => {
    const store = filled([at(1, 'a'), { seq: 3, t: 1, kind: 'gap', from: 2, to: 3, why: 'lost' }])
    store.filter({ kinds: ['act'], text: 'zebra' })
    expect(seqs(store)).toEqual([3])
  })

  test.each([
    ['a/+/c', 'a/b/c', true],
    ['a/+/c', 'a/b/d', false],
    ['a/#', 'a', true],
    ['#', 'a/b', true],
    ['Temp', 'a/temperature', true],
    ['a+', 'a+', true],
  ])('topic %s, %s: %s', (wanted, topic, matches) => {
    expect(topicTest(wanted)(topic)).toBe(matches)
  })
})
