import { openAuthority } from '../broker/authority.ts'
import { type Broker, createBroker } from '../broker/embedded-broker.ts'
import type { Log } from '../io/runtime/runtime.ts'
import type { Closers } from './closers.ts'
import { type LaunchSettings, wantsBroker, wantsBrokerTls } from './launch-settings.ts'
import { openBrokerPort, openBrokerTlsPort } from './listeners.ts'

export interface OpenedBroker {
  readonly broker?: Broker
  readonly url?: string
  readonly tlsUrl?: string
  /** The path of the root certificate of its authority. */
  readonly ca?: string
  readonly notes: readonly string[]
}

/** The embedded broker with the ports that were asked for. */
export async function openBroker(
  settings: LaunchSettings,
  caFolder: () => string,
  { closers, log }: { readonly closers: Closers; readonly log: Log },
): Promise<OpenedBroker> {
  if (!wantsBroker(settings)) return { notes: [] }
  const broker = await createBroker({ logins: settings.brokerUser, log })
  closers.add(() => broker.close())
  const plain = await openBrokerPort(broker, settings.broker)
  const url = plain.value && { url: plain.value.url }
  if (!wantsBrokerTls(settings)) return { broker, ...url, notes: plain.notes }
  const authority = await openAuthority(caFolder())
  const tls = await openBrokerTlsPort(broker, settings.brokerTls, authority, settings.brokerRequireCert === true)
  const tlsUrl = tls.value && { tlsUrl: tls.value.url }
  return { broker, ...url, ...tlsUrl, ca: authority.rootPath, notes: [...plain.notes, ...tls.notes] }
}
