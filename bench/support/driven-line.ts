import { sim767x } from '../../src/at/profiles/sim767x.ts'
import { Device } from '../../src/driver/client/device.ts'
import { Modem } from '../../src/driver/commands/modem.ts'
import type { ByteStream } from '../../src/driver/exports.ts'
import { MqttClient, TextBytes } from '../../src/driver/web.ts'
import type { Dialer } from '../../src/io/net/dialer.ts'
import { seededRandom } from '../../src/io/runtime/random.ts'
import type { Clock } from '../../src/io/runtime/runtime.ts'
import { memoryLine } from '../../src/io/transports/memory.ts'
import { paced } from '../../src/io/wrappers/paced.ts'
import { Module } from '../../src/module/public.ts'
import { payloadText, topicText } from './message.ts'

const log = { log() {} }

/** A module in this process, and the port at the other end of its line, which takes no time. */
export const instantLine = (clock: Clock, dialer: Dialer): ByteStream => lineOf(clock, dialer, (stream) => stream)

/** The same over a line as slow as a UART. */
export const pacedLine = (baud: number, clock: Clock, dialer: Dialer): ByteStream =>
  lineOf(clock, dialer, (stream) => paced(stream, { baud, clock, log }))

function lineOf(clock: Clock, dialer: Dialer, wrapped: (stream: ByteStream) => ByteStream): ByteStream {
  const module = new Module({ profile: sim767x, clock, dialer, log })
  const line = memoryLine()
  module.attach(wrapped(line.accepted), 'bench')
  return line.dial()
}

/** Both ways, echo off: TOPIC and PAYLOAD with prompts, data and OK, PUB with OK and result. */
const cycleBytes = 173
const bitsAByte = 10

/** Publishes a second, if the line did nothing else and never waited. */
export const cyclesAllowed = (baud: number): number => baud / bitsAByte / cycleBytes

/** Publishes the message of all rows at QoS 0. */
export type Publish = () => Promise<unknown>

/** Connects to `host:port` over a line. */
export type Publisher = (port: ByteStream, clock: Clock, server: string) => Promise<Publish>

const clientIndex = 0

/** By the typed modem's methods, one command after the other. */
export const modemPublisher: Publisher = async (port, clock, server) => {
  const modem = new Modem({ port, clock, profile: sim767x })
  const { mqtt } = modem
  await modem.general.echo({ echo: 0 })
  await mqtt.start()
  await mqtt.acquire({ clientIndex, clientId: 'bench-pace' })
  await mqtt.connect({ clientIndex, serverAddress: `tcp://${server}`, keepaliveTime: 600, cleanSession: 1 })
  return async () => {
    await mqtt.topic({ clientIndex }, topicText)
    await mqtt.payload({ clientIndex }, payloadText)
    await mqtt.publish({ clientIndex, qos: 0, pubTimeout: 60 })
  }
}

/** By the client, which brings the module online itself. */
export const clientPublisher: Publisher = async (port, clock, server) => {
  const client = await connectedClient(port, clock, server)
  return () => client.publishAsync(topicText, payloadText)
}

export async function connectedClient(port: ByteStream, clock: Clock, server: string): Promise<MqttClient> {
  const device = new Device({ port, clock, random: seededRandom(1), profile: sim767x })
  const options = { url: `mqtt://${server}`, clientId: 'bench-driver', keepalive: 600 }
  const client = new MqttClient({ device, ownsDevice: true, payloadOf: (bytes) => new TextBytes(bytes) }, options)
  await new Promise((resolve, reject) => client.once('connect', resolve).once('error', reject))
  return client
}
