import type { ContextPool } from '../certificates/context-pool.ts'
import { secureContext } from '../certificates/secure-context.ts'
import { MqttError, RefusedError } from '../commands/errors.ts'
import type { Modem } from '../commands/modem.ts'
import type { ClientSettings } from './options/settings.ts'

/** What the module says of one of its two clients. */
export type SlotState =
  | { readonly kind: 'free' }
  | { readonly kind: 'acquired'; readonly clientId: string; readonly connected: boolean }

export type SlotStates = readonly [SlotState, SlotState]

/** Of both clients; undefined: the service is not started (§2.2.3, §2.2.9). */
export async function slotStates(modem: Modem): Promise<SlotStates | undefined> {
  const ids = await acquired(modem)
  if (!ids) return undefined
  const rows = ids.join('') === '' ? [] : await rowsOf(modem, () => modem.mqtt.disconnect.read())
  const isConnected = (index: 0 | 1) => rows.some((row) => row.replaceAll(' ', '') === `+CMQTTDISC:${index},0`)
  const stateOf = (index: 0 | 1): SlotState =>
    ids[index] === '' ? { kind: 'free' } : { kind: 'acquired', clientId: ids[index], connected: isConnected(index) }
  return [stateOf(0), stateOf(1)]
}

export const isStarted = async (modem: Modem): Promise<boolean> => (await acquired(modem)) !== undefined

/** Client IDs of both clients; none before START: a bare `ERROR` is what every read form answers then. */
async function acquired(modem: Modem): Promise<readonly [string, string] | undefined> {
  const ids: [string, string] = ['', '']
  try {
    for (const row of await rowsOf(modem, () => modem.mqtt.acquire.read())) {
      const [, index, id = ''] = /^\+CMQTTACCQ: ?([01]),"?([^",]*)"?/.exec(row) ?? []
      if (index !== undefined) ids[Number(index) as 0 | 1] = id
    }
    return ids
  } catch (error) {
    if (error instanceof RefusedError) return undefined
    throw error
  }
}

/**
 * The rows of a read form. An `OK` without rows, and any failure while another program uses the port, may be the answer to
 * something else: then it is asked again.
 */
async function rowsOf(modem: Modem, ask: () => Promise<readonly string[]>): Promise<readonly string[]> {
  for (let left = 2; ; left--) {
    try {
      const rows = await ask()
      if (rows.length > 0 || left === 0) return rows
    } catch (error) {
      if (left === 0 || modem.chat.closed || !modem.chat.disturbed) throw error
    }
  }
}

/** ACCQ, settings, will: what CONNECT needs and later ones find again. */
export async function acquire(modem: Modem, clientIndex: 0 | 1, settings: ClientSettings): Promise<void> {
  const { clientId, server, version, opTimeout, will } = settings
  const serverType = server.secure ? 1 : 0
  const { acquireTakesVersion, hasVersionConfig } = modem.profile.mqtt
  if (acquireTakesVersion) await modem.mqtt.acquire.acquireWithVersion({ clientIndex, clientId, serverType, version })
  else await modem.mqtt.acquire({ clientIndex, clientId, serverType })
  if (hasVersionConfig) await modem.mqtt.config.version({ clientIndex, version })
  await modem.mqtt.config.opTimeout({ clientIndex, opTimeout })
  if (!will) return
  await modem.mqtt.willTopic({ clientIndex }, will.topic)
  if (will.payload.length > 0) await modem.mqtt.willMessage({ clientIndex, qos: will.qos }, will.payload)
}

const stages = 3
const marginMs = 6000

/** CONNECT and its result. Name look-up, TCP, TLS and CONNACK have `optimeout` each. */
export async function connectTo(modem: Modem, clientIndex: 0 | 1, settings: ClientSettings): Promise<void> {
  const { server, keepalive, clean, userName, password, opTimeout } = settings
  const resultMs = 1000 * opTimeout * (server.secure ? stages + 1 : stages) + marginMs
  const withholdsOk = modem.profile.mqtt.connectFailure === 'withheld'
  await modem.mqtt.connect(
    {
      clientIndex,
      serverAddress: server.address,
      keepaliveTime: keepalive,
      cleanSession: clean ? 1 : 0,
      ...(userName !== undefined && { userName }),
      ...(password !== undefined && { password }),
    },
    { resultMs, ...(withholdsOk && { finalMs: resultMs }) },
  )
}

const discMs = 20_000

/** DISC and REL, as far as there is anything to disconnect and release. `force`: nothing is waited for on the network. */
export async function disconnectAndRelease(modem: Modem, clientIndex: 0 | 1, force: boolean): Promise<void> {
  const timeout = force ? 0 : modem.profile.mqtt.discTimeout[0]
  await tolerated(modem.mqtt.disconnect({ clientIndex, timeout }, { resultMs: discMs }))
  await tolerated(modem.mqtt.release({ clientIndex }))
}

/** What a state that is no longer there refuses is done; what the line lost is the next step's to find out. */
export async function tolerated(done: Promise<unknown>): Promise<Error | undefined> {
  return done.then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
  )
}

/** A handshake that failed: what the store holds may not be what its names say. */
const failedHandshake: ReadonlySet<number> = new Set([32, 33, 34])

/** CONNECT, through a TLS context where the URL asks for one. It is bound each time: DISC and a failed CONNECT clear it. */
export async function connectSecured(
  modem: Modem,
  clientIndex: 0 | 1,
  settings: ClientSettings,
  device: { readonly contexts: ContextPool },
  warn: (text: string) => void,
): Promise<void> {
  if (!settings.server.secure) return connectTo(modem, clientIndex, settings)
  const { contexts } = device
  const { sslContext, warning } = await secureContext(modem, settings.tls, contexts)
  if (warning !== undefined) warn(warning)
  await modem.mqtt.sslConfig({ clientIndex, sslContext })
  try {
    await connectTo(modem, clientIndex, settings)
  } catch (error) {
    if (error instanceof MqttError && failedHandshake.has(error.err)) contexts.doubt(sslContext)
    throw error
  }
}
