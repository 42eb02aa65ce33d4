import { Peak } from '../backlog.ts'
import { SetupError } from '../setup-error.ts'
import type { ByteStream, ByteStreamEvents } from '../stream.ts'

/** A line within one process. */
export interface MemoryLine {
  /** The end that stays, for the module: peers come and go. */
  readonly accepted: ByteStream
  /** Another end, for the driver; its peer is there at once. Throws a `SetupError` while one that was dialled before is open. */
  dial(): ByteStream
}

/**
 * Two ends in one process. Everything happens within the call that causes it: no timers, no turns of the event loop.
 * Bytes written from within a callback are delivered when that callback has returned, so both ends see them in order.
 */
export const memoryLine = (address = 'memory'): MemoryLine => new LineInMemory(address)

class LineInMemory implements MemoryLine {
  readonly accepted: MemoryEnd

  constructor(address: string) {
    this.accepted = new MemoryEnd(address)
  }

  dial(): ByteStream {
    return this.accepted.accept(new MemoryEnd(this.accepted.address))
  }
}

class MemoryEnd implements ByteStream {
  readonly address: string
  // Made when something waits: a process may have thousands of idle lines.
  #peak: Peak | undefined
  #events: ByteStreamEvents | undefined
  #peer: MemoryEnd | undefined
  /** What came and is not delivered: bytes, and the coming (true) and going (false) of peers, in order. */
  #queue: (Uint8Array | boolean)[] | undefined
  #queuedBytes = 0
  #paused = false
  #delivering = false
  #closed = false

  constructor(address: string) {
    this.address = address
  }

  accept(dialled: MemoryEnd): MemoryEnd {
    if (this.#closed) throw new SetupError('missing', `${this.address} is closed: open another line.`)
    if (this.#peer) throw new SetupError('inUse', `${this.address} is in use: close its other end first.`)
    this.#peer = dialled
    dialled.#peer = this
    this.#receive(true)
    dialled.#receive(true)
    return dialled
  }

  start(events: ByteStreamEvents): void {
    if (this.#closed) return
    this.#events = events
    this.#deliverQueued()
  }

  write(bytes: Uint8Array): void {
    const peer = this.#peer
    if (peer && bytes.length > 0) peer.#receive(bytes)
  }

  backlog(): number {
    return this.#peer ? this.#peer.#queuedBytes : 0
  }

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
    this.#deliverQueued()
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#events = undefined
    this.#queue = undefined
    this.#queuedBytes = 0
    const peer = this.#peer
    this.#peer = undefined
    if (peer) peer.#left(this.#peak?.fell(0) ?? false)
  }

  /** The peer has closed its end; `dropped`: it had not read everything. */
  #left(dropped: boolean): void {
    this.#peer = undefined
    this.#receive(false)
    if (dropped) this.#events?.drained?.()
  }

  #receive(item: Uint8Array | boolean): void {
    const isReady = this.#isReady
    if (isReady && this.#queue === undefined && !(this.#paused && typeof item !== 'boolean')) {
      this.#deliver(item)
      return
    }
    this.#queue ??= []
    this.#queue.push(item)
    if (typeof item !== 'boolean') {
      this.#queuedBytes += item.length
      this.#peak ??= new Peak()
      this.#peak.rose(this.#queuedBytes)
    }
    if (isReady) this.#deliverQueued()
  }

  get #isReady(): boolean {
    return !this.#delivering && this.#events !== undefined
  }

  #deliver(item: Uint8Array | boolean): void {
    this.#delivering = true
    try {
      if (typeof item === 'boolean') this.#events?.presence?.(item)
      else this.#events?.data(item)
    } finally {
      this.#delivering = false
    }
    if (this.#queue) this.#deliverQueued()
  }

  #deliverQueued(): void {
    if (!this.#isReady) return
    this.#delivering = true
    try {
      while (this.#deliverNext()) {}
    } finally {
      this.#delivering = false
    }
  }

  #deliverNext(): boolean {
    const queue = this.#queue
    if (queue === undefined || this.#events === undefined) return false
    const item = queue[0]!
    if (this.#paused && typeof item !== 'boolean') return false
    if (queue.length > 1) queue.shift()
    else this.#queue = undefined
    if (typeof item === 'boolean') this.#events.presence?.(item)
    else this.#deliverBytes(item)
    return true
  }

  #deliverBytes(bytes: Uint8Array): void {
    this.#queuedBytes -= bytes.length
    const drained = this.#peak?.fell(this.#queuedBytes)
    this.#events?.data(bytes)
    const peer = this.#peer
    if (drained && peer) peer.#events?.drained?.()
  }
}
