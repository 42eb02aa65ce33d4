import { existsSync } from 'node:fs'
import type { Duplex } from 'node:stream'
import type { Clock } from '../runtime/runtime.ts'
import { errorText, SetupError, type SetupErrorCode } from '../setup-error.ts'
import type { Pipe } from '../stream.ts'
import { CLOSE_GRACE_MS, StreamPipe } from './stream-pipe.ts'

const LOOK_AGAIN_MS = 1000

export interface SerialOptions {
  /** `/dev/ttyUSB0`, `COM3`, also another program's PTY. */
  readonly device: string
  readonly baud: number
  readonly clock: Clock
  /** Where `serialport` comes from; for tests. */
  readonly importer?: () => Promise<SerialLibrary>
}

/** What is used of the package `serialport`. */
export interface SerialLibrary {
  readonly SerialPort: new (options: { path: string; baudRate: number; autoOpen: false }) => SerialStream
}

/** A port of `serialport`. */
export interface SerialStream extends Duplex {
  readonly isOpen: boolean
  open(callback: (error: Error | null) => void): void
  close(callback: (error: Error | null) => void): void
}

/**
 * Opens a serial line through the optional package `serialport`. It has a host as long as the device is there; when it
 * vanishes, it is looked for every second. Rejects with a `SetupError` when the first opening fails. Keeps the process
 * alive until `close()`.
 */
export async function openSerial(options: SerialOptions): Promise<Pipe> {
  const library = await loadSerialport(options.importer ?? importSerialport)
  const port = await opened(library, options)
  return new SerialPipe(library, options, port)
}

class SerialPipe extends StreamPipe {
  readonly #library: SerialLibrary
  readonly #options: SerialOptions
  readonly #keepAlive = setInterval(() => {}, 2 ** 30)
  #port: SerialStream | undefined
  #cancelLook: () => void = () => {}
  #closed = false

  constructor(library: SerialLibrary, options: SerialOptions, port: SerialStream) {
    super(options.device)
    this.#library = library
    this.#options = options
    this.#use(port)
  }

  async close(): Promise<void> {
    this.silence()
    this.#closed = true
    this.#cancelLook()
    clearInterval(this.#keepAlive)
    await this.flushed(CLOSE_GRACE_MS)
    if (this.#port !== undefined) await closed(this.#port)
  }

  #use(port: SerialStream): void {
    this.#port = port
    port.on('error', () => this.#lost(port))
    port.on('close', () => this.#lost(port))
    this.attach(port, port)
    this.#lookLater()
  }

  #lost(port: SerialStream): void {
    if (port !== this.#port || this.#closed) return
    this.#port = undefined
    this.detach()
    if (port.isOpen) void closed(port)
  }

  #lookLater(): void {
    this.#cancelLook = this.#options.clock.after(LOOK_AGAIN_MS, () => void this.#look())
  }

  /** `serialport` may not notice that a device is gone (a PTY reads as empty then), so the name is looked at too. */
  async #look(): Promise<void> {
    const there = existsSync(this.#options.device)
    if (this.#port !== undefined && !there) this.#lost(this.#port)
    const port = this.#port === undefined && there ? await reopened(this.#library, this.#options) : undefined
    if (this.#closed) return void (port && closed(port))
    if (port === undefined) this.#lookLater()
    else this.#use(port)
  }
}

export const importSerialport = (): Promise<SerialLibrary> => import('serialport')

/** Rejects with a `SetupError` that says how to get it. */
export async function loadSerialport(importer: () => Promise<SerialLibrary>): Promise<SerialLibrary> {
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

function opened(library: SerialLibrary, { device, baud }: SerialOptions): Promise<SerialStream> {
  return new Promise((resolve, reject) => {
    if (!Number.isInteger(baud) || baud < 1) {
      throw new SetupError('invalid', `${baud} is no baud rate: give a number such as 115200.`)
    }
    const port = new library.SerialPort({ path: device, baudRate: baud, autoOpen: false })
    port.open((error) => (error === null ? resolve(port) : reject(openError(error, device, baud))))
  })
}

function reopened(library: SerialLibrary, options: SerialOptions): Promise<SerialStream | undefined> {
  return opened(library, options).catch(() => undefined)
}

function closed(port: SerialStream): Promise<void> {
  if (!port.isOpen) return Promise.resolve()
  return new Promise((resolve) => port.close(() => resolve()))
}

/** `serialport` gives no codes, so its words are read: Unix, then Windows. */
export function openError(error: Error, device: string, baud: number): SetupError {
  const text = errorText(error)
  for (const [pattern, code, sentence] of REASONS) {
    if (pattern.test(text)) return new SetupError(code, sentence(device), error)
  }
  return new SetupError(
    'invalid',
    `${device} can't be opened at ${baud} baud (${text}): check the name and the baud rate.`,
    error,
  )
}

const REASONS: readonly (readonly [RegExp, SetupErrorCode, (device: string) => string])[] = [
  [
    /no such (file|device)|file not found/i,
    'missing',
    (device) => `There is no serial device ${device}: plug it in, or give the name of one that is there.`,
  ],
  [
    /permission denied|access denied/i,
    'denied',
    (device) =>
      `${device} may not be opened by this user: join its group (often dialout), or close the program that holds it.`,
  ],
  [
    /busy|cannot lock|temporarily unavailable/i,
    'inUse',
    (device) => `${device} is in use by another program: close that program, or give another device.`,
  ],
  [
    /inappropriate ioctl|not a tty/i,
    'invalid',
    (device) => `${device} is no serial device: give one such as /dev/ttyUSB0.`,
  ],
]
