import { writeSync } from 'node:fs'
import { Backlog } from '../../backlog.ts'
import { errorCode } from '../../setup-error.ts'

const LONGEST_RETRY_MS = 16

/** Writes to the master without blocking. Never through the stream: it spins for ever when the client does not read. */
export class PtyOutput {
  master = -1
  readonly #backlog = new Backlog()
  readonly #drained: () => void
  #timer: NodeJS.Timeout | undefined
  #retryMs = 1

  constructor(drained: () => void) {
    this.#drained = drained
  }

  get size(): number {
    return this.#backlog.size
  }

  write(bytes: Uint8Array): void {
    const sent = this.size === 0 ? this.#send(bytes) : 0
    if (sent === bytes.length) return
    this.#backlog.push(bytes.subarray(sent))
    this.#timer ??= setTimeout(this.#retry, this.#retryMs)
  }

  /** Forgets what is queued; true when `drained` is due. */
  drop(): boolean {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#retryMs = 1
    return this.#backlog.clear()
  }

  readonly #retry = (): void => {
    const before = this.size
    this.#pump()
    this.#retryMs = this.size < before ? 1 : Math.min(this.#retryMs * 2, LONGEST_RETRY_MS)
    this.#timer = this.size === 0 ? undefined : setTimeout(this.#retry, this.#retryMs)
  }

  #pump(): void {
    for (let first = this.#backlog.first(); first !== undefined; first = this.#backlog.first()) {
      const sent = this.#send(first)
      if (this.#backlog.took(sent)) this.#drained()
      if (sent < first.length) return
    }
  }

  /** How many bytes the kernel took. */
  #send(bytes: Uint8Array): number {
    try {
      return writeSync(this.master, bytes)
    } catch (error) {
      if (errorCode(error) === 'EAGAIN') return 0
      return bytes.length
    }
  }
}
