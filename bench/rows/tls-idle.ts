import type { Benchmark } from '../harness/benchmark.ts'
import { kilobytesPerClient } from '../harness/memory.ts'
import { connectAcquired } from '../support/host.ts'
import { rawConnect } from '../support/raw-mqtt.ts'
import { rawContext, rawTlsClient, startTlsServer, storeWith, tlsModule } from '../support/tls.ts'

const clients = 2000
const wave = 50
/** Connected before on both sides; what is measured comes on top. With 100 and 500 more, some 2 MB that a process grows by once counted as 4 KB each. */
const first = 1000
/** Longer than a round: nobody pings meanwhile. */
const keepAlive = 600

/** (h) */
export const tlsIdle: Benchmark = {
  name: 'h-tls-idle',
  title: `RSS that ${clients} idle modules add, each, to a process that has ${first}: connected over TLS with \`authmode\` 1, each with its line and host, after garbage collection. Both sides run with \`--max-semi-space-size=1\`: V8's young generation otherwise grows once by 8 to 20 MB with what connecting throws away, whatever the number of modules, and keeps it.`,
  against:
    'as many raw clients, on top of as many, on `node:tls` with one secure context for all, which have verified the server.',
  unit: 'KB/client',
  better: 'lower',
  floor: 1.2,
  flags: ['--max-semi-space-size=1'],
  files: first + clients + 200,
  ours,
  other,
}

async function ours(): Promise<number> {
  const server = await startTlsServer()
  const store = storeWith(server)
  const connect = async (id: number) => {
    const { module, end, host } = await tlsModule(store, `bench-tls-${id}`, 1)
    await connectAcquired(host, server.port, keepAlive)
    end.onData(ignore)
    return { module, end }
  }
  return kilobytesPerClient({ clients, wave, first, connect })
}

async function other(): Promise<number> {
  const server = await startTlsServer()
  const secureContext = rawContext(server, 1)
  const connect = (id: number) =>
    rawTlsClient({
      port: server.port,
      secureContext,
      authMode: 1,
      packet: rawConnect(`bench-tls-${id}`, keepAlive),
    })
  return kilobytesPerClient({ clients, wave, first, connect })
}

const ignore = () => {}
