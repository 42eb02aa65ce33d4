import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs'
import { until } from './until.ts'

const { O_RDWR, O_NOCTTY, O_NONBLOCK } = constants

/** A program that has a PTY open: plain system calls, so that a test says when each of them happens. */
export class PtyClient {
  readonly fd: number
  #received: Buffer[] = []

  constructor(path: string) {
    this.fd = openSync(path, O_RDWR | O_NOCTTY | O_NONBLOCK)
  }

  /** All that was read so far, after reading what is there. */
  received(): Buffer {
    for (let bytes = this.#read(); bytes.length > 0; bytes = this.#read()) this.#received.push(bytes)
    this.#received = [Buffer.concat(this.#received)]
    return this.#received[0] ?? Buffer.alloc(0)
  }

  async write(bytes: Uint8Array): Promise<void> {
    let rest = bytes
    await until(() => {
      rest = rest.subarray(again(() => writeSync(this.fd, rest)))
      return rest.length === 0
    })
  }

  close(): void {
    closeSync(this.fd)
  }

  #read(): Buffer {
    const buffer = Buffer.alloc(65536)
    return buffer.subarray(
      0,
      again(() => readSync(this.fd, buffer)),
    )
  }
}

/** 0 where the call would block. */
function again(call: () => number): number {
  try {
    return call()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return 0
    throw error
  }
}
