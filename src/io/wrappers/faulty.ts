import type { ByteStream, ByteStreamEvents } from '../stream.ts'
import { type Tap, Taps } from './tap.ts'

/** `in`: from the host to the module. */
export type FlowDirection = 'in' | 'out'

/** A stream whose bytes can be tampered with on the way. Without taps it is the stream it was made of. */
export interface FaultyStream extends ByteStream {
  /** The returned function takes the tap out. */
  tap(direction: FlowDirection, tap: Tap): () => void
  /** Bytes that the other side never sent, behind all taps. */
  inject(direction: FlowDirection, bytes: Uint8Array): void
}

/** Takes a stream and gives one that faults can be put into. */
export function faulty(stream: ByteStream): FaultyStream {
  return new Tampered(stream)
}

class Tampered implements FaultyStream {
  readonly #inner: ByteStream
  readonly #flows: Readonly<Record<FlowDirection, Taps>>
  #events: ByteStreamEvents | undefined
  #closed = false

  constructor(inner: ByteStream) {
    this.#inner = inner
    this.#flows = {
      in: new Taps((bytes) => this.#events?.data(bytes)),
      out: new Taps((bytes) => this.#closed || inner.write(bytes)),
    }
  }

  get address(): string {
    return this.#inner.address
  }

  get holdsInput(): boolean {
    return this.#inner.holdsInput === true
  }

  get admitsStrangers(): boolean {
    return this.#inner.admitsStrangers === true
  }

  start(events: ByteStreamEvents): void {
    this.#events = events
    const { in: input } = this.#flows
    this.#inner.start({
      data: (bytes) => input.push(bytes),
      presence: (present, reason) => events.presence?.(present, reason),
      drained: () => events.drained?.(),
    })
  }

  write(bytes: Uint8Array): void {
    this.#flows.out.push(bytes)
  }

  backlog(): number {
    return this.#inner.backlog() + this.#flows.out.held()
  }

  pause(): void {
    this.#inner.pause()
  }

  resume(): void {
    this.#inner.resume()
  }

  setBaud(baud: number): void | Promise<void> {
    return this.#inner.setBaud?.(baud)
  }

  async close(): Promise<void> {
    this.#events = undefined
    this.#closed = true
    await this.#inner.close()
  }

  tap(direction: FlowDirection, tap: Tap): () => void {
    return this.#flows[direction].add(tap)
  }

  inject(direction: FlowDirection, bytes: Uint8Array): void {
    if (direction === 'out') this.#closed || this.#inner.write(bytes)
    else this.#events?.data(bytes)
  }
}
