import { Backlog } from '../backlog.ts'
import type { Pipe, PipeEvents } from '../stream.ts'

/** The host's end of a `memoryPipe`: what a program on the other side of the line can do. */
export interface MemoryHost {
  /** Opens the line: the pipe sees a host. */
  open(): void
  /** Leaves: what it has not read is dropped, as for any host that leaves. */
  close(): void
  /** Sends bytes, which must not be changed afterwards. Throws while the host is not open. */
  write(bytes: Uint8Array): void
  /** Where the module's bytes go; until it is called they wait, as with a host that does not read. */
  onData(callback: (bytes: Uint8Array) => void): void
  /** Stops and resumes reading: meanwhile the pipe's backlog grows. */
  pause(): void
  resume(): void
}

/**
 * Two ends in one process. Everything happens within the call that causes it: no timers, no turns of the event loop.
 * Bytes written from within a callback are handed over when that callback has returned, so both ends see them in order.
 */
export function memoryPipe(address = 'memory'): { readonly pipe: Pipe; readonly host: MemoryHost } {
  const line = new MemoryPipe(address)
  return { pipe: line, host: new MemoryHostEnd(line) }
}

class MemoryPipe implements Pipe {
  readonly address: string
  readonly toHost: ToHost
  readonly toModule = new ToModule()
  present = false

  constructor(address: string) {
    this.address = address
    this.toHost = new ToHost(this.toModule)
  }

  start(events: PipeEvents): void {
    this.toModule.events = events
    this.toModule.flow()
  }

  write(bytes: Uint8Array): void {
    if (this.present) this.toHost.send(bytes)
  }

  backlog(): number {
    return this.toHost.backlog.size
  }

  pause(): void {
    this.toModule.paused = true
  }

  resume(): void {
    this.toModule.paused = false
    this.toModule.flow()
  }

  async close(): Promise<void> {
    this.toModule.events = silence
    this.toHost.backlog.clear()
    this.present = false
  }

  setPresent(present: boolean): void {
    if (present === this.present) return
    this.present = present
    const dropped = !present && this.toHost.backlog.clear()
    this.toModule.send(present)
    if (dropped) this.toModule.events?.drained()
  }
}

/** Bytes to the host, which may not be reading. */
class ToHost {
  readonly backlog = new Backlog()
  readonly #back: ToModule
  sink: ((bytes: Uint8Array) => void) | undefined
  paused = false
  #flowing = false

  constructor(back: ToModule) {
    this.#back = back
  }

  send(bytes: Uint8Array): void {
    if (this.#flowing || this.paused || this.sink === undefined) this.backlog.push(bytes)
    else this.#flow(bytes)
  }

  take(): void {
    if (!this.#flowing) this.#flow(undefined)
  }

  #flow(bytes: Uint8Array | undefined): void {
    this.#flowing = true
    try {
      if (bytes !== undefined) this.sink?.(bytes)
      while (this.#step()) {}
    } finally {
      this.#flowing = false
    }
  }

  #step(): boolean {
    const bytes = this.backlog.first()
    if (bytes === undefined || this.paused || this.sink === undefined) return false
    const drained = this.backlog.took(bytes.length)
    this.sink(bytes)
    if (drained) this.#back.events?.drained()
    return true
  }
}

/** What the module sees of the host, in order: bytes, and its coming (true) and going (false). */
class ToModule {
  events: PipeEvents | undefined
  paused = false
  #queue: (Uint8Array | boolean)[] = []
  #flowing = false

  send(input: Uint8Array | boolean): void {
    this.#queue.push(input)
    this.flow()
  }

  flow(): void {
    if (this.#flowing) return
    this.#flowing = true
    try {
      while (this.#step()) {}
    } finally {
      this.#flowing = false
    }
  }

  #step(): boolean {
    const input = this.#queue[0]
    if (input === undefined || this.events === undefined) return false
    if (this.paused && typeof input !== 'boolean') return false
    this.#queue.shift()
    if (typeof input === 'boolean') this.events.host(input)
    else this.events.data(input)
    return true
  }
}

class MemoryHostEnd implements MemoryHost {
  readonly #line: MemoryPipe

  constructor(line: MemoryPipe) {
    this.#line = line
  }

  open(): void {
    this.#line.setPresent(true)
  }

  close(): void {
    this.#line.setPresent(false)
  }

  write(bytes: Uint8Array): void {
    if (!this.#line.present) throw new Error('the host of a memory pipe must open() before it writes')
    this.#line.toModule.send(bytes)
  }

  onData(callback: (bytes: Uint8Array) => void): void {
    this.#line.toHost.sink = callback
    this.#line.toHost.take()
  }

  pause(): void {
    this.#line.toHost.paused = true
  }

  resume(): void {
    this.#line.toHost.paused = false
    this.#line.toHost.take()
  }
}

const silence: PipeEvents = { data() {}, host() {}, drained() {} }
