import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FaultyModule } from '../support/module/faulty-module.ts'
import { receivedText } from '../support/module/module-host.ts'
import { word, writePacket, writePublish } from '../support/mqtt-bytes.ts'
import { said } from '../support/pure-module.ts'

const packet = (payload: string, qos = 1, packetId = 7): Buffer =>
  writePublish({ topic: Buffer.from('t'), payload: Buffer.from(payload), qos, packetId })
const message = (payload: string): string => receivedText(0, 't', payload)

const first = packet('0002')
const insideFirst = Array.from({ length: first.length - 1 }, (_, i) => i + 1)

test.each(insideFirst)('a fault that starts %d bytes into a packet begins with the next one', (bytes) => {
  const m = new FaultyModule().connected()
  m.server.send(first.subarray(0, bytes))
  m.faults.start('message-redelivered')
  m.server.send(Buffer.concat([first.subarray(bytes), packet('next', 1, 8)]))
  expect(m.got()).toBe(message('0002') + message('next').repeat(2))
})

test.each(insideFirst)('one that ends %d bytes into a packet leaves it as it is', (bytes) => {
  const m = new FaultyModule().connected()
  m.faults.start('message-redelivered')
  m.server.send(first.subarray(0, bytes))
  m.faults.stopAll()
  m.server.send(Buffer.concat([first.subarray(bytes), packet('next', 1, 8)]))
  expect(m.got()).toBe(message('0002') + message('next'))
})

test('a fault that ends at a message passes on all that came with it, in order', () => {
  const m = new FaultyModule().connected()
  const id = m.faults.start('message-redelivered')
  m.module.observe({ line: (_, direction) => direction === 'out' && m.faults.stop(id), connection() {} })
  m.server.send(Buffer.concat([packet('one', 0), packet('two', 1, 8), first.subarray(0, 3)]))
  m.server.send(first.subarray(3))
  expect(m.got()).toBe(message('one') + message('two') + message('0002'))
})

test('injected bytes that are no packet are inserted after the packet under way', () => {
  const m = new FaultyModule().connected()
  m.server.send(first.subarray(0, 4))
  m.faults.start('malformed-packet')
  expect(m.got()).toBe('')
  m.server.send(Buffer.concat([first.subarray(4), packet('next')]))
  expect(m.got()).toBe(message('0002') + said('+CMQTTCONNLOST: 0,2'))
})

type Happening =
  | { readonly send: number }
  | { readonly start: string }
  | { readonly stop: string }
  | { readonly wait: number }

const slow = 'server-slow'
const faults = ['message-redelivered', 'answers-lost', 'server-late', 'connack-refused', 'server-silent', slow]
const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ send: fc.integer({ min: 1, max: 30 }) }) },
  { weight: 2, arbitrary: fc.record({ start: fc.constantFrom(...faults) }) },
  { weight: 2, arbitrary: fc.record({ stop: fc.constantFrom(...faults) }) },
  { weight: 3, arbitrary: fc.record({ wait: fc.constantFrom(1, 40, 400) }) },
)

/** Messages whose bytes look like headers, with answers between them that nobody has asked for. */
function traffic(): { readonly bytes: Buffer; readonly payloads: readonly string[] } {
  const payloads = Array.from({ length: 20 }, (_, i) => `2@P${'0'.repeat(i)}`)
  const packets = payloads.map((payload, i) => [packet(payload, i % 2, 100 + i), writePacket(0x40, word(999))])
  return { bytes: Buffer.concat(packets.flat()), payloads }
}

test('however packets are cut and faults come and go between the pieces, no message is lost or changed', () => {
  const { bytes, payloads } = traffic()
  fc.assert(
    fc.property(fc.array(happening, { minLength: 10, maxLength: 60 }), (happenings) => {
      const m = new FaultyModule().connected()
      let [at, heard] = [0, '']
      for (const what of happenings) {
        if ('send' in what) {
          m.server.send(bytes.subarray(at, at + what.send))
          at += what.send
        }
        if ('start' in what) m.faults.start(what.start, what.start === slow ? { bytesPerSecond: 500 } : {})
        if ('stop' in what) m.faults.stop(what.stop)
        if ('wait' in what) heard += m.advance(what.wait)
        heard += m.got()
      }
      m.faults.stopAll()
      m.server.send(bytes.subarray(at))
      heard += m.got()
      for (const payload of payloads) {
        expect(heard).toContain(message(payload))
        heard = heard.replaceAll(message(payload), '')
      }
      expect(heard).toBe('')
    }),
    { numRuns: 200 },
  )
})
