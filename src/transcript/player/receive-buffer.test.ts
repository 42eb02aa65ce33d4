import { expect, test } from 'vitest'
import { createReceiveBuffer } from './receive-buffer.ts'

function buffer() {
  const flow: string[] = []
  const stream = { pause: () => void flow.push('pause'), resume: () => void flow.push('resume') }
  return { inbox: createReceiveBuffer(stream), flow }
}

const kib64 = new Uint8Array(65_536)

test('a module that sends without end is read on when half of 1 MiB has been read', () => {
  const { inbox, flow } = buffer()
  for (let i = 0; i < 16; i++) inbox.add(kib64)
  expect(flow).toEqual([])
  inbox.add(kib64)
  expect(flow).toEqual(['pause'])
  inbox.skip(524_288)
  expect(flow).toEqual(['pause'])
  inbox.skip(65_536)
  expect([flow, inbox.unread().length]).toEqual([['pause', 'resume'], 524_288])
})

test('what has been read is given as it came; of more than 1 MiB, the end', () => {
  const { inbox } = buffer()
  inbox.add(Uint8Array.of(1, 2, 3))
  inbox.skip(1)
  inbox.skip(1)
  expect([...inbox.takeRead()]).toEqual([1, 2])
  for (let i = 0; i < 100; i++) {
    inbox.add(kib64)
    inbox.skip(kib64.length)
  }
  inbox.add(Uint8Array.of(9))
  inbox.skip(2)
  const read = inbox.takeRead()
  expect(read.length).toBeLessThanOrEqual((1 << 20) + 2)
  expect(read.length).toBeGreaterThan(1 << 19)
  expect(read.at(-1)).toBe(9)
})
