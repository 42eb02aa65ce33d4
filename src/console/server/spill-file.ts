import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Where a block is in the file. */
export interface SpilledBlock {
  readonly at: number
  readonly length: number
}

/** A temporary file of a bounded length, whose oldest blocks give way to newer ones. It is removed at `close`. */
export class SpillFile {
  readonly #most: number
  #folder: string | undefined
  #file: number | undefined
  #blocks: SpilledBlock[] = []
  #end = 0

  /** `most`: bytes. */
  constructor(most: number) {
    this.#most = most
  }

  /** Undefined: the block has no room, or the disk takes no more. `lost`: so many of the oldest blocks are gone. */
  write(bytes: Uint8Array): { readonly block?: SpilledBlock; readonly lost: number } {
    if (bytes.length > this.#most) return { lost: 0 }
    const at = this.#end + bytes.length > this.#most ? 0 : this.#end
    const block = { at, length: bytes.length }
    const lost = this.#makeRoom(block)
    if (!this.#put(bytes, at)) return { lost }
    this.#blocks.push(block)
    this.#end = at + bytes.length
    return { block, lost }
  }

  read({ at, length }: SpilledBlock): Uint8Array {
    const bytes = Buffer.alloc(length)
    for (let got = 0; got < length; ) {
      const count = readSync(this.#file!, bytes, got, length - got, at + got)
      if (count === 0) break
      got += count
    }
    return bytes
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file)
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true })
    this.#file = this.#folder = undefined
  }

  /** The oldest blocks that stand where this one comes, and those before them. */
  #makeRoom({ at, length }: SpilledBlock): number {
    const last = this.#blocks.findLastIndex((block) => block.at < at + length && at < block.at + block.length)
    this.#blocks.splice(0, last + 1)
    return last + 1
  }

  #put(bytes: Uint8Array, at: number): boolean {
    try {
      this.#file ??= this.#open()
      for (let put = 0; put < bytes.length; ) put += writeSync(this.#file, bytes, put, bytes.length - put, at + put)
      return true
    } catch {
      return false
    }
  }

  #open(): number {
    this.#folder = mkdtempSync(join(tmpdir(), 'atmqtt-console-'))
    return openSync(join(this.#folder, 'rows'), 'wx+', 0o600)
  }
}
