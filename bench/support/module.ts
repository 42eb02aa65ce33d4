import { sim767x } from '../../src/at/profiles/sim767x.ts'
import { nodeDialer } from '../../src/io/net/dialer-node.ts'
import { nodeClock } from '../../src/io/runtime/clock-node.ts'
import { hostedLine, type MemoryHost } from '../../src/io/testing/memory-host.ts'
import type { CertificateStore } from '../../src/io/tls/certificate-store.ts'
import { Module } from '../../src/module/public.ts'
import { Host } from './host.ts'

const log = { log() {} }
const dialer = nodeDialer({ clock: nodeClock })

/** A module as the command line makes it, without its lines. */
export const newModule = (): Module => new Module({ profile: sim767x, clock: nodeClock, dialer, log })

/** The same with a certificate store. */
const newTlsModule = (certificates: CertificateStore): Module =>
  new Module({
    profile: sim767x,
    clock: nodeClock,
    dialer: nodeDialer({ clock: nodeClock, certificates }),
    log,
    certificates,
  })

export interface InMemory {
  readonly module: Module
  readonly end: MemoryHost
  readonly host: Host
}

/** A module with one line on the memory transport, and the host that has it open. */
export function moduleInMemory(certificates?: CertificateStore): InMemory {
  const module = certificates ? newTlsModule(certificates) : newModule()
  const { moduleEnd, host: end } = hostedLine()
  module.attach(moduleEnd, 'bench')
  end.open()
  return { module, end, host: new Host(end) }
}
