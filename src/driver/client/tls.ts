import type { Modem } from '../modem/modem.ts'
import type { ClientIndex } from './operations.ts'
import type { Settings } from './settings.ts'

/** Gives the context of a client what its options ask for, and binds the client to it. Before each CONNECT: a failed one, and DISC, clear the binding. */
export async function bindTls(modem: Modem, clientIndex: ClientIndex, settings: Settings): Promise<string | undefined> {
  if (!settings.server.secure) return undefined
  const { sslContext, warning } = await contextFor(modem, clientIndex)
  await modem.mqtt.sslConfig({ clientIndex, sslContext })
  return warning
}

async function contextFor(modem: Modem, clientIndex: ClientIndex) {
  await modem.tls.sslContexts.authMode({ sslContext: clientIndex, value: 0 })
  return { sslContext: clientIndex, warning: 'The server is not verified: anybody can be it.' }
}
