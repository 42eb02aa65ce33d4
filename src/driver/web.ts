/** `atmqtt/driver` in a browser: the driver with a clock for browsers. Its ports are Web Serial and memory. */

import { webClock } from '../io/runtime/clock-web.ts'
import { cryptoRandom } from '../io/runtime/random-crypto.ts'
import { Client, type ClientOptions, Device, type DeviceOptions } from './exports.ts'

export { webClock as systemClock } from '../io/runtime/clock-web.ts'
export { type MemoryLine, memoryLine } from '../io/transports/memory.ts'
export { type WebSerial, type WebSerialOptions, webSerialPort } from '../io/transports/web-serial.ts'
export * from './exports.ts'

/** Where the module is: a port that is open, or a function that opens one, and is called again when it was lost. */
export interface WebDeviceOptions
  extends Omit<DeviceOptions, 'clock' | 'random'>,
    Partial<Pick<DeviceOptions, 'clock' | 'random'>> {}

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

/** A module that two clients may share: `const device = openDevice({ port }); device.connect({ url })`. */
export class WebDevice extends Device {
  constructor(options: WebDeviceOptions) {
    super({ clock: webClock, random: cryptoRandom, ...options })
  }

  connect(options: ClientOptions): Client<TextBytes> {
    return new Client({ device: this, ownsDevice: false, payloadOf: textBytes, warn }, options)
  }
}

export const openDevice = (options: WebDeviceOptions): WebDevice => new WebDevice(options)

/** A client with a module of its own, in MQTT.js's shape. Throws a `ClientError` for options that are not allowed. */
export function connect(options: WebConnectOptions): Client<TextBytes>
export function connect(url: string, options: WebConnectOptions): Client<TextBytes>
export function connect(first: string | WebConnectOptions, second?: WebConnectOptions): Client<TextBytes> {
  const options = (typeof first === 'string' ? { ...second, url: first } : first) as WebConnectOptions
  return new Client({ device: new WebDevice(options), ownsDevice: true, payloadOf: textBytes, warn }, options)
}

const textBytes = (bytes: Uint8Array): TextBytes => new TextBytes(bytes)

const warn = (text: string): void => console.warn(text)
