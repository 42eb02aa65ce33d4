import { emptyParser, encode, parse } from '../../src/mqtt/public.ts'
import type { Benchmark } from '../harness/benchmark.ts'
import { rateOf } from '../harness/rate.ts'
import { payload, topic, topicText } from '../support/message.ts'
import { rawPublish } from '../support/raw-mqtt.ts'

const batch = 10_000
const options = { version: 4, maxPacketBytes: 1 << 20 } as const
const chunk = rawPublish(1, 1)

/** (a) */
export const codecEncode: Benchmark = {
  name: 'a-encode',
  title: 'a QoS 1 publish of 60 bytes becomes bytes, by the function that the session calls.',
  against: '`generate` of mqtt-packet.',
  unit: 'packets/s',
  better: 'higher',
  floor: 5,
  ours: () => rateOf(encodeOurs),
  other: encodeOther,
}

function encodeOurs(): number {
  let length = 0
  for (let i = 1; i <= batch; i++)
    length += encode({ type: 'publish', topic, payload, qos: 1, retain: false, dup: false, packetId: i }).length
  return expectSum(length, batch * chunk.length)
}

async function encodeOther(): Promise<number> {
  const { generate } = await import('mqtt-packet')
  const body = Buffer.from(payload)
  return rateOf(() => {
    let length = 0
    for (let messageId = 1; messageId <= batch; messageId++)
      length += generate({
        cmd: 'publish',
        topic: topicText,
        payload: body,
        qos: 1,
        retain: false,
        dup: false,
        messageId,
      }).length
    return expectSum(length, batch * chunk.length)
  })
}

/** (a) */
export const codecParse: Benchmark = {
  name: 'a-parse',
  title:
    'the bytes of a QoS 1 publish of 60 bytes, one a chunk, become a packet, by the function that the session calls.',
  against: 'the parser of mqtt-packet, one for all chunks.',
  unit: 'packets/s',
  better: 'higher',
  floor: 5,
  ours: () => rateOf(parseOurs),
  other: parseOther,
}

function parseOurs(): number {
  let packets = 0
  for (let i = 0; i < batch; i++) packets += parse(emptyParser, chunk, options).packets.length
  return expectSum(packets, batch)
}

async function parseOther(): Promise<number> {
  const { parser } = await import('mqtt-packet')
  const stream = parser({ protocolVersion: 4 })
  const buffer = Buffer.from(chunk)
  let packets = 0
  stream.on('packet', () => {
    packets++
  })
  return rateOf(() => {
    packets = 0
    for (let i = 0; i < batch; i++) stream.parse(buffer)
    return expectSum(packets, batch)
  })
}

/** Shows that the work was done, and keeps it from being left out. */
function expectSum(sum: number, expected: number): number {
  if (sum !== expected) throw new Error(`${sum}, not ${expected}`)
  return batch
}
