import type { Benchmark } from '../harness/benchmark.ts'
import { kilobytesPerClient } from '../harness/memory.ts'
import { connectAcquired } from '../support/host.ts'
import { rawConnect } from '../support/raw-mqtt.ts'
import { rawContext, rawTlsClient, startTlsServer, storeWith, tlsModule } from '../support/tls.ts'

const clients = 500
const wave = 50
/** Longer than a round: nobody pings meanwhile. */
const keepAlive = 600

/** (h) */
export const tlsIdle: Benchmark = {
  name: 'h-tls-idle',
  title: `RSS of one of ${clients} idle modules in one process that are connected over TLS with \`authmode\` 1, each with its line and host, after garbage collection.`,
  against:
    'the same number of raw clients on `node:tls` with one secure context for all, which have verified the server.',
  unit: 'KB/client',
  better: 'lower',
  floor: 1.2,
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
  return kilobytesPerClient({ clients, wave, connect })
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
  return kilobytesPerClient({ clients, wave, connect })
}

const ignore = () => {}
