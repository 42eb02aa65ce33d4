import type { ClientIndex } from '../../at/commands/mqtt/mqtt-params.ts'
import { mqttErr } from '../../at/errors.ts'
import { bytesOf, empty } from '../../at/syntax/bytes.ts'
import { type Message, publish } from '../../mqtt/public.ts'
import { ok, type Reply, refuse } from '../core/reply.ts'
import type { ClientSlot, Staged } from '../core/state.ts'
import { deferredBytes, type StepContext } from '../core/step-context.ts'
import { clientAt, setClient, withAcquired, withStaged } from '../mqtt-service/clients.ts'
import { operationDeadline } from '../mqtt-service/operations.ts'
import { sendPackets } from '../mqtt-service/sessions.ts'
import type { MqttHandlers } from './handler-types.ts'

/** §2.2.6, §2.2.7, §2.2.10 – §2.2.12 */
export const publishHandlers: MqttHandlers<'willTopic' | 'willMessage' | 'topic' | 'payload' | 'publish'> = {
  willTopic: {
    input: (ctx, { clientIndex }, _, willTopic) => stage(ctx, clientIndex, (staged) => ({ ...staged, willTopic })),
  },
  willMessage: {
    input: (ctx, { clientIndex, qos }, _, payload) =>
      stage(ctx, clientIndex, (staged) => ({ ...staged, willMessage: { payload, qos } })),
  },
  topic: {
    input: (ctx, { clientIndex }, _, topic) =>
      stage(ctx, clientIndex, (staged) => withMessage(staged, topic, staged.payload)),
  },
  payload: {
    input: (ctx, { clientIndex }, _, payload) =>
      stage(ctx, clientIndex, (staged) => withMessage(staged, staged.topic, payload)),
  },
  publish: {
    publish: (ctx, { clientIndex, qos, pubTimeout, retained = 0, dup = 0 }, line) => {
      const client = clientAt(ctx, clientIndex)
      if (client.kind !== 'connected') return refuse('+CMQTTPUB', clientIndex, mqttErr.noConnection)
      const { topic, payload = empty } = client.acquired.staged
      if (topic === undefined) return refuse('+CMQTTPUB', clientIndex, mqttErr.topicEmpty)
      const message = { topic, payload, qos, retain: retained === 1 }
      const options = { dup: dup === 1, deadline: ctx.now + pubTimeout * 1000 }
      const acquired = withStaged(client.acquired, withMessage(client.acquired.staged))
      return begin(
        ctx,
        clientIndex,
        line,
        { kind: 'connected', acquired, connection: client.connection },
        message,
        options,
      )
    },
    publishQuoted: (ctx, { clientIndex, topic, qos, retained = 0 }, line, payload) => {
      const client = clientAt(ctx, clientIndex)
      if (client.kind !== 'connected') return refuse('+CMQTTPUB', clientIndex, mqttErr.noConnection)
      const message = { topic, payload, qos, retain: retained === 1 }
      const options = { dup: false, deadline: operationDeadline(ctx, client.acquired) }
      return begin(ctx, clientIndex, line, client, message, options)
    },
  },
}

type Connected = Extract<ClientSlot, { kind: 'connected' }>

function begin(
  ctx: StepContext,
  index: ClientIndex,
  line: number,
  { acquired, connection: { connectionId, request, congested, session: before } }: Connected,
  message: Message,
  options: { readonly dup: boolean; readonly deadline: number },
): Reply {
  const { session, events, packetId } = publish(before, message, options, ctx.now)
  sendPackets(ctx, connectionId, events)
  const pending = { command: '+CMQTTPUB', line, operation: 'publish', packetId } as const
  const connection = { connectionId, request, session, congested }
  if (message.qos !== 0) {
    setClient(ctx, index, {
      kind: 'connected',
      acquired,
      connection: { connectionId, request, session, congested, pending },
    })
    return ok
  }
  if (congested) {
    setClient(ctx, index, {
      kind: 'connected',
      acquired,
      connection: { ...connection, pending: { ...pending, deadline: options.deadline } },
    })
    return 'pending'
  }
  setClient(ctx, index, { kind: 'connected', acquired, connection })
  return published(ctx, line, index)
}

function stage(ctx: StepContext, index: ClientIndex, change: (staged: Staged) => Staged): Reply {
  const client = clientAt(ctx, index)
  if (client.kind !== 'free')
    setClient(ctx, index, withAcquired(client, withStaged(client.acquired, change(client.acquired.staged))))
  return ok
}

const nothingStaged: Staged = {}

/** The staged will and message; written out for clients without a will, which most are. */
function withMessage({ willTopic, willMessage }: Staged, topic?: Uint8Array, payload?: Uint8Array): Staged {
  const message = messageOf(topic, payload)
  if (willTopic === undefined && willMessage === undefined) return message
  return { ...(willTopic && { willTopic }), ...(willMessage && { willMessage }), ...message }
}

function messageOf(topic: Uint8Array | undefined, payload: Uint8Array | undefined): Staged {
  if (topic === undefined) return payload === undefined ? nothingStaged : { payload }
  return payload === undefined ? { topic } : { topic, payload }
}

/** Of a QoS 0 publish: made once, since a host may publish a hundred thousand times a second. */
const publishedResult = [resultOf(0), resultOf(1)] as const

function resultOf(index: ClientIndex): Uint8Array {
  return bytesOf(`\r\n+CMQTTPUB: ${index},${mqttErr.ok}\r\n`)
}

function published(ctx: StepContext, line: number, index: ClientIndex): Reply {
  deferredBytes(ctx, line, publishedResult[index])
  return ok
}
