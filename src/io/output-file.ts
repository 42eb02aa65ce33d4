import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs'
import { errorCode } from './setup-error.ts'

/** What the reader of a pipe may be behind, in bytes. */
const mostWaiting = 8 << 20
const retryMs = 10

const { O_WRONLY, O_CREAT, O_APPEND, O_TRUNC, O_NONBLOCK = 0 } = constants

export interface OutputOptions {
  /** What is there already stays. */
  readonly append: boolean
  /** Of a new file. */
  readonly permissions: number
}

/**
 * A file that is written as things happen: each write is handed to the system at once. It may be a named pipe with a
 * reader, such as Wireshark: then a slow reader is waited for in memory, up to 8 MiB, and the process is never held up.
 * Throws what Node throws; a pipe that nobody reads: an error with the code ENXIO.
 */
export class OutputFile {
  readonly isRegular: boolean
  /** When it was opened. */
  readonly size: number
  readonly #file: number
  #waiting: Uint8Array[] = []
  #waitingBytes = 0
  #failure: unknown
  #retry: NodeJS.Timeout | undefined
  #closed = false

  constructor(path: string, { append, permissions }: OutputOptions) {
    // Without O_NONBLOCK a named pipe would wait for a reader, and later for a slow one.
    this.#file = openSync(path, O_WRONLY | O_CREAT | O_NONBLOCK | (append ? O_APPEND : O_TRUNC), permissions)
    const about = fstatSync(this.#file)
    this.isRegular = about.isFile()
    this.size = about.size
  }

  /** The array is not changed afterwards. */
  write(bytes: Uint8Array): void {
    if (this.#closed) return
    if (this.#failure !== undefined) throw this.#failure
    const rest = this.#waitingBytes > 0 ? bytes : this.#writeNow(bytes)
    if (rest.length === 0) return
    this.#waiting.push(rest)
    this.#waitingBytes += rest.length
    if (this.#waitingBytes > mostWaiting) throw new Error('its reader is too slow')
    this.#retry ??= setTimeout(() => this.#tryAgain(), retryMs)
  }

  /** Hands on what waited. Whether that was all. */
  flushed(): boolean {
    this.#flush()
    return this.#waitingBytes === 0
  }

  /** What a slow reader has not taken is lost. */
  close(): void {
    if (this.#closed) return
    if (this.#failure === undefined) this.#tryAgain()
    this.#closed = true
    clearTimeout(this.#retry)
    closeSync(this.#file)
  }

  #tryAgain(): void {
    this.#retry = undefined
    try {
      this.#flush()
    } catch (error) {
      this.#failure = error
      this.#waiting = []
      return
    }
    if (this.#waitingBytes > 0) this.#retry = setTimeout(() => this.#tryAgain(), retryMs)
  }

  #flush(): void {
    while (this.#waitingBytes > 0) {
      const rest = this.#writeNow(this.#waiting[0]!)
      this.#waitingBytes += rest.length - this.#waiting[0]!.length
      if (rest.length > 0) {
        this.#waiting[0] = rest
        return
      }
      this.#waiting.shift()
    }
  }

  /** Gives what the reader of a pipe has no room for. */
  #writeNow(bytes: Uint8Array): Uint8Array {
    let at = 0
    try {
      while (at < bytes.length) at += writeSync(this.#file, bytes, at)
    } catch (error) {
      if (errorCode(error) !== 'EAGAIN') throw error
    }
    return bytes.subarray(at)
  }
}

/** Why a file can't be opened for writing, where more helps than what the system says. */
export const unreadPipe = { code: 'ENXIO', advice: 'it is a pipe that nobody reads, start its reader first' } as const

const waitMs = 10_000

/** Writes a whole file; a pipe's reader is waited for, up to 10 s. */
export function writeWhole(path: string, text: string, options: OutputOptions): void {
  const file = new OutputFile(path, options)
  try {
    file.write(Buffer.from(text))
    for (const until = performance.now() + waitMs; !file.flushed(); ) {
      if (performance.now() > until) throw new Error('its reader does not read')
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, retryMs)
    }
  } finally {
    file.close()
  }
}
