import type { ClientIndex } from '../../at/commands/mqtt/mqtt-params.ts'
import type { ContextPool } from '../certificates/context-pool.ts'
import { secureContext } from '../certificates/secure-context.ts'
import { MqttError } from '../commands/errors.ts'
import type { Modem } from '../commands/modem.ts'
import { connectTo } from './connecting.ts'
import type { ClientSettings } from './settings.ts'

/** A handshake that failed: what the store holds may not be what its names say. */
const failedHandshake: ReadonlySet<number> = new Set([32, 33, 34])

/** CONNECT, through a TLS context where the URL asks for one. It is bound each time: DISC and a failed CONNECT clear it. */
export async function connectSecured(
  modem: Modem,
  clientIndex: ClientIndex,
  settings: ClientSettings,
  contexts: ContextPool,
  warn: (text: string) => void,
): Promise<void> {
  if (!settings.server.secure) return connectTo(modem, clientIndex, settings)
  const { sslContext, warning } = await secureContext(modem, settings.tls, contexts)
  if (warning !== undefined) warn(warning)
  await modem.mqtt.sslConfig({ clientIndex, sslContext })
  try {
    await connectTo(modem, clientIndex, settings)
  } catch (error) {
    if (error instanceof MqttError && failedHandshake.has(error.code)) contexts.doubt(sslContext)
    throw error
  }
}
