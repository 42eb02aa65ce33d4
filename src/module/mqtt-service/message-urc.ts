import type { ClientIndex } from '../../at/commands/mqtt/mqtt-params.ts'
import { bytesOf } from '../../at/syntax/bytes.ts'
import { receiveLimits, urcs } from '../../at/urcs.ts'
import { allocate, put } from '../../mqtt/bytes.ts'

// The one place where text is put together byte by byte: a module under load spends half of its time here. Everything
// that does not change from message to message is made once, and the array has the size that it needs.

/** What stands around the numbers and the contents, of each client. */
interface Frame {
  readonly start: Uint8Array
  readonly topic: Uint8Array
  readonly payload: Uint8Array
  readonly end: Uint8Array
}

const frameOf = (index: ClientIndex): Frame => ({
  start: bytesOf(`\r\n${urcs.receiveStart.name}: ${index},`),
  topic: bytesOf(`\r\n${urcs.receiveTopic.name}: ${index},`),
  payload: bytesOf(`\r\n${urcs.receivePayload.name}: ${index},`),
  end: bytesOf(`\r\n${urcs.receiveEnd.name}: ${index}\r\n`),
})

const frames = [frameOf(0), frameOf(1)] as const
const comma = 0x2c
const cr = 0x0d
const lf = 0x0a
const zero = 0x30

/**
 * RXSTART, RXTOPIC, RXPAYLOAD in parts, RXEND: one CR LF before, single ones between (§4.2). A short one is a piece of an
 * array that others share.
 */
export function messageUrc(index: ClientIndex, topic: Uint8Array, payload: Uint8Array): Uint8Array {
  const frame = frames[index]
  const out = allocate(urcLength(frame, topic.length, payload.length))
  let at = put(out, 0, frame.start)
  at = putNumber(out, at, topic.length)
  out[at] = comma
  at = putNumber(out, at + 1, payload.length)
  at = putPart(out, at, frame.topic, topic)
  for (let from = 0; from < payload.length; from += receiveLimits.part)
    at = putPart(out, at, frame.payload, partOf(payload, from))
  put(out, at, frame.end)
  return out
}

const partOf = (payload: Uint8Array, from: number): Uint8Array =>
  payload.length <= receiveLimits.part ? payload : payload.subarray(from, from + receiveLimits.part)

function urcLength({ start, topic, payload, end }: Frame, topicBytes: number, payloadBytes: number): number {
  const head = start.length + digitsOf(topicBytes) + 1 + digitsOf(payloadBytes)
  const rest = payloadBytes % receiveLimits.part
  const parts = (payloadBytes - rest) / receiveLimits.part
  const payloads = parts * partLength(payload, receiveLimits.part) + (rest > 0 ? partLength(payload, rest) : 0)
  return head + partLength(topic, topicBytes) + payloads + end.length
}

const partLength = (head: Uint8Array, bytes: number): number => head.length + digitsOf(bytes) + 2 + bytes

function putPart(out: Uint8Array, from: number, head: Uint8Array, content: Uint8Array): number {
  const at = putNumber(out, put(out, from, head), content.length)
  out[at] = cr
  out[at + 1] = lf
  return put(out, at + 2, content)
}

/** Of a length within the limits. */
const digitsOf = (value: number): number =>
  value < 10 ? 1 : value < 100 ? 2 : value < 1000 ? 3 : value < 10_000 ? 4 : 5

function putNumber(out: Uint8Array, from: number, value: number): number {
  const end = from + digitsOf(value)
  let rest = value
  for (let at = end - 1; at >= from; at--) {
    out[at] = zero + (rest % 10)
    rest = (rest / 10) | 0
  }
  return end
}
