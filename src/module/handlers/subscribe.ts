import { Err } from '../../at/commands/err.ts'
import { type StartedStep, subscribe, unsubscribe } from '../../mqtt/public.ts'
import { ok, okWith, type Reply, refuse } from '../line/reply.ts'
import { clientAt, clientIndices, setClient } from '../service/clients.ts'
import { operationDeadline, send } from '../service/connection.ts'
import type { Client, ClientIndex } from '../state.ts'
import { deferred, type Turn } from '../turn.ts'
import type { MqttHandlers } from './handlers.ts'

type Connected = Extract<Client, { kind: 'connected' }>

/** §2.2.13, §2.2.14. `dup` is taken and has no effect: nothing that is sent is a redelivery. */
export const subscribeHandlers: MqttHandlers<'subscribe' | 'unsubscribe'> = {
  subscribe: {
    read: (turn) => okWith('+CMQTTSUB:', ...clientIndices.flatMap((index) => filtersOf(clientAt(turn, index)))),
    subscribeStaged: (turn, { clientIndex }, line) => shortForm(turn, '+CMQTTSUB', clientIndex, line),
    subscribe: (turn, { clientIndex, qos }, line, filter) =>
      begin(turn, '+CMQTTSUB', clientIndex, line, filter, ({ link }, deadline) =>
        subscribe(link.session, filter, qos, deadline, turn.now),
      ),
  },
  unsubscribe: {
    unsubscribeStaged: (turn, { clientIndex }, line) => shortForm(turn, '+CMQTTUNSUB', clientIndex, line),
    unsubscribe: (turn, { clientIndex }, line, filter) =>
      begin(turn, '+CMQTTUNSUB', clientIndex, line, filter, ({ link }, deadline) =>
        unsubscribe(link.session, filter, deadline, turn.now),
      ),
  },
}

const filtersOf = (client: Client): readonly Uint8Array[] => (client.kind === 'free' ? [] : client.own.filters)

/** Nothing is staged for it in this family: nothing is sent. */
function shortForm(turn: Turn, command: string, index: ClientIndex, line: number): Reply {
  if (turn.device.profile.mqtt.emptyShortForm === 'refuse') return refuse(command, index, Err.topicEmpty)
  deferred(turn, line, `${command}: ${index},${Err.ok}`)
  return ok
}

function begin(
  turn: Turn,
  command: '+CMQTTSUB' | '+CMQTTUNSUB',
  index: ClientIndex,
  line: number,
  filter: Uint8Array,
  start: (client: Connected, deadline: number) => StartedStep,
): Reply {
  const client = clientAt(turn, index)
  if (client.kind !== 'connected') return refuse(command, index, Err.noConnection)
  const { session, events, packetId } = start(client, operationDeadline(turn, client.own))
  const operation = command === '+CMQTTSUB' ? 'subscribe' : 'unsubscribe'
  setClient(turn, index, {
    ...client,
    link: { ...client.link, session, pending: { command, line, operation, packetId, filter } },
  })
  send(turn, client.link.connection, events)
  return ok
}
