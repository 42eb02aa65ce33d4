import type { Benchmark } from '../harness/benchmark.ts'
import { Meter } from '../harness/rate.ts'
import { connectAcquired, disconnectClient } from '../support/host.ts'
import { disconnect, rawConnect } from '../support/raw-mqtt.ts'
import { type AuthMode, rawContext, rawTlsClient, startTlsServer, storeWith, tlsModule } from '../support/tls.ts'

const atATime = 8
/** Before anything is measured, on both sides: by then V8 has compiled what every connection runs. */
const warmUpVisits = 3000
const times = { warmUp: 0, measure: 4000 }

/** (g) */
export const tlsConnectOpen = tlsConnect('open', 0)
export const tlsConnectVerified = tlsConnect('verified', 1)

function tlsConnect(name: string, authMode: AuthMode): Benchmark {
  const how = authMode === 1 ? ', which verify the server' : ''
  return {
    name: `g-tls-connect-${name}`,
    title: `CONNECT with \`authmode\` ${authMode} and DISC, over and over on ${atATime} modules in one process, each with its line on the memory transport; handshake, MQTT CONNECT and CONNACK with a server in another process, no session resumed; after ${warmUpVisits} connections.`,
    against: `as many raw clients at a time on \`node:tls\` with one secure context for all${how}; after as many connections.`,
    unit: 'connections/s',
    better: 'higher',
    floor: 0.9,
    ours: () => ours(authMode),
    other: () => other(authMode),
  }
}

/** Connects, and leaves without waiting for the server. */
type Visit = () => Promise<void>

async function ours(authMode: AuthMode): Promise<number> {
  const server = await startTlsServer()
  const store = storeWith(server)
  const modules = await Promise.all(ids.map((id) => tlsModule(store, id, authMode)))
  return visitsPerSecond(
    modules.map(({ host }) => async () => {
      await connectAcquired(host, server.port)
      await disconnectClient(host)
    }),
  )
}

async function other(authMode: AuthMode): Promise<number> {
  const server = await startTlsServer()
  const secureContext = rawContext(server, authMode)
  return visitsPerSecond(
    ids.map((id) => async () => {
      const socket = await rawTlsClient({ port: server.port, secureContext, authMode, packet: rawConnect(id) })
      socket.end(disconnect)
    }),
  )
}

const ids = Array.from({ length: atATime }, (_, i) => `bench-tls-${i}`)

async function visitsPerSecond(visits: readonly Visit[]): Promise<number> {
  let left = warmUpVisits
  await Promise.all(
    visits.map(async (visit) => {
      while (left-- > 0) await visit()
    }),
  )
  const meter = new Meter(times)
  return Promise.race([meter.rate, ...visits.map((visit) => again(visit, meter))])
}

async function again(visit: Visit, meter: Meter): Promise<never> {
  for (;;) {
    await visit()
    meter.add(1)
  }
}
