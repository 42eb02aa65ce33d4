import type { Port, PortEvents } from '../stream.ts'

/** What is used of Web Serial's `SerialPort`; anything of this shape will do. */
export interface WebSerial {
  readonly readable: { getReader(): WebReader } | null
  readonly writable: { getWriter(): WebWriter } | null
  open(options: { readonly baudRate: number }): Promise<void>
  close(): Promise<void>
}

interface WebReader {
  read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>
  cancel(): Promise<void>
  releaseLock(): void
}

interface WebWriter {
  readonly ready: Promise<unknown>
  write(bytes: Uint8Array): Promise<void>
  releaseLock(): void
}

export interface WebSerialOptions {
  /** Bits per second; 115,200. */
  readonly baudRate?: number
  /** `none` or `hardware`. */
  readonly flowControl?: 'none' | 'hardware'
  readonly bufferSize?: number
}

/** A port on what `navigator.serial.requestPort()` gives, which is opened unless it is open. */
export async function webSerialPort(serial: WebSerial, options: WebSerialOptions = {}): Promise<Port> {
  const port = new WebSerialPort(serial, { baudRate: 115_200, ...options })
  await port.open()
  return port
}

class WebSerialPort implements Port {
  readonly address = 'Web Serial port'
  readonly #serial: WebSerial
  #options: { readonly baudRate: number }
  #events: PortEvents | undefined
  #reader: WebReader | undefined
  #reading: Promise<void> = Promise.resolve()
  #closed = false
  /** Nobody is to be told that reading ends: the speed changes. */
  #changing = false

  constructor(serial: WebSerial, options: { readonly baudRate: number }) {
    this.#serial = serial
    this.#options = options
  }

  async open(): Promise<void> {
    if (!this.#serial.readable) await this.#serial.open(this.#options)
  }

  start(events: PortEvents): void {
    this.#events = events
    this.#reading = this.#read()
  }

  async write(bytes: Uint8Array): Promise<void> {
    const writer = this.#closed ? undefined : this.#serial.writable?.getWriter()
    if (!writer) throw new Error(`the ${this.address} is closed`)
    try {
      await writer.ready
      await writer.write(bytes)
    } finally {
      writer.releaseLock()
    }
  }

  /** Web Serial sets a speed only while it opens. */
  async setBaud(baudRate: number): Promise<void> {
    this.#options = { ...this.#options, baudRate }
    this.#changing = true
    await this.#stop()
    await this.#serial.open(this.#options)
    this.#changing = false
    this.#reading = this.#read()
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#events = undefined
    await this.#stop()
  }

  async #stop(): Promise<void> {
    await this.#reader?.cancel().catch(() => {})
    await this.#reading
    await this.#serial.close()
  }

  /** A framing or overrun error ends one stream and begins another; when there is none, the device has gone. */
  async #read(): Promise<void> {
    let why: Error | undefined
    let last: WebSerial['readable'] = null
    while (this.#serial.readable && this.#serial.readable !== last && !this.#closed && !this.#changing) {
      last = this.#serial.readable
      const ended = await this.#readStream(last.getReader())
      if (ended === 'done') break
      why = ended
    }
    if (!this.#closed && !this.#changing) this.#lost(why)
  }

  async #readStream(reader: WebReader): Promise<Error | 'done'> {
    this.#reader = reader
    try {
      for (;;) {
        const { done, value } = await reader.read()
        if (done) return 'done'
        if (value) this.#events?.data(value)
      }
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error))
    } finally {
      this.#reader = undefined
      reader.releaseLock()
    }
  }

  #lost(why: Error | undefined): void {
    this.#closed = true
    this.#events?.closed(why)
  }
}
