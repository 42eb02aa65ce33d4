import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bytesOf, concat, textOf } from '../at/syntax/bytes.ts'
import { encode } from '../mqtt/public.ts'
import { PacketKeys } from './packet-keys.ts'
import { cut } from './testing.ts'

const begin = '-----BEGIN EC PRIVATE KEY-----\n'
const key = `${begin}${'geheim'.repeat(30)}\n-----END EC PRIVATE KEY-----\n`

const publish = (payload: string): Uint8Array =>
  encode({
    type: 'publish',
    dup: false,
    retain: false,
    qos: 0,
    packetId: 0,
    topic: bytesOf('t'),
    payload: bytesOf(payload),
  })

test('a private key in a packet is as many stars, cut anywhere; a packet behind one without end is shown', () => {
  const packets = [publish(`a${key}b`), encode({ type: 'pingreq' }), publish(`${begin}geheim`), publish('open')]
  const text = textOf(concat(packets))
  const expected = text.replaceAll('geheim', '******').replace(/[-*END]+ EC/g, '-----END EC')
  fc.assert(
    fc.property(fc.array(fc.nat(), { maxLength: 8 }), (places) => {
      const keys = new PacketKeys()
      const shown = cut(text, places).map((part) => textOf(keys.take(bytesOf(part))))
      // Where a cut is in -----END, what is before it is hidden too.
      expect(shown.join('').replace(/[-*END]+ EC/g, '-----END EC')).toBe(expected)
    }),
    { numRuns: 200 },
  )
})

test('and in what is no MQTT', () => {
  const keys = new PacketKeys()
  const text = `\xff\xff\xff\xff\xff${key}${'x'.repeat(500)}`
  expect(textOf(keys.take(bytesOf(text)))).toBe(text.replaceAll('geheim', '******'))
})
