import type { Clock, Log } from '../runtime/runtime.ts'

export interface InputBufferOptions {
  readonly clock: Clock
  readonly log: Log
  /** What the log calls the line. */
  readonly name: string
  /** Bytes that fit. */
  readonly limit: number
  /** The host can be stopped: what comes nevertheless is kept. */
  readonly flowControl: boolean
}

/** The receive buffer of a UART: what the module does not take at once waits here; what does not fit is lost. */
export class InputBuffer {
  size = 0
  /** Bytes, so far. */
  lost = 0
  readonly #options: InputBufferOptions
  readonly #deliver: (item: Uint8Array | boolean) => void
  #items: (Uint8Array | boolean)[] = []
  #paused = false
  #overrun = false
  #cancel: (() => void) | undefined

  constructor(options: InputBufferOptions, deliver: (item: Uint8Array | boolean) => void) {
    this.#options = options
    this.#deliver = deliver
  }

  /** Whether the host should stop sending, while it can be told to. */
  get isFull(): boolean {
    return this.#options.flowControl && this.size >= this.#options.limit
  }

  get hasRoom(): boolean {
    return this.size <= this.#options.limit / 2
  }

  push(item: Uint8Array | boolean): void {
    if (!this.#paused && this.#items.length === 0) this.#deliver(item)
    else if (typeof item === 'boolean') this.#items.push(item)
    else this.#keep(item)
  }

  pause(): void {
    this.#paused = true
    this.#cancel?.()
    this.#cancel = undefined
  }

  /** What waits is delivered soon, not within the call; `then` follows it. */
  resume(then: () => void): void {
    this.#paused = false
    this.#cancel ??= this.#options.clock.after(0, () => {
      this.#cancel = undefined
      this.#flush()
      then()
    })
  }

  #keep(bytes: Uint8Array): void {
    const { flowControl, limit } = this.#options
    const kept = flowControl ? bytes : bytes.subarray(0, limit - this.size)
    if (kept.length > 0) this.#items.push(kept)
    this.size += kept.length
    if (kept.length < bytes.length) this.#lose(bytes.length - kept.length)
  }

  /** One line in the log, however many bytes are lost until the buffer is empty again. */
  #lose(count: number): void {
    this.lost += count
    if (this.#overrun) return
    this.#overrun = true
    const { log, name } = this.#options
    log.log('warn', 'input overrun: bytes are lost; wait for each answer, or use flow control', { line: name })
  }

  /** Byte by byte: a command that takes its time ends it there. */
  #flush(): void {
    while (!this.#paused && this.#items.length > 0) this.#flushOne(this.#items[0]!)
    if (this.size === 0) this.#overrun = false
  }

  #flushOne(item: Uint8Array | boolean): void {
    if (typeof item === 'boolean' || item.length === 1) this.#items.shift()
    else this.#items[0] = item.subarray(1)
    if (typeof item !== 'boolean') this.size--
    this.#deliver(typeof item === 'boolean' ? item : item.subarray(0, 1))
  }
}
