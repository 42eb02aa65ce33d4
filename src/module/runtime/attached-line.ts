import type { ByteStream, ByteStreamEvents } from '../../io/stream.ts'

/** Who runs the module that a line is attached to. */
export interface LineOwner {
  /** The array may be reused afterwards. */
  lineData(line: AttachedLine, bytes: Uint8Array): void
  lineHost(line: AttachedLine, present: boolean): void
  lineDrained(): void
}

/** A stream that is a line of a module: what comes of it goes to its owner, what goes out waits for the end of the step. */
export class AttachedLine implements ByteStreamEvents {
  dropped = 0
  /** Bit/s, as the stream has been told. */
  speed: number
  /** Of the step under way. */
  readonly output: Uint8Array[] = []
  /** Which bytes of `output` must not be seen. */
  readonly secrets: { readonly from: number; readonly to: number }[] = []
  #paused = false
  readonly #owner: LineOwner
  readonly stream: ByteStream
  readonly id: number
  readonly name: string

  constructor(owner: LineOwner, stream: ByteStream, id: number, name: string, speed: number) {
    this.#owner = owner
    this.stream = stream
    this.id = id
    this.name = name
    this.speed = speed
  }

  data(bytes: Uint8Array): void {
    this.#owner.lineData(this, bytes)
  }
  presence(present: boolean): void {
    this.#owner.lineHost(this, present)
  }
  drained(): void {
    this.#owner.lineDrained()
  }
  push(part: Uint8Array, secret: boolean): void {
    if (secret) {
      const from = this.output.reduce((length, { length: more }) => length + more, 0)
      this.secrets.push({ from, to: from + part.length })
    }
    this.output.push(part)
  }
  /** What was written before still goes with the old speed. */
  setSpeed(speed: number): void {
    if (speed === this.speed) return
    this.speed = speed
    // A device that has no such speed keeps the one it has: the host could not be told of it.
    void Promise.resolve(this.stream.setBaud?.(speed)).catch(() => {})
  }
  regulate(pause: boolean): void {
    if (pause === this.#paused) return
    this.#paused = pause
    if (pause) this.stream.pause()
    else this.stream.resume()
  }
}
