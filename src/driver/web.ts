/** `atmqtt/driver` in a browser: the driver with a clock for browsers. Its ports are Web Serial and memory. */

import { EventEmitter } from 'eventemitter3'
import { webClock } from '../io/runtime/clock-web.ts'
import { cryptoRandom } from '../io/runtime/random-crypto.ts'
import type { ClientParts } from './client/client.ts'
import { clientOptions, deviceOptions } from './client/options/known-options.ts'
import { modulePort } from './client/options/module-port.ts'
import { checkServer } from './client/options/settings.ts'
import type { AnyPacket, PublishPacket } from './client/packets.ts'
import { initEmitter, useEmitter } from './client/shape/emitter.ts'
import { refusedOfStream } from './client/shape/refused-names.ts'
import { whenConnected } from './client/shape/when-connected.ts'
import {
  type ByteStream,
  Client,
  ClientError,
  type ClientOptions,
  Device,
  type DeviceOptions,
  type OpenPort,
} from './exports.ts'
import type { EventCallbacks, MqttJsOptions } from './mqttjs-types.ts'

export { webClock as systemClock } from '../io/runtime/clock-web.ts'
export { type MemoryLine, memoryLine } from '../io/transports/memory.ts'
export { type WebSerial, type WebSerialOptions, webSerialPort } from '../io/transports/web-serial.ts'
export * from './exports.ts'

/** Where the module is: a port that is open, or a function that opens one, and is called again when it was lost. */
export interface WebDeviceOptions
  extends Omit<DeviceOptions, 'port' | 'clock' | 'random'>,
    Partial<Pick<DeviceOptions, 'clock' | 'random'>> {
  /** An open port, or a function that opens one and is called again when it was lost. */
  readonly port?: number | string | ByteStream | OpenPort
}

export type WebConnectOptions = WebDeviceOptions & ClientOptions

/** A payload whose text is its UTF-8. */
export class TextBytes extends Uint8Array {
  /** What is cut out of it is an array of plain bytes. */
  static get [Symbol.species](): Uint8ArrayConstructor {
    return Uint8Array
  }

  override toString(): string {
    return new TextDecoder().decode(this)
  }
}

// MQTT.js's names for types, with the bytes of this platform.
export type IClientOptions = MqttJsOptions<WebConnectOptions>
export type IPublishPacket = PublishPacket<TextBytes>
export type Packet = AnyPacket<TextBytes>
export type OnMessageCallback = MqttClientEventCallbacks['message']
export type OnPacketCallback = (packet: Packet) => void
export type PacketCallback = (error?: Error, packet?: Packet) => unknown
export type MqttClientEventCallbacks = EventCallbacks<TextBytes>

/** MQTT.js's client, over a module: what `connect` gives. Its constructor is not for programs. */
export class MqttClient extends Client<TextBytes> {
  /** MQTT.js's socket: here an emitter that never emits. */
  readonly stream = Object.assign(new EventEmitter(), refusedOfStream)

  constructor(parts: ClientParts<TextBytes>, options: ClientOptions) {
    super(parts, options)
    initEmitter(this, EventEmitter)
  }
}
useEmitter(MqttClient, EventEmitter)

/** A module that two clients may share: `const device = openDevice({ port }); device.connect({ url })`. */
export class WebDevice extends Device {
  constructor(options: WebDeviceOptions) {
    super({ clock: webClock, random: cryptoRandom, ...options, port: portOf(options) })
  }

  connect(options: ClientOptions): MqttClient {
    return new MqttClient({ device: this, ownsDevice: false, payloadOf: textBytes, unheard }, options)
  }
}

export const openDevice = (options: WebDeviceOptions): WebDevice => new WebDevice(options)

/** A client with a module of its own, in MQTT.js's shape. Throws a `ClientError` for options that are not allowed. */
export function connect(options?: WebConnectOptions): MqttClient
export function connect(url: string, options?: WebConnectOptions): MqttClient
export function connect(first?: string | WebConnectOptions, second?: WebConnectOptions): MqttClient {
  const options = typeof first === 'string' ? { ...second, url: first } : { ...first, ...second }
  checkServer(options)
  const parts = { device: new WebDevice(options), ownsDevice: true, payloadOf: textBytes, unheard, optionNames }
  return new MqttClient(parts, options)
}

/**
 * A client that is connected. The first error ends the client, and rejects once its port is free again; with
 * `allowRetries` `false` so does an attempt that fails and brings no error.
 */
export function connectAsync(options?: WebConnectOptions): Promise<MqttClient>
export function connectAsync(url: string, options?: WebConnectOptions, allowRetries?: boolean): Promise<MqttClient>
export async function connectAsync(
  first?: string | WebConnectOptions,
  second?: WebConnectOptions,
  allowRetries = true,
): Promise<MqttClient> {
  const client = connect(first as string, second)
  await whenConnected(client, allowRetries)
  return client
}

/** `import mqtt from 'atmqtt/driver'`, as programs for MQTT.js import it. */
export default { connect, connectAsync, MqttClient, Client: MqttClient }

const optionNames = [...clientOptions, ...deviceOptions]

function portOf({ port }: WebDeviceOptions): ByteStream | OpenPort {
  const given = modulePort(port)
  if (given) return given
  throw new ClientError(
    'invalid',
    'Give the port of the module: a function that opens it, such as () => webSerialPort(serial), or an open one. The port of the server stands in the url.',
  )
}

const textBytes = (bytes: Uint8Array): TextBytes => new TextBytes(bytes)

const unheard = (text: string): void => console.warn(text)
