import type { ClientIndex } from '../../at/commands/mqtt/mqtt-params.ts'
import { mqttErr } from '../../at/errors.ts'
import { error, type FinalReply, ok, okWith, refuse } from '../core/reply.ts'
import type { ClientSlot, Config, ServiceContexts } from '../core/state.ts'
import { type StepContext, writableService } from '../core/step-context.ts'
import { clientAt, clientIndices, contextsOf, defaultConfig, setAcquired } from '../mqtt-service/clients.ts'
import type { MqttHandlers } from './handler-types.ts'

/** §2.2.15 */
export const configHandlers: MqttHandlers<'config'> = {
  config: {
    read: (ctx) => okWith(...clientIndices.map((index) => configRow(index, clientAt(ctx, index)))),
    checkUtf8: (ctx, { clientIndex, checkUtf8 }) => configure(ctx, clientIndex, { checkUtf8 }),
    opTimeout: (ctx, { clientIndex, opTimeout }) => configure(ctx, clientIndex, { opTimeout }),
    version: (ctx, { clientIndex, version }) => configure(ctx, clientIndex, { version }),
    argTopic: (ctx, { clientIndex, argTopic, argLength = 0 }) => configure(ctx, clientIndex, { argTopic, argLength }),
    cid: (ctx, { cid }) => {
      if (cid === undefined) return okWith(`+CMQTTCFG: "CID",${contextsOf(ctx).common}`)
      return setContexts(ctx, { common: cid, clients: [cid, cid] })
    },
    scid: (ctx, { clientIndex, cid }) => {
      const { clients } = contextsOf(ctx)
      if (clientIndex === undefined) return okWith(...clientIndices.map((index) => contextRow(index, clients)))
      if (cid === undefined) return okWith(contextRow(clientIndex, clients))
      return setContexts(ctx, { clients: clientIndex === 0 ? [cid, clients[1]] : [clients[0], cid] })
    },
  },
}

function configRow(index: ClientIndex, client: ClientSlot): string {
  const { checkUtf8, opTimeout } = client.kind === 'free' ? defaultConfig : client.acquired.config
  return `+CMQTTCFG: ${index},${checkUtf8},${opTimeout}`
}

const contextRow = (index: ClientIndex, clients: ServiceContexts['clients']): string =>
  `+CMQTTCFG: "SCID",${index},${clients[index]}`

/** The last one written wins: `cid` sets both clients, `scid` one. */
function setContexts(ctx: StepContext, change: Partial<ServiceContexts>): FinalReply {
  if (ctx.service.mqtt.kind === 'started')
    writableService(ctx).mqtt = { ...ctx.service.mqtt, contexts: { ...contextsOf(ctx), ...change } }
  return ok
}

/** Only between ACCQ and CONNECT. */
function configure(ctx: StepContext, index: ClientIndex, change: Partial<Config>): FinalReply {
  const client = clientAt(ctx, index)
  if (client.kind !== 'acquired') return refused(ctx, index, client)
  setAcquired(ctx, index, { config: { ...client.acquired.config, ...change } })
  return ok
}

function refused(ctx: StepContext, index: ClientIndex, client: ClientSlot): FinalReply {
  if (!ctx.config.profile.mqtt.configRefusalHasCode) return error
  const code =
    client.kind === 'free' ? mqttErr.notAcquired : client.kind === 'connected' ? mqttErr.notSupported : mqttErr.busy
  return refuse('+CMQTTCFG', index, code)
}
