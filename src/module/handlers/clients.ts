import { bytesOf, concat, empty } from '../../at/bytes/bytes.ts'
import { Err } from '../../at/commands/err.ts'
import { error, ok, okWith, type ReplyLine, refuse } from '../line/reply.ts'
import { clientAt, clientIndices, defaultConfig, setClient, setOwn } from '../service/clients.ts'
import type { Client, ClientIndex } from '../state.ts'
import type { MqttHandlers } from './handlers.ts'

/** §2.2.3, §2.2.4, §2.2.5 */
export const clientHandlers: MqttHandlers<'acquire' | 'release' | 'sslConfig'> = {
  acquire: {
    read: (turn) => okWith(...clientIndices.map((index) => acquiredRow(index, clientAt(turn, index)))),
    acquire: (turn, { clientIndex, clientId, serverType = 0 }) => {
      const client = clientAt(turn, clientIndex)
      if (client.kind !== 'free') return refuse('+CMQTTACCQ', clientIndex, Err.clientUsed)
      const own = { clientId, serverType, config: defaultConfig, staged: {}, filters: [] }
      setClient(turn, clientIndex, {
        kind: 'acquired',
        own: client.sslContext === undefined ? own : { ...own, sslContext: client.sslContext },
      })
      return ok
    },
  },
  release: {
    read: () => ok,
    release: (turn, { clientIndex }) => {
      const client = clientAt(turn, clientIndex)
      if (client.kind === 'free') return refuse('+CMQTTREL', clientIndex, Err.notAcquired)
      if (client.kind !== 'acquired') return refuse('+CMQTTREL', clientIndex, Err.busy)
      setClient(turn, clientIndex, { kind: 'free' })
      return ok
    },
  },
  sslConfig: {
    read: (turn) =>
      okWith(...clientIndices.map((index) => `+CMQTTSSLCFG: ${index},${boundContext(clientAt(turn, index)) ?? 0}`)),
    bind: (turn, { clientIndex, sslContext }) => {
      const client = clientAt(turn, clientIndex)
      if (client.kind === 'connected') return error
      if (client.kind === 'free') setClient(turn, clientIndex, { kind: 'free', sslContext })
      else setOwn(turn, clientIndex, { sslContext })
      return ok
    },
  },
}

function acquiredRow(index: ClientIndex, client: Client): ReplyLine {
  const { clientId, serverType } = client.kind === 'free' ? { clientId: empty, serverType: 0 } : client.own
  return concat([bytesOf(`+CMQTTACCQ: ${index},"`), clientId, bytesOf(`",${serverType}`)])
}

const boundContext = (client: Client): number | undefined =>
  client.kind === 'free' ? client.sslContext : client.own.sslContext
