import type { Readable, Writable } from 'node:stream'
import { Backlog, Peak } from '../backlog.ts'
import { Portions } from '../portions.ts'
import type { ByteStream, ByteStreamEvents } from '../stream.ts'

/** How long `close()` waits for queued output. */
export const CLOSE_GRACE_MS = 200

/** What a stream is given ahead. It reports a large write only when all of it has gone, so large ones go in pieces. */
const AHEAD_BYTES = 65_536

/**
 * A byte stream whose peer is a pair of Node streams that comes (`attach`) and goes (`detach`): what TCP, serial and
 * standard input and output share. Whoever attaches listens for the streams' ends and errors.
 */
export abstract class NodeStream implements ByteStream {
  readonly address: string
  readonly #queue = new Backlog()
  readonly #peak = new Peak()
  readonly #portions = new Portions((bytes) => this.received(bytes), {
    pause: () => this.#input?.pause(),
    resume: () => this.#flow(),
  })
  #onFlushed: (() => void)[] = []
  #events: ByteStreamEvents | undefined
  #input: Readable | undefined
  #output: Writable | undefined
  #paused = false
  /** A peer went before `start` could tell of it. */
  #missed: { readonly reason: Error | undefined } | undefined

  constructor(address: string) {
    this.address = address
  }

  /** Whether a peer is attached. */
  get occupied(): boolean {
    return this.#output !== undefined
  }

  start(events: ByteStreamEvents): void {
    this.#events = events
    if (this.#missed) {
      events.presence?.(true)
      events.presence?.(false, this.#missed.reason)
    }
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
    this.#portions.pause()
  }

  resume(): void {
    this.#paused = false
    this.#portions.resume()
  }

  /** No event is delivered after this. */
  silence(): void {
    this.#events = undefined
    this.#portions.clear()
    this.#input?.off('data', this.#onData)
  }

  abstract close(): Promise<void>

  protected attach(input: Readable, output: Writable): void {
    this.#input = input
    this.#output = output
    if (this.#events !== undefined) this.#listen(input)
  }

  /** What has come is delivered first. */
  protected detach(reason?: Error): void {
    if (this.#output === undefined) return
    this.#portions.flush()
    if (this.#output === undefined) return
    this.#input?.off('data', this.#onData)
    this.#input = undefined
    this.#output = undefined
    this.#queue.clear()
    this.#flushed()
    if (this.#events === undefined) this.#missed = { reason }
    this.#events?.presence?.(false, reason)
    if (this.#peak.fell(0)) this.#events?.drained?.()
  }

  /** What the peer sends; who looks at it first calls `deliver` with what is to go on. */
  protected received(bytes: Uint8Array): void {
    this.deliver(bytes)
  }

  protected deliver(bytes: Uint8Array): void {
    this.#events?.data(bytes)
  }

  /** What has come and was not yet looked at is not delivered. */
  protected forget(): void {
    this.#portions.clear()
  }

  /** Resolves when the stream has taken what is queued, the peer has gone, or the time is over. */
  protected flushed(limitMs?: number): Promise<void> {
    if (this.backlog() === 0) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = limitMs === undefined ? undefined : setTimeout(resolve, limitMs)
      this.#onFlushed.push(() => {
        clearTimeout(timer)
        resolve()
      })
    })
  }

  #flushed(): void {
    for (const tell of this.#onFlushed.splice(0)) tell()
  }

  #listen(input: Readable): void {
    this.#events?.presence?.(true)
    if (this.#paused) input.pause()
    input.on('data', this.#onData)
  }

  readonly #onData = (bytes: Uint8Array): void => this.#portions.add(bytes)

  #flow(): void {
    if (this.#events !== undefined && !this.#paused) this.#input?.resume()
  }

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
    if (this.#peak.fell(this.backlog())) this.#events?.drained?.()
    if (this.backlog() === 0) this.#flushed()
  }
}
