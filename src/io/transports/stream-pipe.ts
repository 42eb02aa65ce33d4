import type { Readable, Writable } from 'node:stream'
import { Backlog, Peak } from '../backlog.ts'
import type { Pipe, PipeEvents } from '../stream.ts'

/** How long `close()` waits for queued output. */
export const CLOSE_GRACE_MS = 200

/** What a stream is given ahead. It reports a large write only when all of it has gone, so large ones go in pieces. */
const AHEAD_BYTES = 65_536

/**
 * A pipe whose host is a pair of Node streams that comes (`attach`) and goes (`detach`): what TCP, serial and standard
 * input and output share. Whoever attaches listens for the streams' ends and errors.
 */
export abstract class StreamPipe implements Pipe {
  readonly #address: string
  readonly #queue = new Backlog()
  readonly #peak = new Peak()
  #onFlushed: (() => void) | undefined
  #events: PipeEvents | undefined
  #input: Readable | undefined
  #output: Writable | undefined
  #paused = false

  constructor(address: string) {
    this.#address = address
  }

  get address(): string {
    return this.#address
  }

  /** Whether a host is attached. */
  get occupied(): boolean {
    return this.#output !== undefined
  }

  start(events: PipeEvents): void {
    this.#events = events
    if (this.#input !== undefined) this.#listen(this.#input)
  }

  write(bytes: Uint8Array): void {
    if (this.#output === undefined || this.#events === undefined) return
    this.#queue.push(bytes)
    this.#pump()
    this.#peak.rose(this.backlog())
  }

  backlog(): number {
    return this.#queue.size + (this.#output?.writableLength ?? 0)
  }

  pause(): void {
    this.#paused = true
    this.#input?.pause()
  }

  resume(): void {
    this.#paused = false
    if (this.#events !== undefined) this.#input?.resume()
  }

  /** No event is delivered after this. */
  silence(): void {
    this.#events = undefined
    this.#input?.off('data', this.#onData)
  }

  abstract close(): Promise<void>

  protected attach(input: Readable, output: Writable): void {
    this.#input = input
    this.#output = output
    if (this.#events !== undefined) this.#listen(input)
  }

  protected detach(): void {
    if (this.#output === undefined) return
    this.#input?.off('data', this.#onData)
    this.#input = undefined
    this.#output = undefined
    this.#queue.clear()
    this.#onFlushed?.()
    this.#events?.host(false)
    if (this.#peak.fell(0)) this.#events?.drained()
  }

  /** Resolves when the stream has taken what is queued, the host has gone, or the time is over. */
  protected flushed(limitMs?: number): Promise<void> {
    if (this.backlog() === 0) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = limitMs === undefined ? undefined : setTimeout(resolve, limitMs)
      this.#onFlushed = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  #listen(input: Readable): void {
    this.#events?.host(true)
    if (this.#paused) input.pause()
    input.on('data', this.#onData)
  }

  readonly #onData = (bytes: Uint8Array): void => this.#events?.data(bytes)

  #pump(): void {
    const output = this.#output
    for (let first = this.#queue.first(); first !== undefined; first = this.#queue.first()) {
      if (output === undefined || output.writableLength >= AHEAD_BYTES) return
      const piece = first.subarray(0, AHEAD_BYTES)
      this.#queue.took(piece.length)
      output.write(piece, this.#onWritten)
    }
  }

  readonly #onWritten = (): void => {
    this.#pump()
    if (this.#peak.fell(this.backlog())) this.#events?.drained()
    if (this.backlog() === 0) this.#onFlushed?.()
  }
}
