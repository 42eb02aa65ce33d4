import { existsSync } from 'node:fs'
import { nodeClock } from '../runtime/clock-node.ts'
import type { Clock } from '../runtime/runtime.ts'
import { SetupError } from '../setup-error.ts'
import type { Port } from '../stream.ts'
import { importSerialport, loadSerialport, openError, type SerialLibrary, type SerialStream } from './serial.ts'
import { StreamPort } from './stream-port.ts'

export interface SerialPortOptions {
  /** `/dev/serial/by-id/…`, `/dev/ttyUSB2`, `COM3`, also a PTY. */
  readonly path: string
  /** Bits per second; 115,200. */
  readonly baud?: number
  /** Hardware flow control. */
  readonly rtscts?: boolean
  /** Any other option of `serialport`, passed on. */
  readonly options?: Readonly<Record<string, unknown>>
  readonly clock?: Clock
  /** Where `serialport` comes from; for tests. */
  readonly importer?: () => Promise<SerialLibrary>
}

/** A `serialport` that can change its speed. */
interface Adjustable extends SerialStream {
  update(options: { baudRate: number }, callback: (error: Error | null) => void): void
}

const LOOK_AGAIN_MS = 1000

/** Opens a serial line through the optional package `serialport`. Rejects with a `SetupError`. */
export async function openSerialPort(given: SerialPortOptions): Promise<Port> {
  const { path, baud = 115_200, rtscts = false, options, clock = nodeClock, importer = importSerialport } = given
  if (!Number.isInteger(baud) || baud < 1)
    throw new SetupError('invalid', `${baud} is no baud rate: give a number such as 115200.`)
  const { SerialPort } = await loadSerialport(importer)
  const all = { ...options, path, baudRate: baud, rtscts, autoOpen: false as const }
  const stream = new SerialPort(all) as Adjustable
  await new Promise<void>((resolve, reject) => {
    stream.open((error) => (error === null ? resolve() : reject(withRemedy(openError(error, path, baud), path))))
  })
  return new SerialLinePort(stream, path, clock)
}

/** What holds a module's port is often the system's own ModemManager. */
function withRemedy(error: SetupError, path: string): SetupError {
  if (error.code !== 'inUse') return error
  return new SetupError(
    'inUse',
    `${path} is in use by another program: close it; if it is ModemManager, stop it or set ID_MM_DEVICE_IGNORE for the device.`,
    error.cause,
  )
}

class SerialLinePort extends StreamPort {
  readonly #serial: Adjustable
  #cancelLook: () => void = () => {}

  constructor(serial: Adjustable, path: string, clock: Clock) {
    super(serial, path)
    this.#serial = serial
    this.#look(clock)
  }

  setBaud(baudRate: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#serial.update({ baudRate }, (error) => (error ? reject(error) : resolve()))
    })
  }

  override async close(): Promise<void> {
    this.#cancelLook()
    const closed = new Promise<void>((resolve) => {
      if (this.#serial.isOpen) this.#serial.close(() => resolve())
      else resolve()
    })
    await super.close()
    await closed
  }

  protected override gone(error: Error | undefined): void {
    this.#cancelLook()
    super.gone(error)
  }

  /** `serialport` may not notice that a device is gone: a PTY reads as empty then. */
  #look(clock: Clock): void {
    this.#cancelLook = clock.after(LOOK_AGAIN_MS, () => {
      if (existsSync(this.address) || !this.address.startsWith('/')) this.#look(clock)
      else this.gone(new Error(`${this.address} was unplugged`))
    })
  }
}
