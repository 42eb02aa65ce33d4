import { Err } from '../../at/errors.ts'
import { type Qos, subscribeAll, unsubscribeAll } from '../../mqtt/public.ts'
import type { Acquisition, Client, ClientIndex } from '../core/state.ts'
import { deferred, type Turn } from '../core/step-context.ts'
import { ok, okWith, type Reply, refuse } from '../line/reply.ts'
import { clientAt, clientIndices, setClient } from '../mqtt-service/clients.ts'
import { operationDeadline, send } from '../mqtt-service/connection.ts'
import type { MqttHandlers } from './handlers.ts'

/** §2.2.13, §2.2.14. `dup` is taken and has no effect: nothing that is sent is a redelivery. */
export const subscribeHandlers: MqttHandlers<'subscribe' | 'unsubscribe'> = {
  subscribe: {
    read: (turn) => okWith('+CMQTTSUB:', ...clientIndices.flatMap((index) => filtersOf(clientAt(turn, index)))),
    subscribeStaged: (turn, { clientIndex }, line) => {
      const filters = inputOf(clientAt(turn, clientIndex))?.subscribe ?? []
      if (filters.length === 0) return emptyShortForm(turn, '+CMQTTSUB', clientIndex, line)
      return begin(turn, clientIndex, line, { operation: 'subscribe', filters }, 'subscribe')
    },
    subscribe: (turn, { clientIndex, qos }, line, filter) =>
      begin(turn, clientIndex, line, { operation: 'subscribe', filters: [{ filter, qos }] }),
    subscribeQuoted: (turn, { clientIndex, topic, qos }, line) =>
      begin(turn, clientIndex, line, { operation: 'subscribe', filters: [{ filter: topic, qos }] }),
  },
  unsubscribe: {
    unsubscribeStaged: (turn, { clientIndex }, line) => {
      const filters = inputOf(clientAt(turn, clientIndex))?.unsubscribe ?? []
      if (filters.length === 0) return emptyShortForm(turn, '+CMQTTUNSUB', clientIndex, line)
      return begin(turn, clientIndex, line, { operation: 'unsubscribe', filters }, 'unsubscribe')
    },
    unsubscribe: (turn, { clientIndex }, line, filter) =>
      begin(turn, clientIndex, line, { operation: 'unsubscribe', filters: [filter] }),
    unsubscribeQuoted: (turn, { clientIndex, topic }, line) =>
      begin(turn, clientIndex, line, { operation: 'unsubscribe', filters: [topic] }),
  },
}

const filtersOf = (client: Client): readonly Uint8Array[] => (client.kind === 'free' ? [] : client.own.filters)
const inputOf = (client: Client): Acquisition['topicInput'] =>
  client.kind === 'free' ? undefined : client.own.topicInput

/** Nothing is kept for it: nothing is sent. */
function emptyShortForm(turn: Turn, command: string, index: ClientIndex, line: number): Reply {
  if (turn.device.profile.mqtt.emptyShortForm === 'refuse') return refuse(command, index, Err.topicEmpty)
  deferred(turn, line, `${command}: ${index},${Err.ok}`)
  return ok
}

type Request =
  | { readonly operation: 'subscribe'; readonly filters: readonly { readonly filter: Uint8Array; readonly qos: Qos }[] }
  | { readonly operation: 'unsubscribe'; readonly filters: readonly Uint8Array[] }

const names = { subscribe: '+CMQTTSUB', unsubscribe: '+CMQTTUNSUB' } as const

/** Sends it; `uses`: what it takes of the topic input is over with it. */
function begin(turn: Turn, index: ClientIndex, line: number, request: Request, uses?: keyof typeof names): Reply {
  const command = names[request.operation]
  const client = clientAt(turn, index)
  if (client.kind !== 'connected') return refuse(command, index, Err.noConnection)
  const deadline = operationDeadline(turn, client.own)
  const { session, events, packetId } =
    request.operation === 'subscribe'
      ? subscribeAll(client.link.session, request.filters, deadline, turn.now)
      : unsubscribeAll(client.link.session, request.filters, deadline, turn.now)
  const filters = request.operation === 'subscribe' ? request.filters.map(({ filter }) => filter) : request.filters
  const pending = { command, line, operation: request.operation, packetId, filters }
  setClient(turn, index, {
    kind: 'connected',
    own: uses ? withoutInput(client.own, uses) : client.own,
    link: { ...client.link, session, pending },
  })
  send(turn, client.link.connection, events)
  return ok
}

const withoutInput = (own: Acquisition, used: keyof typeof names): Acquisition =>
  own.topicInput ? { ...own, topicInput: { ...own.topicInput, [used]: [] } } : own
