import { existsSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { virtualClock } from '../../io/runtime/clock-virtual.ts'
import type { ServerMessage } from '../protocol.ts'
import { History } from './history.ts'
import { mostBehind, RowStream } from './row-stream.ts'
import { ConsoleTimeline } from './timeline.ts'

const spilled = (): readonly string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('atmqtt-console-'))

test('rows that memory has no room for are in a file of a bounded length, which goes at the end', () => {
  const before = new Set(spilled())
  const history = new History({ memoryBytes: 200_000, fileBytes: 1_000_000 })
  const count = 20_000
  for (let seq = 1; seq <= count; seq++) history.add({ seq, json: `{"seq":${seq},"text":"${'x'.repeat(80)}"}` }, {})
  const [folder] = spilled().filter((name) => !before.has(name))
  expect(folder).toBeDefined()
  expect(history.last).toBe(count)
  expect(history.first).toBeGreaterThan(1000)
  expect(history.first).toBeLessThan(12_000)
  const rows = [...history.rows(history.first, count)]
  expect(rows).toHaveLength(count - history.first + 1)
  for (const { seq, json } of rows) expect((JSON.parse(json) as { seq: number }).seq).toBe(seq)
  expect([...history.rows(1, history.first - 1)]).toEqual([])
  history.close()
  expect(spilled()).not.toContain(folder)
  expect(existsSync(`${tmpdir()}/${folder}`)).toBe(false)
})

const read = (messages: readonly string[]) => messages.map((text) => JSON.parse(text) as ServerMessage)
const text = 'x'.repeat(1000)

test('a page that is 8 MB behind gets a gap in place of what it missed, and the state as it is behind it', () => {
  const timeline = new ConsoleTimeline({ clock: virtualClock() })
  timeline.add({ kind: 'note', text })
  const stream = new RowStream(timeline, 0)
  stream.next()
  while (timeline.history.totalBytes <= mostBehind + 5000) timeline.add({ kind: 'note', text })
  const { last } = timeline.history
  const [gap, snapshot] = read(stream.next())
  expect(gap).toMatchObject({
    rows: [{ kind: 'gap', seq: last, from: 2, to: last, why: expect.stringContaining('8 MB') }],
  })
  expect(snapshot).toEqual({ snapshot: { seq: last, state: {} } })
  expect(stream.next()).toEqual([])
  timeline.add({ kind: 'note', text: 'then' })
  expect(read(stream.next())).toMatchObject([{ rows: [{ seq: last + 1, text: 'then' }] }])
  timeline.close()
})

test('rows that are not kept any more are a gap for who asks for them', () => {
  const limits = { memoryBytes: 100_000, fileBytes: 0 }
  const timeline = new ConsoleTimeline({ clock: virtualClock(), limits })
  for (let i = 0; i < 3000; i++) timeline.add({ kind: 'note', text: 'x'.repeat(100) })
  const { first } = timeline.history
  expect(first).toBeGreaterThan(1)
  const [gap] = read(new RowStream(timeline, 0).next())
  expect(gap).toMatchObject({ rows: [{ kind: 'gap', from: 1, to: first - 1 }] })
  expect(timeline.stateAt(1)).toBeUndefined()
  timeline.close()
})

test('history goes to a page at its own speed, every row of it, with a whole state every 1,000 rows', () => {
  const timeline = new ConsoleTimeline({ clock: virtualClock() })
  for (let i = 0; i < 12_000; i++) timeline.add({ kind: 'note', text })
  expect(timeline.history.totalBytes).toBeGreaterThan(mostBehind)
  const stream = new RowStream(timeline, 0)
  const seqs: number[] = []
  const snapshots: number[] = []
  for (let messages = stream.next(); messages.length > 0; messages = stream.next())
    for (const message of read(messages)) {
      if ('rows' in message) seqs.push(...message.rows.map(({ seq }) => seq))
      if ('snapshot' in message) snapshots.push(message.snapshot.seq)
    }
  expect(seqs).toEqual(Array.from({ length: 12_000 }, (_, i) => i + 1))
  expect(snapshots).toEqual(Array.from({ length: 12 }, (_, i) => i * 1000))
  timeline.close()
})
