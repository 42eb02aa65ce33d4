import type { ByteStream, ByteStreamEvents } from '../../stream.ts'
import { CLOSE_GRACE_MS } from '../node-stream.ts'
import { claimLink, type PtyLink } from './pty-link.ts'
import { type Koffi, loadPtyNative, type PtyNative } from './pty-native.ts'
import { PtyOutput } from './pty-output.ts'
import { PtyPair } from './pty-pair.ts'

const LOOK_MS = 50
const FLUSH_LOOK_MS = 5

export interface PtyOptions {
  /** The stable name: a symlink to the PTY is made there (rules: `claimLink`). Without it, `address` is `/dev/pts/N`. */
  readonly path?: string
  /** Where `koffi` comes from; for tests. */
  readonly importer?: () => Promise<Koffi>
  /** How long `close()` waits for a program that has not read everything, ms; 200. */
  readonly closeGraceMs?: number
}

/**
 * A PTY whose slave programs open like a serial device. It outlives them all: each finds it raw, unlocked and empty.
 * A program is noticed within 50 ms of its opening, or with its first byte; one that comes as soon as another has left is
 * another one, as far as the system tells. Rejects with a `SetupError`. Keeps the process alive from `start()` to `close()`.
 */
export async function openPty(options: PtyOptions): Promise<ByteStream> {
  const native = await loadPtyNative(options.importer)
  const link = options.path === undefined ? undefined : await claimLink(options.path)
  try {
    return new PtyStream(native, options, link)
  } catch (error) {
    link?.release()
    throw error
  }
}

class PtyStream implements ByteStream {
  readonly #native: PtyNative
  readonly #path: string | undefined
  readonly #link: PtyLink | undefined
  readonly #closeGraceMs: number
  readonly #output: PtyOutput
  readonly #timer: NodeJS.Timeout
  #pair: PtyPair
  #events: ByteStreamEvents | undefined
  #present = false
  #paused = false

  constructor(native: PtyNative, { path, closeGraceMs = CLOSE_GRACE_MS }: PtyOptions, link: PtyLink | undefined) {
    this.#native = native
    this.#path = path
    this.#closeGraceMs = closeGraceMs
    this.#link = link
    this.#output = new PtyOutput(() => this.#events?.drained?.())
    this.#pair = this.#open()
    this.#timer = setInterval(() => this.#look(), LOOK_MS).unref()
  }

  get address(): string {
    return this.#path ?? this.#pair.name
  }

  start(events: ByteStreamEvents): void {
    this.#events = events
    this.#listen()
  }

  write(bytes: Uint8Array): void {
    if (this.#present) this.#output.write(bytes)
  }

  backlog(): number {
    return this.#output.size
  }

  /** A paused stream does not keep the process alive, so the timer does. */
  pause(): void {
    this.#paused = true
    this.#pair.input.pause()
    this.#timer.ref()
  }

  resume(): void {
    this.#paused = false
    this.#timer.unref()
    if (this.#events !== undefined) this.#pair.input.resume()
  }

  async close(): Promise<void> {
    this.#events = undefined
    clearInterval(this.#timer)
    if (this.#present) await this.#flushed()
    this.#output.drop()
    this.#link?.release()
    await this.#pair.close()
  }

  #open(): PtyPair {
    const pair = new PtyPair(this.#native)
    try {
      this.#link?.point(pair.name)
    } catch (error) {
      void pair.close()
      throw error
    }
    this.#output.master = pair.master
    pair.input.on('error', () => {}).once('close', () => this.#broken(pair))
    return pair
  }

  #listen(): void {
    this.#pair.input.on('data', this.#onData)
    if (this.#paused) this.#pair.input.pause()
  }

  /** What a program left half typed must not begin the first line of the next one. */
  readonly #onData = (bytes: Uint8Array): void => {
    const turnover = this.#pair.turnover()
    if (turnover === 'changed') this.#clientChanged()
    this.#setPresent(true)
    this.#events?.data(bytes)
    if (turnover === 'left') this.#look()
  }

  #look(): void {
    if (this.#events === undefined) return
    if (this.#pair.turnover() === 'changed') this.#clientChanged()
    const presence = this.#pair.look()
    if (presence === 'unread') this.#dropOutput()
    else if (presence === 'client') this.#setPresent(true)
    else this.#clientLeft()
  }

  /** Nobody is there, and every byte they left has been delivered: nothing of them stays for the next one. */
  #clientLeft(): void {
    this.#pair.reset(this.#present)
    const dropped = this.#output.drop()
    this.#setPresent(false)
    if (dropped) this.#events?.drained?.()
  }

  /** Somebody else has it by now, with settings of their own. */
  #clientChanged(): void {
    this.#pair.flush()
    const dropped = this.#output.drop()
    this.#setPresent(false)
    if (dropped) this.#events?.drained?.()
    this.#setPresent(true)
  }

  /** Nobody will read it. Whoever paused because of it goes on to take what the client has left unread. */
  #dropOutput(): void {
    if (this.#output.drop()) this.#events?.drained?.()
  }

  #setPresent(present: boolean): void {
    if (present === this.#present) return
    this.#present = present
    this.#events?.presence?.(present)
  }

  /** The master fails when a client locked the slave while we did not hold it (see `look`): then a new PTY takes over. */
  #broken(pair: PtyPair): void {
    if (this.#events === undefined) return
    pair.drop()
    this.#pair = this.#open()
    this.#listen()
    this.#clientLeft()
  }

  #flushed(): Promise<void> {
    const end = performance.now() + this.#closeGraceMs
    return new Promise((resolve) => {
      const look = () => {
        const waiting = this.#output.size > 0 || this.#pair.unread() > 0
        if (waiting && performance.now() < end && this.#pair.look() !== 'nobody') setTimeout(look, FLUSH_LOOK_MS)
        else resolve()
      }
      look()
    })
  }
}
