import type { ClientIndex } from '../../at/commands/mqtt/mqtt-params.ts'
import { mqttErr } from '../../at/errors.ts'
import { bytesOf, concat, empty } from '../../at/syntax/bytes.ts'
import { error, type FinalReply, ok, okWith, type ReplyLine, refuse } from '../core/reply.ts'
import type { AcquiredClient, ClientSlot } from '../core/state.ts'
import type { StepContext } from '../core/step-context.ts'
import { clientAt, clientIndices, defaultConfig, setAcquired, setClient } from '../mqtt-service/clients.ts'
import type { MqttHandlers } from './handler-types.ts'

/** §2.2.3, §2.2.4, §2.2.5 */
export const clientHandlers: MqttHandlers<'acquire' | 'release' | 'sslConfig'> = {
  acquire: {
    read: (ctx) => okWith(...clientIndices.map((index) => acquiredRow(ctx, index, clientAt(ctx, index)))),
    acquire: (ctx, { clientIndex, clientId, serverType = 0 }) =>
      acquire(ctx, clientIndex, { clientId, serverType, config: defaultConfig, staged: {}, filters: [] }),
    acquireWithVersion: (ctx, { clientIndex, clientId, serverType = 0, version = defaultConfig.version }) =>
      acquire(ctx, clientIndex, {
        clientId,
        serverType,
        config: { ...defaultConfig, version },
        staged: {},
        filters: [],
      }),
  },
  release: {
    read: () => ok,
    release: (ctx, { clientIndex }) => {
      const client = clientAt(ctx, clientIndex)
      if (client.kind === 'free') return releaseOfFree(ctx, clientIndex)
      if (client.kind !== 'acquired') return refuse('+CMQTTREL', clientIndex, mqttErr.busy)
      setClient(ctx, clientIndex, { kind: 'free' })
      return ok
    },
  },
  sslConfig: {
    read: (ctx) =>
      okWith(...clientIndices.map((index) => `+CMQTTSSLCFG: ${index},${boundContext(clientAt(ctx, index)) ?? 0}`)),
    bind: (ctx, { clientIndex, sslContext }) => {
      const client = clientAt(ctx, clientIndex)
      if (client.kind === 'connected') return error
      if (client.kind === 'free') setClient(ctx, clientIndex, { kind: 'free', sslContext })
      else setAcquired(ctx, clientIndex, { sslContext })
      return ok
    },
  },
}

function acquire(ctx: StepContext, index: ClientIndex, acquired: AcquiredClient): FinalReply {
  const client = clientAt(ctx, index)
  if (client.kind !== 'free') return refuse('+CMQTTACCQ', index, mqttErr.clientUsed)
  setClient(ctx, index, {
    kind: 'acquired',
    acquired: client.sslContext === undefined ? acquired : { ...acquired, sslContext: client.sslContext },
  })
  return ok
}

const releaseOfFree = ({ config }: StepContext, index: ClientIndex): FinalReply =>
  config.profile.mqtt.releaseWhenFree === 'ok' ? ok : refuse('+CMQTTREL', index, mqttErr.notAcquired)

function acquiredRow(ctx: StepContext, index: ClientIndex, client: ClientSlot): ReplyLine {
  const { clientId, serverType, config } = client.kind === 'free' ? noClient : client.acquired
  const version = ctx.config.profile.mqtt.acquireTakesVersion ? `,${config.version}` : ''
  return concat([bytesOf(`+CMQTTACCQ: ${index},"`), clientId, bytesOf(`",${serverType}${version}`)])
}

const noClient = { clientId: empty, serverType: 0, config: defaultConfig } as const

const boundContext = (client: ClientSlot): number | undefined =>
  client.kind === 'free' ? client.sslContext : client.acquired.sslContext
