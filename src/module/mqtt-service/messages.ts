import type { ClientIndex } from '../../at/commands/mqtt/mqtt-params.ts'
import { bytesOf, concat } from '../../at/syntax/bytes.ts'
import { receiveLimits, urcs } from '../../at/urcs.ts'
import type { Message } from '../../mqtt/public.ts'
import { log, type StepContext, urc } from '../core/step-context.ts'
import { clientAt } from './clients.ts'

/** A received message as URC; one over the limits is dropped for the host and named in the log. */
export function reportMessage(ctx: StepContext, index: ClientIndex, { topic, payload }: Message): void {
  if (topic.length > receiveLimits.topic || payload.length > receiveLimits.payload)
    log(ctx, 'warn', 'message dropped for the host: it is over the limit', {
      client: index,
      topicBytes: topic.length,
      payloadBytes: payload.length,
      limits: `${receiveLimits.topic} and ${receiveLimits.payload}`,
    })
  else if (ctx.lines.some(({ hasHost }) => hasHost)) urc(ctx, messageText(ctx, index, topic, payload))
}

function messageText(ctx: StepContext, index: ClientIndex, topic: Uint8Array, payload: Uint8Array): Uint8Array {
  const client = clientAt(ctx, index)
  if (client.kind === 'free' || client.acquired.config.argTopic !== 1) return messageUrc(index, topic, payload)
  const length = client.acquired.config.argLength === 1 ? `,${payload.length}` : ''
  const head = bytesOf(`\r\n${urcs.receive.name}: ${index},"`)
  return concat([head, topic, bytesOf(`"${length},"`), payload, bytesOf('"\r\n')])
}

/** The longest RXSTART … RXEND frame without topic and payload, for a payload in one part. */
const frameRoom = 200

/** RXSTART, RXTOPIC, RXPAYLOAD in parts, RXEND: one CR LF before, single ones between (§4.2). */
export function messageUrc(index: ClientIndex, topic: Uint8Array, payload: Uint8Array): Uint8Array {
  const parts = Math.ceil(payload.length / receiveLimits.part)
  const out = new Uint8Array(frameRoom + topic.length + payload.length + parts * 32)
  let at = putText(out, 0, `\r\n${urcs.receiveStart.name}: ${index},${topic.length},${payload.length}`)
  at = putText(out, at, `\r\n${urcs.receiveTopic.name}: ${index},${topic.length}\r\n`)
  at = putBytes(out, at, topic)
  for (let from = 0; from < payload.length; from += receiveLimits.part) {
    const part = payload.subarray(from, from + receiveLimits.part)
    at = putText(out, at, `\r\n${urcs.receivePayload.name}: ${index},${part.length}\r\n`)
    at = putBytes(out, at, part)
  }
  return out.subarray(0, putText(out, at, `\r\n${urcs.receiveEnd.name}: ${index}\r\n`))
}

function putText(out: Uint8Array, at: number, text: string): number {
  for (let i = 0; i < text.length; i++) out[at + i] = text.charCodeAt(i)
  return at + text.length
}

function putBytes(out: Uint8Array, at: number, bytes: Uint8Array): number {
  out.set(bytes, at)
  return at + bytes.length
}
