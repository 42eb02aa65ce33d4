import { Backlog } from '../backlog.ts'
import type { ByteStream, ByteStreamEvents } from '../stream.ts'

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
  abort?(): Promise<void>
  releaseLock(): void
}

export interface WebSerialOptions {
  /** Bits per second; 115,200. */
  readonly baudRate?: number
  /** `none` or `hardware`. */
  readonly flowControl?: 'none' | 'hardware'
  readonly bufferSize?: number
}

/** How long `close()` waits for queued output. */
const closeGraceMs = 200

/** A stream on what `navigator.serial.requestPort()` gives, which is opened unless it is open. */
export async function webSerialPort(serial: WebSerial, options: WebSerialOptions = {}): Promise<ByteStream> {
  const stream = new WebSerialStream(serial, { baudRate: 115_200, ...options })
  await stream.open()
  return stream
}

class WebSerialStream implements ByteStream {
  readonly address = 'Web Serial port'
  readonly #serial: WebSerial
  readonly #queue = new Backlog()
  #options: { readonly baudRate: number }
  #events: ByteStreamEvents | undefined
  #reader: WebReader | undefined
  #reading: Promise<void> = Promise.resolve()
  #writer: WebWriter | undefined
  #writing: Promise<void> | undefined
  #paused = false
  #resumed: () => void = () => {}
  #closed = false
  /** The device has gone. */
  #ended = false
  /** Nobody is to be told that reading ends: the speed changes. */
  #changing = false

  constructor(serial: WebSerial, options: { readonly baudRate: number }) {
    this.#serial = serial
    this.#options = options
  }

  async open(): Promise<void> {
    if (!this.#serial.readable) await this.#serial.open(this.#options)
  }

  start(events: ByteStreamEvents): void {
    this.#events = events
    events.presence?.(true)
    this.#reading = this.#read()
  }

  write(bytes: Uint8Array): void {
    if (this.#closed || this.#ended) return
    this.#queue.push(bytes)
    this.#pump()
  }

  backlog(): number {
    return this.#queue.size
  }

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
    this.#resumed()
  }

  /** Web Serial sets a speed only while it opens. */
  async setBaud(baudRate: number): Promise<void> {
    await this.#writing
    this.#options = { ...this.#options, baudRate }
    this.#changing = true
    await this.#stop()
    await this.#serial.open(this.#options)
    this.#changing = false
    this.#reading = this.#read()
    this.#pump()
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#events = undefined
    await this.#flushed()
    await this.#stop().catch((error: unknown) => {
      if (!this.#ended) throw error
    })
  }

  async #flushed(): Promise<void> {
    const limit = setTimeout(() => void this.#writer?.abort?.().catch(() => {}), closeGraceMs)
    await this.#writing
    clearTimeout(limit)
  }

  async #stop(): Promise<void> {
    this.#resumed()
    await this.#reader?.cancel().catch(() => {})
    await this.#reading
    await this.#serial.close()
  }

  #pump(): void {
    if (this.#writing || this.#changing || this.#queue.size === 0) return
    this.#writing = this.#writeQueued().finally(() => {
      this.#writing = undefined
      this.#pump()
    })
  }

  async #writeQueued(): Promise<void> {
    const writer = this.#serial.writable?.getWriter()
    this.#writer = writer
    if (!writer) return this.#lost(undefined)
    try {
      for (let first = this.#queue.first(); first !== undefined; first = this.#queue.first()) {
        await writer.ready
        await writer.write(first)
        if (this.#queue.took(first.length)) this.#events?.drained?.()
      }
    } catch (error) {
      this.#lost(errorOf(error))
    } finally {
      writer.releaseLock()
    }
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
    if (!this.#changing) this.#lost(why)
  }

  async #readStream(reader: WebReader): Promise<Error | 'done'> {
    this.#reader = reader
    try {
      for (;;) {
        const { done, value } = await reader.read()
        if (this.#paused && !this.#closed && !this.#changing) await this.#whenResumed()
        if (value) this.#events?.data(value)
        if (done) return 'done'
      }
    } catch (error) {
      return errorOf(error)
    } finally {
      this.#reader = undefined
      reader.releaseLock()
    }
  }

  #whenResumed(): Promise<void> {
    return new Promise((resolve) => {
      this.#resumed = resolve
    })
  }

  #lost(why: Error | undefined): void {
    if (this.#closed || this.#ended) return
    this.#ended = true
    this.#queue.clear()
    this.#events?.presence?.(false, why)
    this.#events = undefined
  }
}

const errorOf = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))
