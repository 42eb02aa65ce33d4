import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Profile } from '../../at/profiles/profile.ts'
import { openAuthority } from '../../broker/authority.ts'
import { createBroker } from '../../broker/embedded-broker.ts'
import { Faults, faultyDialer } from '../../faults/public.ts'
import { nodeDialer } from '../../io/net/dialer-node.ts'
import type { Clock, Log } from '../../io/runtime/runtime.ts'
import { type CertificateStore, memoryStore } from '../../io/tls/certificate-store.ts'
import { hasCipherSuite } from '../../io/tls/tls-versions.ts'
import { memoryLine } from '../../io/transports/memory.ts'
import { Module, type Observer } from '../../module/public.ts'
import type { OpenedModule } from '../../transcript/player/run.ts'

/** PEM by file name. */
type CertificateFiles = Readonly<Record<string, string>>

export interface FreshModule {
  readonly profile: Profile
  readonly clock: Clock
  /** Without it nothing takes time. */
  readonly timing?: 'real'
  /** What its certificate store holds at first. */
  readonly certificates?: CertificateFiles
  /** Told of every byte. */
  readonly observer?: Observer
}

/** Opens a line to a fresh module that has just booted. */
export function freshModule({ profile, clock, observer, timing, ...options }: FreshModule): OpenedModule {
  const certificates = storeWith(options.certificates ?? {})
  const dialer = faultyDialer(nodeDialer({ clock, certificates }), clock)
  const stores = { certificates, files: memoryStore() }
  const module = new Module({
    profile,
    clock,
    dialer,
    log: silent,
    hasCipherSuite,
    ...stores,
    ...(timing && { timing }),
  })
  const faults = new Faults(module, { clock, log: silent, seed, dialer })
  const line = memoryLine()
  if (observer) module.observe(observer)
  faults.attach(line.accepted, 'memory')
  return {
    stream: line.dial(),
    fault: (name, parameters) => void faults.start(name, (parameters ?? {}) as Readonly<Record<string, unknown>>),
    close: () => module.close(),
  }
}

function storeWith(files: CertificateFiles): CertificateStore {
  const store = memoryStore()
  for (const [name, pem] of Object.entries(files)) store.write(name, Buffer.from(pem))
  return store
}

/** The same faults every time. */
const seed = 1

const silent: Log = { log() {} }

/** The servers that virtual modules can reach. */
export interface VirtualEnvironment {
  readonly values: Readonly<Record<string, string>>
  readonly certificates?: CertificateFiles
  close(): Promise<void>
}

/** The embedded broker on free ports: plain, TLS, TLS with client certificates; and a store with the files of §3.3 and §3.4. */
export async function openVirtualEnvironment(): Promise<VirtualEnvironment> {
  const folder = mkdtempSync(join(tmpdir(), 'atmqtt-play-'))
  const broker = await createBroker()
  const close = async (): Promise<void> => {
    await broker.close()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const authority = await openAuthority(folder)
    const open = { host: '127.0.0.1', port: 0 }
    const address = ({ port }: { readonly port: number }) => `127.0.0.1:${port}`
    const values = {
      broker: address(await broker.listen(open)),
      brokerTls: address(await broker.listenTls({ ...open, authority })),
      brokerMutual: address(await broker.listenTls({ ...open, authority, requireCertificate: true })),
    }
    const { certificate, key } = await authority.issueClient('client')
    const root = authority.root
    const certificates = { 'server_ca.pem': root, 'ca_cert.pem': root, 'cert.pem': certificate, 'key_cert.pem': key }
    return { values, certificates, close }
  } catch (error) {
    await close()
    throw error
  }
}
