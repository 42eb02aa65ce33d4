import { empty } from '../../at/bytes/bytes.ts'
import { Err } from '../../at/commands/err.ts'
import { publish } from '../../mqtt/public.ts'
import { ok, type Reply, refuse } from '../line/reply.ts'
import { clientAt, setClient, setOwn } from '../service/clients.ts'
import { send } from '../service/connection.ts'
import type { ClientIndex, Staged } from '../state.ts'
import { deferred, type Turn } from '../turn.ts'
import type { MqttHandlers } from './handlers.ts'

/** §2.2.6, §2.2.7, §2.2.10 – §2.2.12 */
export const publishHandlers: MqttHandlers<'willTopic' | 'willMessage' | 'topic' | 'payload' | 'publish'> = {
  willTopic: { input: (turn, { clientIndex }, _, willTopic) => stage(turn, clientIndex, { willTopic }) },
  willMessage: {
    input: (turn, { clientIndex, qos }, _, payload) => stage(turn, clientIndex, { willMessage: { payload, qos } }),
  },
  topic: { input: (turn, { clientIndex }, _, topic) => stage(turn, clientIndex, { topic }) },
  payload: { input: (turn, { clientIndex }, _, payload) => stage(turn, clientIndex, { payload }) },
  publish: {
    publish: (turn, { clientIndex, qos, pubTimeout, retained = 0, dup = 0 }, line) => {
      const client = clientAt(turn, clientIndex)
      if (client.kind !== 'connected') return refuse('+CMQTTPUB', clientIndex, Err.noConnection)
      const { topic, payload = empty, ...staged } = client.own.staged
      if (topic === undefined) return refuse('+CMQTTPUB', clientIndex, Err.topicEmpty)
      const deadline = turn.now + pubTimeout * 1000
      const message = { topic, payload, qos, retain: retained === 1 }
      const { link } = client
      const { session, events, packetId } = publish(link.session, message, { dup: dup === 1, deadline }, turn.now)
      send(turn, link.connection, events)
      const atOnce = qos === 0 && !link.congested
      const pending = { command: '+CMQTTPUB', line, operation: 'publish', packetId } as const
      setClient(turn, clientIndex, {
        kind: 'connected',
        own: { ...client.own, staged },
        link: { ...link, session, ...(!atOnce && { pending: qos === 0 ? { ...pending, deadline } : pending }) },
      })
      return atOnce ? published(turn, line, clientIndex) : qos === 0 ? 'withheld' : ok
    },
  },
}

function stage(turn: Turn, index: ClientIndex, change: Partial<Staged>): Reply {
  const client = clientAt(turn, index)
  if (client.kind !== 'free') setOwn(turn, index, { staged: { ...client.own.staged, ...change } })
  return ok
}

function published(turn: Turn, line: number, index: ClientIndex): Reply {
  deferred(turn, line, `+CMQTTPUB: ${index},${Err.ok}`)
  return ok
}
