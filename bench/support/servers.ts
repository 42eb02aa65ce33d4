import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { WebSocket } from 'ws'
import { bytesOf } from '../../src/at/syntax/bytes.ts'
import { openAuthority } from '../../src/broker/authority.ts'
import { startBroker } from '../../src/broker/embedded-broker.ts'
import { listenTcp } from '../../src/io/transports/tcp.ts'
import { emptyParser, encode, parse } from '../../src/mqtt/public.ts'
import { cycle } from './message.ts'
import { newModule, shownModule } from './module.ts'
import { startServer } from './process.ts'
import { connack, pingresp, publishBlock, rawConnect, rawPublish, suback } from './raw-mqtt.ts'
import { connected, listening, roundTrip } from './sockets.ts'

export type ServerName = 'least' | 'module' | 'console' | 'page' | 'feeder' | 'idle' | 'tls' | 'broker' | 'delayed'

const starts: Readonly<Record<ServerName, (argument: string) => Promise<number>>> = {
  least: startLeast,
  module: startModule,
  console: startConsole,
  page: startPage,
  feeder: startFeeder,
  idle: startIdle,
  tls: startTls,
  delayed: startDelayed,
  broker: async () => (await startBroker({ host: '127.0.0.1', port: 0 })).port,
}

/** A server in a process of its own: prints its port, and ends when its input does. */
export async function serve([name, argument = '']: readonly string[]): Promise<void> {
  const port = await starts[name as ServerName](argument)
  process.stdin.on('end', () => process.exit(0)).resume()
  process.stdout.write(`${port}\n`)
}

/**
 * Answers the exchanges of a cycle as a module does, in as many writes, and publishes at QoS 1 to the broker whose port
 * `argument` is. It looks at nothing but how many bytes came.
 */
async function startLeast(argument: string): Promise<number> {
  const broker = await connected(Number(argument))
  const acknowledged = roundTrip(broker)
  await acknowledged(rawConnect('bench-least'), 4)
  return listening(createServer({ noDelay: true }, (socket) => answerCycles(quiet(socket), acknowledged)))
}

function answerCycles(socket: Socket, acknowledged: ReturnType<typeof roundTrip>): void {
  const result = bytesOf('\r\n+CMQTTPUB: 0,0\r\n')
  const steps = cycle(1).map(({ sent, reply }) => ({ length: sent.length, reply: bytesOf(reply) }))
  const last = { ...steps[4]!, reply: steps[4]!.reply.subarray(0, -result.length) }
  const publish = rawPublish(1, 1)
  let at = 0
  let have = 0
  socket.on('data', (bytes) => {
    have += bytes.length
    if (have < steps[at]!.length) return
    have = 0
    at = (at + 1) % steps.length
    if (at !== 0) return void socket.write(steps[(at + 4) % 5]!.reply)
    socket.write(last.reply)
    void acknowledged(publish, 4).then(() => socket.write(result))
  })
}

async function startModule(): Promise<number> {
  const moduleEnd = await listenTcp({ host: '127.0.0.1', port: 0 })
  newModule().attach(moduleEnd, 'bench')
  return moduleEnd.port
}

/** A module with a console, and a page in another process that reads all of it. */
async function startConsole(): Promise<number> {
  const moduleEnd = await listenTcp({ host: '127.0.0.1', port: 0 })
  const { url, attach } = await shownModule()
  attach(moduleEnd)
  await startServer('page', url)
  return moduleEnd.port
}

/** Reads what the console with that address says. */
async function startPage(url: string): Promise<number> {
  const { host, hash } = new URL(url)
  const socket = new WebSocket(`ws://${host}/stream`, { origin: `http://${host}` })
  socket.on('message', (data) => void JSON.parse(String(data)))
  await once(socket, 'open')
  socket.send(JSON.stringify({ token: hash.slice('#token='.length), after: null }))
  return 1
}

/**
 * Sends messages to its subscriber: of the QoS, and so many at a time, as `argument` says (`1,20000`). A client that does
 * not speak MQTT asks for them, a byte each time.
 */
function startFeeder(argument: string): Promise<number> {
  const [qos, count] = argument.split(',').map(Number)
  const block = publishBlock(qos === 1 ? 1 : 0, feederBlock)
  let subscriber: Socket | undefined
  const feed = () => {
    for (let sent = 0; sent < count!; sent += feederBlock) subscriber?.write(block)
  }
  return listening(
    createServer({ noDelay: true }, (socket) => {
      quiet(socket).once('data', (first) => {
        if (first[0] !== connectByte) return void socket.on('data', feed).emit('data', first)
        subscriber = socket
        socket.write(connack)
        socket.once('data', (subscribe) => void socket.resume().write(suback(subscribe)))
      })
    }),
  )
}

const feederBlock = 1000
const connectByte = 0x10

function startIdle(): Promise<number> {
  return listening(createServer(accept))
}

/** Acknowledges each message of QoS 1 after as many ms as `argument` says. */
function startDelayed(argument: string): Promise<number> {
  return listening(
    createServer({ noDelay: true }, (socket) => {
      accept(socket)
      let parser = emptyParser
      socket.on('data', (bytes) => {
        const read = parse(parser, bytes, { version: 4, maxPacketBytes: 1 << 20 })
        parser = read.parser
        for (const packet of read.packets)
          if (packet.type === 'publish' && packet.qos === 1) acknowledge(socket, packet.packetId, Number(argument))
      })
    }),
  )
}

function acknowledge(socket: Socket, packetId: number, afterMs: number): void {
  const due = performance.now() + afterMs
  // A timer may run early by part of a millisecond.
  const send = (): void => {
    if (performance.now() < due) setImmediate(send)
    else socket.write(encode({ type: 'puback', packetId }))
  }
  setTimeout(send, afterMs - 1)
}

/** The same over TLS; the authority of its certificate is made in the folder that `argument` says. */
async function startTls(argument: string): Promise<number> {
  const authority = await openAuthority(argument)
  const { certificate, key } = await authority.server('127.0.0.1')
  return listening(createTlsServer({ cert: certificate, key, noDelay: true }, accept))
}

/** Accepts every client, answers its pings, and has nothing else to say. */
function accept(socket: Socket): void {
  quiet(socket).on('data', (bytes) => {
    const type = bytes[0]! >> 4
    if (type === 1) socket.write(connack)
    else if (type === 12) socket.write(pingresp)
  })
}

function quiet(socket: Socket): Socket {
  return socket.on('error', () => socket.destroy())
}
