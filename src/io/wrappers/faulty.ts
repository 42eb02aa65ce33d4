import type { Pipe, PipeEvents } from '../stream.ts'
import { type Tap, Taps } from './tap.ts'

/** `in`: from the host to the module. */
export type FlowDirection = 'in' | 'out'

/** A pipe whose bytes can be tampered with on the way. Without taps it is the pipe it was made of. */
export interface FaultyPipe extends Pipe {
  /** The returned function takes the tap out. */
  tap(direction: FlowDirection, tap: Tap): () => void
  /** Bytes that the other side never sent, behind all taps. */
  inject(direction: FlowDirection, bytes: Uint8Array): void
}

/** Takes a pipe and gives one that faults can be put into. */
export function faulty(pipe: Pipe): FaultyPipe {
  return new Tampered(pipe)
}

class Tampered implements FaultyPipe {
  readonly #pipe: Pipe
  readonly #flows: Readonly<Record<FlowDirection, Taps>>
  #events: PipeEvents | undefined
  #closed = false

  constructor(pipe: Pipe) {
    this.#pipe = pipe
    this.#flows = {
      in: new Taps((bytes) => this.#events?.data(bytes)),
      out: new Taps((bytes) => this.#closed || pipe.write(bytes)),
    }
  }

  get address(): string {
    return this.#pipe.address
  }

  get holdsInput(): boolean {
    return this.#pipe.holdsInput === true
  }

  start(events: PipeEvents): void {
    this.#events = events
    const { in: input } = this.#flows
    this.#pipe.start({
      data: (bytes) => input.push(bytes),
      host: (present) => events.host(present),
      drained: () => events.drained(),
    })
  }

  write(bytes: Uint8Array): void {
    this.#flows.out.push(bytes)
  }

  backlog(): number {
    return this.#pipe.backlog() + this.#flows.out.held()
  }

  pause(): void {
    this.#pipe.pause()
  }

  resume(): void {
    this.#pipe.resume()
  }

  setBaud(baud: number): void {
    this.#pipe.setBaud?.(baud)
  }

  async close(): Promise<void> {
    this.#events = undefined
    this.#closed = true
    await this.#pipe.close()
  }

  tap(direction: FlowDirection, tap: Tap): () => void {
    return this.#flows[direction].add(tap)
  }

  inject(direction: FlowDirection, bytes: Uint8Array): void {
    if (direction === 'out') this.#closed || this.#pipe.write(bytes)
    else this.#events?.data(bytes)
  }
}
