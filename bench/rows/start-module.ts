import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { Aedes } from 'aedes'
import { bytesOf } from '../../src/at/syntax/bytes.ts'
import { startModule } from '../../src/launch/start-module.ts'
import type { Benchmark, Burst } from '../harness/benchmark.ts'
import { connected, listening, roundTrip } from '../support/sockets.ts'

const bursts = 30
const warmUpStarts = 60
const startsOfBurst = 5

/** (l) */
export const startModuleRow: Benchmark = {
  name: 'l-start-module',
  title: `\`startModule()\` with a TCP port and the embedded broker, to the first \`OK\`, in a process that has done so ${warmUpStarts} times; ${bursts} bursts of ${startsOfBurst} by turns with the other side.`,
  against: 'a `node:net` server that answers the same, and aedes behind another one, to the first `OK`.',
  unit: 'ms',
  better: 'lower',
  floor: 1.3,
  bursts,
  ours: () => warmBurst(ours),
  other: () => warmBurst(other),
}

/** What listens, and how it ends. */
interface Started {
  readonly port: number
  close(): Promise<unknown>
}

async function warmBurst(start: () => Promise<Started>): Promise<Burst> {
  for (let i = 0; i < warmUpStarts; i++) await timeToOk(start)
  return async () => {
    let taken = 0
    for (let i = 0; i < startsOfBurst; i++) taken += await timeToOk(start)
    return taken / startsOfBurst
  }
}

const command = bytesOf('AT\r')
const reply = bytesOf('AT\r\r\nOK\r\n')

async function timeToOk(start: () => Promise<Started>): Promise<number> {
  const began = performance.now()
  const { port, close } = await start()
  const socket = await connected(port)
  await roundTrip(socket)(command, reply.length)
  const taken = performance.now() - began
  socket.destroy()
  await close()
  return taken
}

async function ours(): Promise<Started> {
  const module = await startModule({ tcp: '127.0.0.1:0', broker: '127.0.0.1:0', brokerTls: false, pty: false })
  return { port: Number(module.tcp!.split(':')[1]), close: () => module.close() }
}

async function other(): Promise<Started> {
  const aedes = await Aedes.createBroker()
  const broker = createServer({ noDelay: true }, aedes.handle)
  await listening(broker)
  const line = createServer({ noDelay: true }, (socket) => socket.on('data', () => socket.write(reply)))
  const port = await listening(line)
  const close = async () => {
    await Promise.all([ended(line), ended(broker), new Promise<void>((resolve) => aedes.close(resolve))])
  }
  return { port, close }
}

async function ended(server: Server): Promise<void> {
  server.close()
  await once(server, 'close')
}
