import { closeSync, constants, openSync } from 'node:fs'
import { ReadStream } from 'node:tty'
import { errorCode } from '../../setup-error.ts'
import type { OpenWatch, PtyNative } from './pty-native.ts'

/** The descriptors of one PTY: the master, which is read through `input`, and an own one of the slave. */
export class PtyPair {
  readonly name: string
  readonly master: number
  readonly input: ReadStream
  readonly #native: PtyNative
  readonly #watch: OpenWatch | undefined
  #slave: number | undefined
  /** How many programs have the slave open, as far as it is known. */
  #clients = 0

  constructor(native: PtyNative) {
    const { fd, name } = native.openMaster()
    this.#native = native
    this.name = name
    this.master = fd
    this.#hold()
    this.reset(true)
    this.#watch = native.watch(name)
    this.input = new ReadStream(fd)
  }

  /**
   * Whether somebody else has the slave open: our own is closed for some microseconds to see if that was the last.
   * `unread`: nobody, but bytes of theirs are still to be delivered. A client's exclusive lock is put aside for our
   * reopening and put back. A client that locks in those microseconds keeps us out until it leaves.
   */
  look(): 'client' | 'unread' | 'nobody' {
    const who = this.#look()
    this.#clients = who === 'client' ? Math.max(1, this.#clients) : 0
    return who
  }

  #look(): 'client' | 'unread' | 'nobody' {
    if (this.#slave === undefined && !this.#hold()) return 'client'
    const exclusive = this.#exclusive(false)
    this.drop()
    const { hungUp, readable } = this.#native.poll(this.master)
    const held = this.#hold()
    this.#count(withoutOurs(this.#watch?.take() ?? [], held))
    if (hungUp) return readable || this.input.readableLength > 0 ? 'unread' : 'nobody'
    if (held && exclusive) this.#exclusive(true)
    return 'client'
  }

  /**
   * Whether the clients are others than at the last call or look. `left`: the last one has closed the slave. `changed`: it
   * has, and somebody else has opened it since, too soon for `look` to have seen it.
   */
  turnover(): 'none' | 'left' | 'changed' {
    return this.#count(this.#watch?.take() ?? [])
  }

  #count(events: readonly ('opened' | 'closed')[]): 'none' | 'left' | 'changed' {
    let left = false
    for (const event of events) {
      const before = this.#clients
      this.#clients = Math.max(0, before + (event === 'opened' ? 1 : -1))
      left ||= before > 0 && this.#clients === 0
    }
    if (!left) return 'none'
    return this.#clients === 0 ? 'left' : 'changed'
  }

  /** Raw and unlocked; `empty`: what the last client did not read is dropped too. */
  reset(empty: boolean): void {
    if (this.#slave === undefined) return
    if (empty) this.#native.flushInput(this.#slave)
    this.#native.makeRaw(this.#slave)
  }

  /** Drops what the last client did not read. */
  flush(): void {
    if (this.#slave !== undefined) this.#native.flushInput(this.#slave)
  }

  /** Bytes that the client has not read. */
  unread(): number {
    return this.#slave === undefined ? 0 : this.#native.unread(this.#slave)
  }

  drop(): void {
    if (this.#slave !== undefined) closeSync(this.#slave)
    this.#slave = undefined
  }

  close(): Promise<void> {
    this.#watch?.end()
    this.drop()
    if (this.input.closed) return Promise.resolve()
    return new Promise((resolve) => this.input.once('close', resolve).destroy())
  }

  /** Holding the slave keeps the PTY alive when clients leave. False: a client has locked it (EBUSY, unless we are root). */
  #hold(): boolean {
    try {
      this.#slave = openSync(this.name, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK)
    } catch (error) {
      if (errorCode(error) !== 'EBUSY') throw error
    }
    return this.#slave !== undefined
  }

  /** Sets the lock and says what it was. */
  #exclusive(wanted: boolean): boolean {
    const slave = this.#slave
    if (slave === undefined) return false
    const was = this.#native.isExclusive(slave)
    if (was !== wanted) this.#native.setExclusive(slave, wanted)
    return was
  }
}

/** What others did while we closed the slave and opened it. */
function withoutOurs(events: readonly ('opened' | 'closed')[], reopened: boolean): readonly ('opened' | 'closed')[] {
  const others = [...events]
  const closed = others.indexOf('closed')
  if (closed >= 0) others.splice(closed, 1)
  const opened = others.lastIndexOf('opened')
  if (reopened && opened >= 0) others.splice(opened, 1)
  return others
}
