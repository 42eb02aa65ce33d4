import { expect, test } from 'vitest'
import { type ByteStream, StreamWriter } from './stream.ts'
import { text } from './testing/recorder.ts'
import { memoryLine } from './transports/memory.ts'

function line() {
  const memory = memoryLine('line')
  const { accepted } = memory
  const stream = memory.dial()
  const writer = new StreamWriter(stream)
  stream.start({
    data() {},
    presence: (present, reason) => present || writer.ended(reason),
    drained: () => writer.drained(),
  })
  return { accepted, writer }
}

const settled = async (promise: Promise<void>): Promise<string> => {
  const outcome = promise.then(
    () => 'taken',
    ({ message }: Error) => message,
  )
  return Promise.race([outcome, new Promise<string>((resolve) => setImmediate(resolve, 'waits'))])
}

test('a write resolves when the other end has taken it', async () => {
  const { accepted, writer } = line()
  const written = writer.write(text('AT'))
  expect(await settled(written)).toBe('waits')
  accepted.start({ data() {} })
  expect(await settled(written)).toBe('taken')
  expect(await settled(writer.write(text('AT')))).toBe('taken')
})

test('what waits, and what is written afterwards, rejects when the other end has gone', async () => {
  const { accepted, writer } = line()
  const written = writer.write(text('AT'))
  await accepted.close()
  expect(await settled(written)).toBe('line is closed')
  expect(await settled(writer.write(text('AT')))).toBe('line is closed')
})

test('it rejects with the reason for which the other end went', async () => {
  const stream = { address: 'line', write() {}, backlog: () => 1 } as Partial<ByteStream> as ByteStream
  const writer = new StreamWriter(stream)
  const written = writer.write(text('AT'))
  writer.ended(new Error('unplugged'))
  expect(await settled(written)).toBe('unplugged')
})
