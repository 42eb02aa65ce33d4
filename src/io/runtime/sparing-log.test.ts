import { expect, test } from 'vitest'
import { virtualClock } from './clock-virtual.ts'
import { sparingLog } from './sparing-log.ts'

test('ten lines of a message in a minute, then one with the number of the further ones', () => {
  const clock = virtualClock()
  const lines: unknown[] = []
  const log = sparingLog({ log: (...line) => void lines.push(line) }, clock)
  for (let i = 0; i < 1000; i++) log.log('warn', 'refused', { i })
  log.log('warn', 'something else')
  expect(lines).toEqual([
    ...Array.from({ length: 10 }, (_, i) => ['warn', 'refused', { i }]),
    ['warn', 'something else', undefined],
  ])
  clock.advance(59_999)
  log.log('warn', 'refused', { i: 1000 })
  expect(lines).toHaveLength(11)
  clock.advance(1)
  expect(lines.slice(11)).toEqual([['warn', 'refused', { further: 991 }]])
  log.log('warn', 'refused', { i: 1001 })
  expect(lines.slice(12)).toEqual([['warn', 'refused', { i: 1001 }]])
  clock.advance(60_000)
  expect([lines.length, clock.pending()]).toEqual([13, 0])
})
