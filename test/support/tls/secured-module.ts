import { type Profile, profiles } from '../../../src/at/public.ts'
import { Modem } from '../../../src/driver/exports.ts'
import { nodeClock } from '../../../src/io/runtime/clock-node.ts'
import type { Clock } from '../../../src/io/runtime/runtime.ts'
import { hostedLine } from '../../../src/io/testing/memory-host.ts'
import type { CertificateStore } from '../../../src/io/tls/certificate-store.ts'
import { TlsModule } from './tls-module.ts'

/** A driver on a module with real TLS and a certificate store. */
export interface SecuredModule {
  readonly tls: TlsModule
  readonly modem: Modem
  readonly store: CertificateStore
  readonly trace: string[]
  /** Command lines that were sent since this was last asked, without their CR; from the trace, so without secrets. */
  sent(): readonly string[]
}

let lines = 0

export interface SecuredOptions {
  readonly profile?: string
  readonly store?: CertificateStore
  readonly clock?: Clock
  /** An earlier one's module, as a program that starts anew finds it. */
  readonly tls?: TlsModule
}

export async function securedModule(options: SecuredOptions = {}): Promise<SecuredModule> {
  const { profile = 'sim767x', clock = nodeClock, store } = options
  const tls = options.tls ?? new TlsModule({ profile, clock, ...(store && { store }) })
  const trace: string[] = []
  const { moduleEnd, dial } = hostedLine(`driver${lines++}`)
  tls.module.attach(moduleEnd, `driver${lines}`)
  const about: Profile = profiles[profile]!
  const modem = new Modem({
    port: dial(),
    clock,
    profile: about,
    trace: (line) => trace.push(line),
  })
  await modem.general.echo({ echo: 0 })
  let seen = trace.length
  const sent = () => {
    const since = trace.slice(seen).filter((line) => line.startsWith('> AT'))
    seen = trace.length
    return since.map((line) => line.slice(2).replace(/\\r$/, ''))
  }
  return { tls, modem, store: tls.store, trace, sent }
}

/** Binds client 0 to a context and connects it; resolves, or rejects with what CONNECT does. */
export async function connectSecurely(modem: Modem, sslContext: number, host: string, port: number): Promise<void> {
  await modem.mqtt.start().catch(() => {})
  await modem.mqtt.acquire({ clientIndex: 0, clientId: 'secure', serverType: 1 }).catch(() => {})
  await modem.mqtt.sslConfig({ clientIndex: 0, sslContext })
  const serverAddress = `tcp://${host}:${port}`
  await modem.mqtt.connect({ clientIndex: 0, serverAddress, keepaliveTime: 60, cleanSession: 1 })
  await modem.mqtt.disconnect({ clientIndex: 0, timeout: 0 })
}
