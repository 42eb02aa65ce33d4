import type { Duplex } from 'node:stream'
import type { Port, PortEvents } from '../stream.ts'

/** A port over a stream of Node that is open: what TCP and serial lines share. */
export class StreamPort implements Port {
  readonly address: string
  protected readonly stream: Duplex
  #events: PortEvents | undefined
  #gone = false
  #why: Error | undefined

  constructor(stream: Duplex, address: string) {
    this.stream = stream
    this.address = address
    stream.on('error', (error) => this.gone(error))
    stream.on('close', () => this.gone(undefined))
    stream.on('end', () => this.gone(undefined))
  }

  start(events: PortEvents): void {
    this.#events = events
    if (this.#gone) return events.closed(this.#why)
    this.stream.on('data', (bytes: Uint8Array) => this.#events?.data(bytes))
  }

  write(bytes: Uint8Array): Promise<void> {
    if (this.#gone) return Promise.reject(this.#why ?? new Error(`${this.address} is closed`))
    return new Promise((resolve, reject) => {
      this.stream.write(bytes, (error) => (error ? reject(error) : resolve()))
    })
  }

  async close(): Promise<void> {
    this.#events = undefined
    this.#gone = true
    this.stream.destroy()
  }

  /** Says once that the line has gone. */
  protected gone(error: Error | undefined): void {
    if (this.#gone) return
    this.#gone = true
    this.#why = error
    this.#events?.closed(error)
    this.stream.destroy()
  }
}
