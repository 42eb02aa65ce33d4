import { Err } from '../../at/errors.ts'
import { bytesOf, concat, empty } from '../../at/syntax/bytes.ts'
import type { Acquisition, Client, ClientIndex } from '../core/state.ts'
import type { Turn } from '../core/step-context.ts'
import { error, type FinalReply, ok, okWith, type ReplyLine, refuse } from '../line/reply.ts'
import { clientAt, clientIndices, defaultConfig, setClient, setOwn } from '../mqtt-service/clients.ts'
import type { MqttHandlers } from './handlers.ts'

/** §2.2.3, §2.2.4, §2.2.5 */
export const clientHandlers: MqttHandlers<'acquire' | 'release' | 'sslConfig'> = {
  acquire: {
    read: (turn) => okWith(...clientIndices.map((index) => acquiredRow(turn, index, clientAt(turn, index)))),
    acquire: (turn, { clientIndex, clientId, serverType = 0 }) =>
      acquire(turn, clientIndex, { clientId, serverType, config: defaultConfig, staged: {}, filters: [] }),
    acquireWithVersion: (turn, { clientIndex, clientId, serverType = 0, version = defaultConfig.version }) =>
      acquire(turn, clientIndex, {
        clientId,
        serverType,
        config: { ...defaultConfig, version },
        staged: {},
        filters: [],
      }),
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

function acquire(turn: Turn, index: ClientIndex, own: Acquisition): FinalReply {
  const client = clientAt(turn, index)
  if (client.kind !== 'free') return refuse('+CMQTTACCQ', index, Err.clientUsed)
  setClient(turn, index, {
    kind: 'acquired',
    own: client.sslContext === undefined ? own : { ...own, sslContext: client.sslContext },
  })
  return ok
}

function acquiredRow(turn: Turn, index: ClientIndex, client: Client): ReplyLine {
  const { clientId, serverType, config } = client.kind === 'free' ? nobody : client.own
  const version = turn.device.profile.mqtt.acquireTakesVersion ? `,${config.version}` : ''
  return concat([bytesOf(`+CMQTTACCQ: ${index},"`), clientId, bytesOf(`",${serverType}${version}`)])
}

const nobody = { clientId: empty, serverType: 0, config: defaultConfig } as const

const boundContext = (client: Client): number | undefined =>
  client.kind === 'free' ? client.sslContext : client.own.sslContext
