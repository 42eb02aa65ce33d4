import type { ByteStream, ByteStreamEvents } from '../stream.ts'

/** A stream that several use, one after another. */
export interface SharedStream {
  readonly address: string
  /** A stream over it for the next user; the one before is ended. Closing it leaves the shared one open. */
  take(): ByteStream
  /** Ends the shared stream itself. */
  close(): Promise<void>
}

/**
 * Starts a stream for users who each start one of their own. What comes before the first of them waits for it; what comes
 * when a user has closed its stream and the next has taken none is lost, as on a line that nobody has open. `watch` is
 * told of the peer and of the backlog all along.
 */
export function shared(stream: ByteStream, watch: Omit<ByteStreamEvents, 'data'> = {}): SharedStream {
  return new Sharing(stream, watch)
}

class Sharing implements SharedStream {
  readonly stream: ByteStream
  present = false
  #use: Use | undefined = new Use(this)
  #isTaken = false

  constructor(stream: ByteStream, watch: Omit<ByteStreamEvents, 'data'>) {
    this.stream = stream
    stream.start({
      data: (bytes) => this.#use?.data(bytes),
      presence: (present, reason) => {
        this.present = present
        this.#use?.events?.presence?.(present, reason)
        watch.presence?.(present, reason)
      },
      drained: () => {
        this.#use?.events?.drained?.()
        watch.drained?.()
      },
    })
  }

  get address(): string {
    return this.stream.address
  }

  take(): ByteStream {
    const use = this.#isTaken || !this.#use ? new Use(this) : this.#use
    this.#isTaken = true
    this.#use = use
    this.stream.resume()
    return use
  }

  close(): Promise<void> {
    this.#use = undefined
    return this.stream.close()
  }

  isUsedBy(use: Use): boolean {
    return this.#use === use
  }

  release(use: Use): void {
    if (this.#use !== use) return
    this.#use = undefined
    this.stream.resume()
  }
}

class Use implements ByteStream {
  readonly #sharing: Sharing
  events: ByteStreamEvents | undefined
  readonly #early: Uint8Array[] = []

  constructor(sharing: Sharing) {
    this.#sharing = sharing
  }

  get address(): string {
    return this.#sharing.address
  }

  data(bytes: Uint8Array): void {
    if (this.events) this.events.data(bytes)
    else this.#early.push(bytes.slice())
  }

  start(events: ByteStreamEvents): void {
    if (!this.#sharing.isUsedBy(this)) return
    this.events = events
    if (this.#sharing.present) events.presence?.(true)
    for (const bytes of this.#early.splice(0)) events.data(bytes)
  }

  write(bytes: Uint8Array): void {
    if (this.#sharing.isUsedBy(this)) this.#sharing.stream.write(bytes)
  }

  backlog(): number {
    return this.#sharing.stream.backlog()
  }

  pause(): void {
    if (this.#sharing.isUsedBy(this)) this.#sharing.stream.pause()
  }

  resume(): void {
    if (this.#sharing.isUsedBy(this)) this.#sharing.stream.resume()
  }

  setBaud(baud: number): void | Promise<void> {
    return this.#sharing.stream.setBaud?.(baud)
  }

  async close(): Promise<void> {
    this.events = undefined
    this.#sharing.release(this)
  }
}
