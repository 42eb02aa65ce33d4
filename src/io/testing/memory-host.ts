import type { ByteStream, ByteStreamEvents } from '../stream.ts'
import { type MemoryLine, memoryLine } from '../transports/memory.ts'

/** A host that opens and leaves a line in memory as often as a test likes. */
export class MemoryHost implements ByteStreamEvents {
  readonly #line: MemoryLine
  #end: ByteStream | undefined
  #started = false
  #paused = false
  #hear: ((bytes: Uint8Array) => void) | undefined

  constructor(line: MemoryLine) {
    this.#line = line
  }

  open(): void {
    if (this.#end) return
    this.#end = this.#line.dial()
    this.#started = false
    if (this.#paused) this.#end.pause()
    this.#start()
  }

  /** What it has not read is dropped, as for any host that leaves. */
  close(): void {
    void this.#end?.close()
    this.#end = undefined
  }

  write(bytes: Uint8Array): void {
    if (!this.#end) throw new Error('a host must open() before it writes')
    this.#end.write(bytes)
  }

  /** Where the module's bytes go; until it is called they wait, as with a host that does not read. */
  onData(hear: (bytes: Uint8Array) => void): void {
    this.#hear = hear
    this.#start()
  }

  pause(): void {
    this.#paused = true
    this.#end?.pause()
  }

  resume(): void {
    this.#paused = false
    this.#end?.resume()
  }

  data(bytes: Uint8Array): void {
    this.#hear?.(bytes)
  }

  presence(present: boolean): void {
    if (!present) this.#end = undefined
  }

  #start(): void {
    if (!this.#end || !this.#hear || this.#started) return
    this.#started = true
    this.#end.start(this)
  }
}

/** A line in memory: `pipe` is the module's end; `host` opens and leaves it, or a driver dials it. */
export interface HostedLine {
  readonly moduleEnd: ByteStream
  readonly host: MemoryHost
  dial(): ByteStream
}

export function hostedLine(address?: string): HostedLine {
  const line = memoryLine(address)
  return { moduleEnd: line.accepted, host: new MemoryHost(line), dial: () => line.dial() }
}
