import { Duplex } from 'node:stream'
import type { ByteStream } from '../../io/stream.ts'

type Done = (error?: Error | null) => void

/**
 * A line to a rig's module in the shape of a port of the package `serialport`: a Duplex with `path`, `isOpen`, the events
 * `open` and `close`, `close(done)`, `drain(done)` and `flush(done)`. It is open from the start, and `open` is told once all
 * the same. A memory line has no speed and no control lines: `update`, `set` and `get` are missing.
 */
export class RigPort extends Duplex {
  readonly path: string
  readonly #stream: ByteStream
  #isOpen = true

  /** @internal `rig.port()` makes it. */
  constructor(stream: ByteStream) {
    super()
    this.path = stream.address
    this.#stream = stream
    stream.start({
      data: (bytes) => void this.push(Buffer.from(bytes)),
      presence: (present) => void (present || this.destroy()),
    })
    queueMicrotask(() => this.#isOpen && this.emit('open'))
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  /** Ends the line: the module has no host on it any more. */
  close(done?: Done): void {
    if (done) this.once('close', () => done(null))
    this.destroy()
  }

  /** Calls when everything that was written has left. */
  drain(done?: Done): void {
    this.write('', () => done?.(null))
  }

  /** Drops what has come and was not read. */
  flush(done?: Done): void {
    if (!this.readableFlowing) while (this.read() !== null);
    queueMicrotask(() => done?.(null))
  }

  override _read(): void {}

  override _write(bytes: Buffer, _: BufferEncoding, done: Done): void {
    this.#stream.write(bytes)
    done()
  }

  override _destroy(error: Error | null, done: Done): void {
    this.#isOpen = false
    void this.#stream.close().then(() => done(error))
  }
}
