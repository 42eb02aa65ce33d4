import type { Benchmark, Burst } from '../harness/benchmark.ts'
import { connectAcquired, disconnectClient } from '../support/host.ts'
import { disconnect, rawConnect } from '../support/raw-mqtt.ts'
import { type AuthMode, rawContext, rawTlsClient, startTlsServer, storeWith, tlsModule } from '../support/tls.ts'

const atATime = 8
/** Before anything is measured, on both sides: by then V8 has compiled what every connection runs. */
const warmUpVisits = 3000
const burstVisits = 160
const bursts = 30

/** (g) */
export const tlsConnectOpen = tlsConnect('open', 0)
export const tlsConnectVerified = tlsConnect('verified', 1)

function tlsConnect(name: string, authMode: AuthMode): Benchmark {
  const how = authMode === 1 ? ', which verify the server' : ''
  return {
    name: `g-tls-connect-${name}`,
    title: `CONNECT with \`authmode\` ${authMode} and DISC, over and over on ${atATime} modules in one process, each with its line on the memory transport; handshake, MQTT CONNECT and CONNACK with a server in another process, no session resumed; after ${warmUpVisits} connections, in ${bursts} bursts of ${burstVisits} by turns with the other side.`,
    against: `as many raw clients at a time on \`node:tls\` with one secure context for all${how}; after as many connections.`,
    unit: 'connections/s',
    better: 'higher',
    floor: 0.9,
    bursts,
    ours: () => ours(authMode),
    other: () => other(authMode),
  }
}

/** Connects, and leaves without waiting for the server. */
type Visit = () => Promise<void>

async function ours(authMode: AuthMode): Promise<Burst> {
  const server = await startTlsServer()
  const store = storeWith(server)
  const modules = await Promise.all(ids.map((id) => tlsModule(store, id, authMode)))
  return warmBurst(
    modules.map(({ host }) => async () => {
      await connectAcquired(host, server.port)
      await disconnectClient(host)
    }),
  )
}

async function other(authMode: AuthMode): Promise<Burst> {
  const server = await startTlsServer()
  const secureContext = rawContext(server, authMode)
  return warmBurst(
    ids.map((id) => async () => {
      const socket = await rawTlsClient({ port: server.port, secureContext, authMode, packet: rawConnect(id) })
      socket.end(disconnect)
    }),
  )
}

const ids = Array.from({ length: atATime }, (_, i) => `bench-tls-${i}`)

async function warmBurst(visits: readonly Visit[]): Promise<Burst> {
  await make(visits, warmUpVisits)
  return async () => {
    const start = performance.now()
    await make(visits, burstVisits)
    return (burstVisits / (performance.now() - start)) * 1000
  }
}

/** So many visits in all. */
async function make(visits: readonly Visit[], count: number): Promise<void> {
  let left = count
  await Promise.all(
    visits.map(async (visit) => {
      while (left-- > 0) await visit()
    }),
  )
}
