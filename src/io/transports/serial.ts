import { statSync } from 'node:fs'
import type { Duplex } from 'node:stream'
import type { PortLibrary } from '../ports/serial-ports.ts'
import { nodeClock } from '../runtime/clock-node.ts'
import type { Clock } from '../runtime/runtime.ts'
import { SetupError } from '../setup-error.ts'
import type { ByteStream } from '../stream.ts'
import { CLOSE_GRACE_MS, NodeStream } from './node-stream.ts'
import { openError } from './serial-errors.ts'

const LOOK_AGAIN_MS = 1000

export interface SerialPortOptions {
  /** `/dev/serial/by-id/…`, `/dev/ttyUSB2`, `COM3`, also a PTY. */
  readonly path: string
  /** Bits per second; 115,200. */
  readonly baud?: number
  /** Hardware flow control. */
  readonly rtscts?: boolean
  /** Any other option of `serialport`, passed on. */
  readonly options?: Readonly<Record<string, unknown>>
  /** A device that vanishes is looked for every second and opened again, until `close()`, which keeps the process alive; else its end is the end of the stream. */
  readonly reopen?: boolean
  readonly clock?: Clock
  /** Where `serialport` comes from; for tests. */
  readonly importer?: () => Promise<SerialLibrary>
}

/** What is used of the package `serialport`. */
export interface SerialLibrary extends PortLibrary {
  readonly SerialPort: PortLibrary['SerialPort'] & (new (options: LibraryOptions) => LibraryPort)
}

interface LibraryOptions {
  readonly path: string
  readonly baudRate: number
  readonly rtscts: boolean
  readonly autoOpen: false
}

interface LibraryPort extends Duplex {
  readonly isOpen: boolean
  open(callback: (error: Error | null) => void): void
  close(callback: (error: Error | null) => void): void
  update(options: { baudRate: number }, callback: (error: Error | null) => void): void
  drain(callback: (error: Error | null) => void): void
}

/** Opens a serial line through the optional package `serialport`. Rejects with a `SetupError`. */
export async function openSerialPort(options: SerialPortOptions): Promise<ByteStream> {
  const { baud = 115_200, importer = importSerialport } = options
  if (!Number.isInteger(baud) || baud < 1)
    throw new SetupError('invalid', `${baud} is no baud rate: give a number such as 115200.`)
  const device = new SerialDevice(await loadSerialport(importer), { ...options, baud })
  return new SerialStream(device, options, await device.open())
}

/** What is at a path, as it is to be opened. */
class SerialDevice {
  readonly path: string
  baud: number
  readonly #library: SerialLibrary
  readonly #others: object
  #opened: string | undefined

  constructor(library: SerialLibrary, { path, baud, rtscts = false, options }: SerialPortOptions & { baud: number }) {
    this.#library = library
    this.path = path
    this.baud = baud
    this.#others = { ...options, rtscts }
  }

  /** What the name leads to now; undefined: nothing. It changes when a device is plugged in again and the name follows it. */
  get node(): string | undefined {
    if (!this.path.startsWith('/')) return 'no path, which can not be looked at'
    try {
      const { dev, ino, rdev } = statSync(this.path)
      return `${dev} ${ino} ${rdev}`
    } catch {
      return undefined
    }
  }

  /** Whether it is still the device that was opened last. */
  get isThere(): boolean {
    return this.node !== undefined && this.node === this.#opened
  }

  open(): Promise<LibraryPort> {
    const { path, baud } = this
    this.#opened = this.node
    const all = { ...this.#others, path, baudRate: baud, autoOpen: false as const }
    const port = new this.#library.SerialPort(all as LibraryOptions)
    return new Promise((resolve, reject) =>
      port.open((error) => {
        if (error === null) resolve(port)
        else void openError(error, path, baud, this.#library).then(reject)
      }),
    )
  }
}

class SerialStream extends NodeStream {
  readonly #device: SerialDevice
  readonly #reopen: boolean
  readonly #clock: Clock
  readonly #keepAlive: NodeJS.Timeout | undefined
  #port: LibraryPort | undefined
  #lastClosed: Promise<void> | undefined
  #cancelLook: () => void = () => {}
  #closed = false

  constructor(device: SerialDevice, { reopen = false, clock = nodeClock }: SerialPortOptions, port: LibraryPort) {
    super(device.path)
    this.#device = device
    this.#reopen = reopen
    this.#clock = clock
    if (reopen) this.#keepAlive = setInterval(() => {}, 2 ** 30)
    this.#use(port)
  }

  get baud(): number {
    return this.#device.baud
  }

  async setBaud(baud: number): Promise<void> {
    await this.flushed()
    this.#device.baud = baud
    const port = this.#port
    if (!port) return
    await done((callback) => port.drain(callback))
    await done((callback) => port.update({ baudRate: baud }, callback))
  }

  async close(): Promise<void> {
    this.silence()
    this.#closed = true
    this.#cancelLook()
    clearInterval(this.#keepAlive)
    await this.flushed(CLOSE_GRACE_MS)
    await (this.#port ? closed(this.#port) : this.#lastClosed)
  }

  #use(port: LibraryPort): void {
    this.#port = port
    port.on('error', (error) => this.#lost(port, error))
    port.on('close', () => this.#lost(port))
    this.attach(port, port)
    this.#lookLater()
  }

  #lost(port: LibraryPort, reason?: Error): void {
    if (port !== this.#port || this.#closed) return
    this.#port = undefined
    this.#lastClosed = closed(port)
    if (!this.#reopen) this.#cancelLook()
    this.detach(reason)
  }

  #lookLater(): void {
    this.#cancelLook = this.#clock.after(LOOK_AGAIN_MS, () => void this.#look())
  }

  /** `serialport` may not notice that a device is gone (a PTY reads as empty then), so the name is looked at too. */
  async #look(): Promise<void> {
    const device = this.#device
    if (this.#port !== undefined && !device.isThere) this.#lost(this.#port, new Error(`${this.address} was unplugged`))
    if (this.#port === undefined && !this.#reopen) return
    const opens = this.#port === undefined && device.node !== undefined
    const port = opens ? await device.open().catch(() => undefined) : undefined
    if (this.#closed) return void (port && closed(port))
    if (port === undefined) this.#lookLater()
    else this.#use(port)
  }
}

const importSerialport = (): Promise<SerialLibrary> => import('serialport')

/** Rejects with a `SetupError` that says how to get it. */
async function loadSerialport(importer: () => Promise<SerialLibrary>): Promise<SerialLibrary> {
  try {
    return await importer()
  } catch (error) {
    const remedy = 'install it with `npm install serialport`, or use TCP'
    throw new SetupError(
      'missing',
      `Serial lines need the package serialport, which can't be loaded: ${remedy}.`,
      error,
    )
  }
}

function done(act: (callback: (error: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => act((error) => (error ? reject(error) : resolve())))
}

function closed(port: LibraryPort): Promise<void> {
  if (!port.isOpen) return Promise.resolve()
  return new Promise((resolve) => port.close(() => resolve()))
}
