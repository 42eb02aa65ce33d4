import type { Readable, Writable } from 'node:stream'
import type { ByteStream } from '../stream.ts'
import { CLOSE_GRACE_MS, NodeStream } from './node-stream.ts'

/** `ended` resolves when the input has ended (or the reader of the output left) and the output has been flushed. */
export interface StdioStream extends ByteStream {
  readonly ended: Promise<void>
}

/** Standard input and output, byte for byte. The peer is there from `start()` until the input has ended and its answers have left; it never returns. */
export function stdioStream(
  stdin: Readable,
  stdout: Writable,
  /** Resolves when what was read until now has been answered. */
  answered: () => Promise<void> = async () => {},
): StdioStream {
  return new StreamPair(stdin, stdout, answered)
}

class StreamPair extends NodeStream implements StdioStream {
  readonly ended: Promise<void>
  readonly #stdin: Readable

  constructor(stdin: Readable, stdout: Writable, answered: () => Promise<void>) {
    super('stdio')
    this.#stdin = stdin
    this.ended = new Promise((resolve) => this.#watch(stdin, stdout, answered, resolve))
    this.attach(stdin, stdout)
  }

  async close(): Promise<void> {
    this.silence()
    await this.flushed(CLOSE_GRACE_MS)
    this.#stdin.pause()
  }

  /** After the input's end its last answers still have to leave. EPIPE and its like are an end at once. */
  #watch(stdin: Readable, stdout: Writable, answered: () => Promise<void>, ended: () => void): void {
    const leave = () => {
      this.detach()
      ended()
    }
    const finish = () =>
      answered()
        .then(() => this.flushed())
        .then(leave)
    stdin.once('end', () => void finish()).on('error', leave)
    stdout.once('close', leave).on('error', leave)
  }
}
