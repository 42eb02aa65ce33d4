import type { ClientIndex } from '../../at/commands/mqtt/mqtt-params.ts'
import { mqttErr } from '../../at/errors.ts'
import { type Qos, subscribeAll, unsubscribeAll } from '../../mqtt/public.ts'
import { ok, okWith, type Reply, refuse } from '../core/reply.ts'
import type { AcquiredClient, ClientSlot } from '../core/state.ts'
import { deferred, type StepContext } from '../core/step-context.ts'
import { clientAt, clientIndices, setClient } from '../mqtt-service/clients.ts'
import { operationDeadline } from '../mqtt-service/operations.ts'
import { sendPackets } from '../mqtt-service/sessions.ts'
import type { MqttHandlers } from './handler-types.ts'

/** §2.2.13, §2.2.14. `dup` is accepted and has no effect: no SUBSCRIBE is a redelivery. */
export const subscribeHandlers: MqttHandlers<'subscribe' | 'unsubscribe'> = {
  subscribe: {
    read: (ctx) => okWith('+CMQTTSUB:', ...clientIndices.flatMap((index) => filtersOf(clientAt(ctx, index)))),
    subscribeStaged: (ctx, { clientIndex }, line) => {
      const filters = inputOf(clientAt(ctx, clientIndex))?.subscribe ?? []
      if (filters.length === 0) return emptyShortForm(ctx, '+CMQTTSUB', clientIndex, line)
      return begin(ctx, clientIndex, line, { operation: 'subscribe', filters }, 'subscribe')
    },
    subscribe: (ctx, { clientIndex, qos }, line, filter) =>
      begin(ctx, clientIndex, line, { operation: 'subscribe', filters: [{ filter, qos }] }),
    subscribeQuoted: (ctx, { clientIndex, topic, qos }, line) =>
      begin(ctx, clientIndex, line, { operation: 'subscribe', filters: [{ filter: topic, qos }] }),
  },
  unsubscribe: {
    unsubscribeStaged: (ctx, { clientIndex }, line) => {
      const filters = inputOf(clientAt(ctx, clientIndex))?.unsubscribe ?? []
      if (filters.length === 0) return emptyShortForm(ctx, '+CMQTTUNSUB', clientIndex, line)
      return begin(ctx, clientIndex, line, { operation: 'unsubscribe', filters }, 'unsubscribe')
    },
    unsubscribe: (ctx, { clientIndex }, line, filter) =>
      begin(ctx, clientIndex, line, { operation: 'unsubscribe', filters: [filter] }),
    unsubscribeQuoted: (ctx, { clientIndex, topic }, line) =>
      begin(ctx, clientIndex, line, { operation: 'unsubscribe', filters: [topic] }),
  },
}

const filtersOf = (client: ClientSlot): readonly Uint8Array[] => (client.kind === 'free' ? [] : client.acquired.filters)
const inputOf = (client: ClientSlot): AcquiredClient['topicInput'] =>
  client.kind === 'free' ? undefined : client.acquired.topicInput

/** A short form without topics sends nothing. */
function emptyShortForm(ctx: StepContext, command: string, index: ClientIndex, line: number): Reply {
  if (ctx.config.profile.mqtt.emptyShortForm === 'refuse') return refuse(command, index, mqttErr.topicEmpty)
  deferred(ctx, line, `${command}: ${index},${mqttErr.ok}`)
  return ok
}

type Request =
  | { readonly operation: 'subscribe'; readonly filters: readonly { readonly filter: Uint8Array; readonly qos: Qos }[] }
  | { readonly operation: 'unsubscribe'; readonly filters: readonly Uint8Array[] }

const names = { subscribe: '+CMQTTSUB', unsubscribe: '+CMQTTUNSUB' } as const

/** Sends the packet; `uses`: the topic input that the short form clears. */
function begin(ctx: StepContext, index: ClientIndex, line: number, request: Request, uses?: keyof typeof names): Reply {
  const command = names[request.operation]
  const client = clientAt(ctx, index)
  if (client.kind !== 'connected') return refuse(command, index, mqttErr.noConnection)
  const deadline = operationDeadline(ctx, client.acquired)
  const { session, events, packetId } =
    request.operation === 'subscribe'
      ? subscribeAll(client.connection.session, request.filters, deadline, ctx.now)
      : unsubscribeAll(client.connection.session, request.filters, deadline, ctx.now)
  const filters = request.operation === 'subscribe' ? request.filters.map(({ filter }) => filter) : request.filters
  const pending = { command, line, operation: request.operation, packetId, filters }
  setClient(ctx, index, {
    kind: 'connected',
    acquired: uses ? withoutInput(client.acquired, uses) : client.acquired,
    connection: { ...client.connection, session, pending },
  })
  sendPackets(ctx, client.connection.connectionId, events)
  return ok
}

const withoutInput = (acquired: AcquiredClient, used: keyof typeof names): AcquiredClient =>
  acquired.topicInput ? { ...acquired, topicInput: { ...acquired.topicInput, [used]: [] } } : acquired
