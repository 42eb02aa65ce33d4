import { expect, test } from 'vitest'
import { bytesOf, textOf } from '../at/syntax/bytes.ts'
import { hostedLine } from '../io/testing/memory-host.ts'
import { joinStreams } from './bridge.ts'

/** A bridge between two memory lines; `far` is the module's end. */
function bridged() {
  const [near, far] = [hostedLine('host'), hostedLine('module')]
  const heard: string[] = []
  const got = { host: '', module: '' }
  joinStreams(near.moduleEnd, far.moduleEnd, (side, bytes) => heard.push(`${side} ${textOf(bytes)}`))
  far.host.onData((bytes) => {
    got.module += textOf(bytes)
  })
  near.host.onData((bytes) => {
    got.host += textOf(bytes)
  })
  return { host: near.host, module: far.host, heard, got }
}

test('all bytes are passed on, both ways, and are recorded in order', () => {
  const { host, module, heard, got } = bridged()
  module.open()
  host.open()
  host.write(bytesOf('AT\r'))
  module.write(bytesOf('\r\nOK\r\n'))
  expect(got).toEqual({ module: 'AT\r', host: '\r\nOK\r\n' })
  expect(heard).toEqual(['host AT\r', 'module \r\nOK\r\n'])
})

test('what the module sends while no host is there is recorded', () => {
  const { host, module, heard, got } = bridged()
  module.open()
  module.write(bytesOf('RDY\r\n'))
  host.open()
  expect(heard).toEqual(['module RDY\r\n'])
  expect(got.host).toBe('')
})

test('a side that does not read pauses the other, and loses nothing; one that has left pauses nobody', () => {
  const { host, module, heard, got } = bridged()
  const block = bytesOf('x'.repeat(100_000))
  module.open()
  host.open()
  host.pause()
  for (let i = 0; i < 10; i++) module.write(block)
  expect(heard.length).toBeLessThan(5)
  host.resume()
  expect(heard).toHaveLength(10)
  expect(got.host).toHaveLength(1_000_000)
  host.pause()
  for (let i = 0; i < 10; i++) module.write(block)
  host.close()
  expect(heard).toHaveLength(20)
})
