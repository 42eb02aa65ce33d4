import { type Profile, profiles, textOf } from '../../../src/at/public.ts'
import { nodeDialer } from '../../../src/io/net/dialer-node.ts'
import { nodeClock } from '../../../src/io/runtime/clock-node.ts'
import { pinoLog } from '../../../src/io/runtime/log-pino.ts'
import type { Clock } from '../../../src/io/runtime/runtime.ts'
import { hostedLine } from '../../../src/io/testing/memory-host.ts'
import { type CertificateStore, memoryStore } from '../../../src/io/tls/certificate-store.ts'
import { hasCipherSuite } from '../../../src/io/tls/tls-versions.ts'
import { Module } from '../../../src/module/public.ts'
import { TestHost } from '../module/module-host.ts'

export interface TlsModuleOptions {
  readonly profile?: string
  readonly clock?: Clock
  readonly store?: CertificateStore
  readonly files?: CertificateStore
  /** Its clock shows today; else a day that is the same each time, and may be before certificates were made. */
  readonly today?: boolean
}

/** A line of the log, as pino wrote it. */
export interface LogLine {
  readonly level: string
  readonly msg: string
}

/** A module with real TLS, a certificate store, and a log that keeps every level. Names are looked up to 127.0.0.1. */
export class TlsModule {
  readonly module: Module
  readonly store: CertificateStore
  /** JSON, one line each. */
  readonly log: string[] = []
  readonly #profile: Profile

  constructor({ profile = 'sim767x', clock = nodeClock, store = memoryStore(), ...options }: TlsModuleOptions = {}) {
    this.store = store
    this.#profile = profiles[profile]!
    const { files, today = false } = options
    const lookup = async () => ['127.0.0.1']
    const dialer = nodeDialer({ clock, lookup, certificates: store })
    const log = pinoLog({ level: 'debug', destination: { write: (line) => void this.log.push(line) } })
    const about = { profile: this.#profile, clock, dialer, log, certificates: store, hasCipherSuite }
    this.module = new Module({ ...about, ...(files && { files }), ...(today && { epochMs: Date.now() - clock.now() }) })
    opened.push(this.module)
  }

  /** Another line; echo is off unless asked for. */
  async attach(name = 'at0', echo = false): Promise<TestHost> {
    const { moduleEnd, host: end } = hostedLine(name)
    this.module.attach(moduleEnd, name)
    const host = new TestHost(end)
    if (echo) return host
    host.send('ATE0')
    await host.expectBytes('ATE0\r\r\nOK\r\n')
    return host
  }

  /** What opens a prompt. */
  get prompt(): string {
    return this.#profile.prompt
  }

  logged(): readonly LogLine[] {
    return this.log.map((line) => JSON.parse(line))
  }
}

const opened: Module[] = []

/** After each test. */
export async function closeModules(): Promise<void> {
  await Promise.all(opened.splice(0).map((module) => module.close()))
}

export const textIn = (bytes: Uint8Array | undefined): string | undefined => bytes && textOf(bytes)
