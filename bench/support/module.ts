import { sim767x } from '../../src/at/profiles/sim767x.ts'
import { serveConsole } from '../../src/console/server/console-server.ts'
import { exporter } from '../../src/console/server/exports.ts'
import { showModule } from '../../src/console/server/module-rows.ts'
import { ConsoleTimeline } from '../../src/console/server/timeline.ts'
import { LineAdviser } from '../../src/explain/line-adviser.ts'
import { Faults, faultyDialer } from '../../src/faults/public.ts'
import { nodeDialer } from '../../src/io/net/dialer-node.ts'
import { nodeClock } from '../../src/io/runtime/clock-node.ts'
import type { ByteStream } from '../../src/io/stream.ts'
import { hostedLine, type MemoryHost } from '../../src/io/testing/memory-host.ts'
import type { CertificateStore } from '../../src/io/tls/certificate-store.ts'
import { Module } from '../../src/module/public.ts'
import { Host } from './host.ts'

const log = { log() {} }
const dialer = nodeDialer({ clock: nodeClock })

/** A module as the command line makes it, without its lines. */
export const newModule = (): Module => new Module({ profile: sim767x, clock: nodeClock, dialer, log })

/** The same with a console. */
export async function shownModule() {
  const module = newModule()
  const faults = new Faults(module, { clock: nodeClock, log, seed: 1, dialer: faultyDialer(dialer, nodeClock) })
  const timeline = new ConsoleTimeline({ clock: nodeClock })
  const newAdviser = () => new LineAdviser(sim767x)
  showModule(timeline, { module, faults, clock: nodeClock, leftOut: [], newAdviser })
  const about = {
    protocol: 1,
    run: 'bench',
    version: '',
    source: { kind: 'module' },
    clockStart: '',
    broker: false,
  } as const
  const served = { timeline, about, help: [], exportRows: exporter(timeline, about) }
  const { url } = await serveConsole({ host: '127.0.0.1', port: 0, files: new Map(), served })
  return { url, attach: (stream: ByteStream) => void module.attach(stream, 'bench') }
}

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
