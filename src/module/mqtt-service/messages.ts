import type { ClientIndex } from '../../at/commands/mqtt/mqtt-params.ts'
import { bytesOf, concat } from '../../at/syntax/bytes.ts'
import { receiveLimits, urcs } from '../../at/urcs.ts'
import type { Message } from '../../mqtt/public.ts'
import { log, type StepContext, urc } from '../core/step-context.ts'
import { clientAt } from './clients.ts'
import { messageUrc } from './message-urc.ts'

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
