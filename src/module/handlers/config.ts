import { Err } from '../../at/errors.ts'
import type { Client, ClientIndex, Config, ServiceContexts } from '../core/state.ts'
import type { Turn } from '../core/step-context.ts'
import { error, type FinalReply, ok, okWith, refuse } from '../line/reply.ts'
import { clientAt, clientIndices, contextsOf, defaultConfig, setOwn } from '../mqtt-service/clients.ts'
import type { MqttHandlers } from './handlers.ts'

/** §2.2.15 */
export const configHandlers: MqttHandlers<'config'> = {
  config: {
    read: (turn) => okWith(...clientIndices.map((index) => configRow(index, clientAt(turn, index)))),
    checkUtf8: (turn, { clientIndex, checkUtf8 }) => configure(turn, clientIndex, { checkUtf8 }),
    opTimeout: (turn, { clientIndex, opTimeout }) => configure(turn, clientIndex, { opTimeout }),
    version: (turn, { clientIndex, version }) => configure(turn, clientIndex, { version }),
    argTopic: (turn, { clientIndex, argTopic, argLength = 0 }) => configure(turn, clientIndex, { argTopic, argLength }),
    cid: (turn, { cid }) => {
      if (cid === undefined) return okWith(`+CMQTTCFG: "CID",${contextsOf(turn).common}`)
      return setContexts(turn, { common: cid, clients: [cid, cid] })
    },
    scid: (turn, { clientIndex, cid }) => {
      const { clients } = contextsOf(turn)
      if (clientIndex === undefined) return okWith(...clientIndices.map((index) => contextRow(index, clients)))
      if (cid === undefined) return okWith(contextRow(clientIndex, clients))
      return setContexts(turn, { clients: clientIndex === 0 ? [cid, clients[1]] : [clients[0], cid] })
    },
  },
}

function configRow(index: ClientIndex, client: Client): string {
  const { checkUtf8, opTimeout } = client.kind === 'free' ? defaultConfig : client.own.config
  return `+CMQTTCFG: ${index},${checkUtf8},${opTimeout}`
}

const contextRow = (index: ClientIndex, clients: ServiceContexts['clients']): string =>
  `+CMQTTCFG: "SCID",${index},${clients[index]}`

/** The last one written wins: `cid` sets both clients, `scid` one. */
function setContexts(turn: Turn, change: Partial<ServiceContexts>): FinalReply {
  if (turn.service.kind === 'started') turn.service = { ...turn.service, contexts: { ...contextsOf(turn), ...change } }
  return ok
}

/** Only between ACCQ and CONNECT. */
function configure(turn: Turn, index: ClientIndex, change: Partial<Config>): FinalReply {
  const client = clientAt(turn, index)
  if (client.kind !== 'acquired') return refused(turn, index, client)
  setOwn(turn, index, { config: { ...client.own.config, ...change } })
  return ok
}

function refused(turn: Turn, index: ClientIndex, client: Client): FinalReply {
  if (!turn.device.profile.mqtt.configRefusalHasCode) return error
  const code = client.kind === 'free' ? Err.notAcquired : client.kind === 'connected' ? Err.notSupported : Err.busy
  return refuse('+CMQTTCFG', index, code)
}
