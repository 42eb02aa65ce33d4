/** `atmqtt/driver` in Node: the driver with ports and a clock for Node. Loads neither koffi nor a broker nor the module. */

import { EventEmitter } from 'node:events'
import { holdersOf, holderText, openBeside } from '../io/ports/port-holders.ts'
import { realPath } from '../io/ports/system-files.ts'
import { keepingClock } from '../io/runtime/clock-node.ts'
import { cryptoRandom } from '../io/runtime/random-crypto.ts'
import type { ByteStream } from '../io/stream.ts'
import { openSerialPort, type SerialPortOptions } from '../io/transports/serial.ts'
import { openTcpPort } from '../io/transports/tcp.ts'
import type { ClientParts } from './client/client.ts'
import { clientOptions, deviceOptions } from './client/options/known-options.ts'
import { modulePort } from './client/options/module-port.ts'
import { checkServer } from './client/options/settings.ts'
import type { AnyPacket, PublishPacket } from './client/packets.ts'
import { initEmitter, useEmitter } from './client/shape/emitter.ts'
import { refusedOfStream } from './client/shape/refused-names.ts'
import { whenConnected } from './client/shape/when-connected.ts'
import {
  Client,
  ClientError,
  type ClientOptions,
  Device,
  type DeviceOptions,
  type OpenPort,
  PortBusyError,
} from './exports.ts'
import type { EventCallbacks, MqttJsOptions } from './mqttjs-types.ts'

export { nodeClock as systemClock } from '../io/runtime/clock-node.ts'
export { SetupError, type SetupErrorCode } from '../io/setup-error.ts'
export { type MemoryLine, memoryLine } from '../io/transports/memory.ts'
export { openSerialPort, type SerialPortOptions } from '../io/transports/serial.ts'
export { openTcpPort, type TcpPortOptions } from '../io/transports/tcp.ts'
export { type WebSerial, type WebSerialOptions, webSerialPort } from '../io/transports/web-serial.ts'
export * from './exports.ts'

/** Where the module is: `path`, or a port that is open, or a function that opens one. */
export interface NodeDeviceOptions
  extends Omit<DeviceOptions, 'port' | 'clock' | 'random'>,
    Partial<Pick<SerialPortOptions, 'baud' | 'rtscts'>>,
    Partial<Pick<DeviceOptions, 'clock' | 'random'>> {
  /** `/dev/serial/by-id/…`, `/dev/ttyUSB2`, `COM3`, or `tcp://host:port`. Opened again when it was lost. */
  readonly path?: string
  /** In place of `path`: an open port, or a function that opens one and is called again when it was lost. A number is the server's port. */
  readonly port?: number | string | ByteStream | OpenPort
  /** Any other option of `serialport`. */
  readonly portOptions?: Readonly<Record<string, unknown>>
}

export type NodeConnectOptions = NodeDeviceOptions & ClientOptions

// MQTT.js's names for types, with the bytes of this platform.
export type IClientOptions = MqttJsOptions<NodeConnectOptions>
export type IPublishPacket = PublishPacket<Buffer>
export type Packet = AnyPacket<Buffer>
export type OnMessageCallback = MqttClientEventCallbacks['message']
export type OnPacketCallback = (packet: Packet) => void
export type PacketCallback = (error?: Error, packet?: Packet) => unknown
export type MqttClientEventCallbacks = EventCallbacks<Buffer>

/** MQTT.js's client, over a module: what `connect` gives. Its constructor is not for programs. */
export class MqttClient extends Client<Buffer> {
  declare readonly prependListener: this['on']
  declare readonly prependOnceListener: this['on']
  declare readonly rawListeners: this['listeners']
  declare readonly setMaxListeners: (count: number) => this
  declare readonly getMaxListeners: () => number

  /** MQTT.js's socket: here an emitter that never emits. */
  readonly stream = Object.assign(new EventEmitter(), refusedOfStream)

  constructor(parts: ClientParts<Buffer>, options: ClientOptions) {
    super(parts, options)
    initEmitter(this, EventEmitter)
  }
}
useEmitter(MqttClient, EventEmitter)

/** A module that two clients may share: `const device = openDevice({ path }); device.connect({ url })`. */
export class NodeDevice extends Device {
  readonly #given: NodeDeviceOptions

  constructor(options: NodeDeviceOptions) {
    super(
      { ...options, clock: keepingClock, random: cryptoRandom, ...given(options), port: portOf(options, () => this) },
      { holderOf: (address) => holderText(holdersOf(address)), openBeside },
    )
    this.#given = options
  }

  connect(options: ClientOptions): MqttClient {
    const address = addressOf(this.#given)
    return new MqttClient({ device: this, ownsDevice: false, payloadOf: bufferOf, unheard, address }, options)
  }
}

export const openDevice = (options: NodeDeviceOptions): NodeDevice => new NodeDevice(options)

/** A client with a module of its own, in MQTT.js's shape. Throws a `ClientError` for options that are not allowed. */
export function connect(options?: NodeConnectOptions): MqttClient
export function connect(url: string, options?: NodeConnectOptions): MqttClient
export function connect(first?: string | NodeConnectOptions, second?: NodeConnectOptions): MqttClient {
  const options = typeof first === 'string' ? { ...second, url: first } : { ...first, ...second }
  checkServer(options)
  const device = new NodeDevice(options)
  const address = addressOf(options)
  const parts = { device, ownsDevice: true, payloadOf: bufferOf, unheard, address, optionNames }
  return new MqttClient(parts, options)
}

/**
 * A client that is connected. The first error ends the client, and rejects once its port is free again; with
 * `allowRetries` `false` so does an attempt that fails and brings no error.
 */
export function connectAsync(options?: NodeConnectOptions): Promise<MqttClient>
export function connectAsync(url: string, options?: NodeConnectOptions, allowRetries?: boolean): Promise<MqttClient>
export async function connectAsync(
  first?: string | NodeConnectOptions,
  second?: NodeConnectOptions,
  allowRetries = true,
): Promise<MqttClient> {
  const client = connect(first as string, second)
  await whenConnected(client, allowRetries)
  return client
}

/** `import mqtt from 'atmqtt/driver'`, as programs for MQTT.js import it. */
export default { connect, connectAsync, MqttClient, Client: MqttClient }

const optionNames = [...clientOptions, ...deviceOptions, 'path', 'baud', 'rtscts', 'portOptions']

const given = ({ clock, random }: NodeDeviceOptions) => ({ ...(clock && { clock }), ...(random && { random }) })

const bufferOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) as Buffer

const unheard = (text: string): void => process.emitWarning(text, 'AtmqttWarning')

/** As the opened port has it; undefined: nobody knows before. */
const addressOf = ({ port, path }: NodeDeviceOptions): string | undefined =>
  modulePort(port) === undefined ? path?.replace(/^tcp:\/\//, '') : undefined

function portOf(
  { port, path, baud, rtscts, portOptions }: NodeDeviceOptions,
  device: () => Device,
): ByteStream | OpenPort {
  const given = modulePort(port)
  if (given !== undefined) return given
  if (typeof path !== 'string' || path === '')
    throw new ClientError('invalid', 'Give the path of the module: /dev/ttyUSB2, or tcp://host:port.')
  const [, host, number] = /^tcp:\/\/\[?([^\]/]+?)\]?:(\d+)$/.exec(path) ?? []
  if (host !== undefined) return () => openOnce(path, device(), () => openTcpPort({ host, port: Number(number) }))
  if (/^[^/\\]+:\d+$/.test(path))
    throw new ClientError(
      'invalid',
      `path ${path}: a TCP port is written tcp://${path}; the speed of a serial port is the option baud.`,
    )
  const speed = { ...(baud !== undefined && { baud }), ...(rtscts !== undefined && { rtscts }) }
  const serial = { path, ...speed, ...(portOptions && { options: portOptions }) }
  return () => openOnce(realPath(path) ?? path, device(), () => openSerialPort(serial))
}

/** The device of this program that has a port open, or is opening it, by path. */
const holders = new Map<string, { readonly device: Device; opening: boolean }>()

/** The system would say that another program has the port. */
async function openOnce(path: string, device: Device, open: OpenPort): Promise<ByteStream> {
  const other = holders.get(path)
  if (other && other.device !== device && (other.opening || other.device.openModem?.chat.closed === false))
    throw new PortBusyError(path)
  const holder = { device, opening: true }
  holders.set(path, holder)
  try {
    return await open()
  } finally {
    // By then the device has taken the port.
    setImmediate(() => {
      holder.opening = false
    })
  }
}
