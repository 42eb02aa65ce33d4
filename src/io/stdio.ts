import type { Readable, Writable } from 'node:stream'
import type { Pipe } from './pipe.ts'
import { StreamPipe } from './stream-pipe.ts'

/** `ended` resolves when the input has ended (or the reader of the output left) and the output has been flushed. */
export interface StdioPipe extends Pipe {
  readonly ended: Promise<void>
}

/** Standard input and output, byte for byte. The host is there from `start()` until the input ends; it never returns. */
export function stdioPipe(stdin: Readable, stdout: Writable): StdioPipe {
  return new StreamPair(stdin, stdout)
}

class StreamPair extends StreamPipe implements StdioPipe {
  readonly ended: Promise<void>
  readonly #stdin: Readable

  constructor(stdin: Readable, stdout: Writable) {
    super('stdio')
    this.#stdin = stdin
    this.ended = new Promise((resolve) => this.#watch(stdin, stdout, resolve))
    this.attach(stdin, stdout)
  }

  async close(): Promise<void> {
    this.silence()
    await this.flushed()
    this.#stdin.pause()
  }

  /** EPIPE and its like: nobody reads any more, which is an end too. */
  #watch(stdin: Readable, stdout: Writable, ended: () => void): void {
    const leave = () => {
      this.detach()
      if (stdout.destroyed || !stdout.writable) ended()
      else stdout.write(NOTHING, () => ended())
    }
    stdin.once('end', leave).once('close', leave).on('error', leave)
    stdout.once('close', leave).on('error', leave)
  }
}

const NOTHING = new Uint8Array(0)
