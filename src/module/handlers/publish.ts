import { Err } from '../../at/errors.ts'
import { empty } from '../../at/syntax/bytes.ts'
import { type Message, publish } from '../../mqtt/public.ts'
import type { Client, ClientIndex, Staged } from '../core/state.ts'
import { deferred, type Turn } from '../core/step-context.ts'
import { ok, type Reply, refuse } from '../line/reply.ts'
import { clientAt, setClient, withOwn, withStaged } from '../mqtt-service/clients.ts'
import { operationDeadline, send } from '../mqtt-service/connection.ts'
import type { MqttHandlers } from './handlers.ts'

/** §2.2.6, §2.2.7, §2.2.10 – §2.2.12 */
export const publishHandlers: MqttHandlers<'willTopic' | 'willMessage' | 'topic' | 'payload' | 'publish'> = {
  willTopic: {
    input: (turn, { clientIndex }, _, willTopic) => stage(turn, clientIndex, (staged) => ({ ...staged, willTopic })),
  },
  willMessage: {
    input: (turn, { clientIndex, qos }, _, payload) =>
      stage(turn, clientIndex, (staged) => ({ ...staged, willMessage: { payload, qos } })),
  },
  topic: {
    input: (turn, { clientIndex }, _, topic) =>
      stage(turn, clientIndex, (staged) => withMessage(staged, topic, staged.payload)),
  },
  payload: {
    input: (turn, { clientIndex }, _, payload) =>
      stage(turn, clientIndex, (staged) => withMessage(staged, staged.topic, payload)),
  },
  publish: {
    publish: (turn, { clientIndex, qos, pubTimeout, retained = 0, dup = 0 }, line) => {
      const client = clientAt(turn, clientIndex)
      if (client.kind !== 'connected') return refuse('+CMQTTPUB', clientIndex, Err.noConnection)
      const { topic, payload = empty } = client.own.staged
      if (topic === undefined) return refuse('+CMQTTPUB', clientIndex, Err.topicEmpty)
      const message = { topic, payload, qos, retain: retained === 1 }
      const options = { dup: dup === 1, deadline: turn.now + pubTimeout * 1000 }
      const own = withStaged(client.own, withMessage(client.own.staged))
      return begin(turn, clientIndex, line, { kind: 'connected', own, link: client.link }, message, options)
    },
    publishQuoted: (turn, { clientIndex, topic, qos, retained = 0 }, line, payload) => {
      const client = clientAt(turn, clientIndex)
      if (client.kind !== 'connected') return refuse('+CMQTTPUB', clientIndex, Err.noConnection)
      const message = { topic, payload, qos, retain: retained === 1 }
      const options = { dup: false, deadline: operationDeadline(turn, client.own) }
      return begin(turn, clientIndex, line, client, message, options)
    },
  },
}

type Connected = Extract<Client, { kind: 'connected' }>

function begin(
  turn: Turn,
  index: ClientIndex,
  line: number,
  { own, link: { connection, request, congested, session: before } }: Connected,
  message: Message,
  options: { readonly dup: boolean; readonly deadline: number },
): Reply {
  const { session, events, packetId } = publish(before, message, options, turn.now)
  send(turn, connection, events)
  const pending = { command: '+CMQTTPUB', line, operation: 'publish', packetId } as const
  const link = { connection, request, session, congested }
  if (message.qos !== 0) {
    setClient(turn, index, { kind: 'connected', own, link: { ...link, pending } })
    return ok
  }
  if (congested) {
    setClient(turn, index, {
      kind: 'connected',
      own,
      link: { ...link, pending: { ...pending, deadline: options.deadline } },
    })
    return 'withheld'
  }
  setClient(turn, index, { kind: 'connected', own, link })
  return published(turn, line, index)
}

function stage(turn: Turn, index: ClientIndex, change: (staged: Staged) => Staged): Reply {
  const client = clientAt(turn, index)
  if (client.kind !== 'free') setClient(turn, index, withOwn(client, withStaged(client.own, change(client.own.staged))))
  return ok
}

const nothingStaged: Staged = {}

/** The will, and the next message as far as it was input; written out without will, as most clients are. */
function withMessage({ willTopic, willMessage }: Staged, topic?: Uint8Array, payload?: Uint8Array): Staged {
  const message = messageOf(topic, payload)
  if (willTopic === undefined && willMessage === undefined) return message
  return { ...(willTopic && { willTopic }), ...(willMessage && { willMessage }), ...message }
}

function messageOf(topic: Uint8Array | undefined, payload: Uint8Array | undefined): Staged {
  if (topic === undefined) return payload === undefined ? nothingStaged : { payload }
  return payload === undefined ? { topic } : { topic, payload }
}

function published(turn: Turn, line: number, index: ClientIndex): Reply {
  deferred(turn, line, `+CMQTTPUB: ${index},${Err.ok}`)
  return ok
}
