import { expect, test } from 'vitest'
import { record, text } from '../testing/recorder.ts'
import { memoryLine } from '../transports/memory.ts'
import { shared } from './shared.ts'

function line() {
  const memory = memoryLine('line')
  const { accepted } = memory
  const far = record(accepted)
  const told: boolean[] = []
  const sharing = shared(memory.dial(), { presence: (present) => told.push(present) })
  return { accepted, far, told, sharing }
}

test('one user after another: each hears what comes in its time, and only it is heard', async () => {
  const { accepted, far, sharing } = line()
  accepted.write(text('early'))
  const [first, one] = [sharing.take(), 'first']
  const heard = record(first)
  expect(heard.events).toEqual([true, 'early'])
  first.write(text(one))
  const second = sharing.take()
  accepted.write(text('for the second'))
  first.write(text('not sent'))
  expect(record(second).events).toEqual([true, 'for the second'])
  second.write(text(', second'))
  expect([far.bytes().toString(), heard.events]).toEqual(['first, second', [true, 'early']])
  await first.close()
  accepted.write(text('still'))
  await sharing.close()
  expect(far.events.at(-1)).toBe(false)
})

test('a user that has closed leaves the line open; what comes until the next is lost', async () => {
  const { accepted, far, sharing } = line()
  const first = sharing.take()
  record(first)
  first.pause()
  await first.close()
  accepted.write(text('lost'))
  const seen = record(sharing.take())
  accepted.write(text('here'))
  expect(seen.events).toEqual([true, 'here'])
  expect(far.events).toEqual([true])
})

test('whoever watches is told of the peer, with or without a user', async () => {
  const { accepted, told, sharing } = line()
  const seen = record(sharing.take())
  await accepted.close()
  expect([told, seen.events]).toEqual([
    [true, false],
    [true, false],
  ])
})
