import type { ByteStream, ByteStreamEvents } from '../../io/stream.ts'

/** The owner of an attached line: the module that it belongs to. */
export interface LineOwner {
  /** The array may be reused afterwards. */
  lineData(line: AttachedLine, bytes: Uint8Array): void
  lineHost(line: AttachedLine, present: boolean): void
  lineDrained(): void
}

/** A stream as line of a module. Input goes to the module; output is collected and written at the end of a step. */
export class AttachedLine implements ByteStreamEvents {
  dropped = 0
  /** Bit/s, as the stream has been told. */
  speed: number
  /** Collected during the current step. */
  readonly output: Uint8Array[] = []
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
  push(part: Uint8Array): void {
    this.output.push(part)
  }
  /** What was written before still goes with the old speed. */
  setSpeed(speed: number): void {
    if (speed === this.speed) return
    this.speed = speed
    // A device that has no such speed keeps the one it has: the host could not be told of it.
    void Promise.resolve(this.stream.setBaud?.(speed)).catch(() => {})
  }
  get inputPaused(): boolean {
    return this.#paused
  }
  setInputPaused(pause: boolean): void {
    if (pause === this.#paused) return
    this.#paused = pause
    if (pause) this.stream.pause()
    else this.stream.resume()
  }
}
