import type { Pipe, PipeEvents } from '../../io/stream.ts'

/** Who runs the module that a line is attached to. */
export interface LineOwner {
  /** The array may be reused afterwards. */
  lineData(line: AttachedLine, bytes: Uint8Array): void
  lineHost(line: AttachedLine, present: boolean): void
  lineDrained(): void
}

/** A pipe that is a line of a module: what comes of it goes to its owner, what goes out waits for the end of the step. */
export class AttachedLine implements PipeEvents {
  dropped = 0
  /** Bit/s, as the pipe has been told. */
  speed: number
  /** Of the step under way. */
  readonly output: Uint8Array[] = []
  /** Which bytes of `output` must not be seen. */
  readonly secrets: { readonly from: number; readonly to: number }[] = []
  #paused = false
  readonly #owner: LineOwner
  readonly pipe: Pipe
  readonly id: number
  readonly name: string

  constructor(owner: LineOwner, pipe: Pipe, id: number, name: string, speed: number) {
    this.#owner = owner
    this.pipe = pipe
    this.id = id
    this.name = name
    this.speed = speed
  }

  data(bytes: Uint8Array): void {
    this.#owner.lineData(this, bytes)
  }
  host(present: boolean): void {
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
    this.pipe.setBaud?.(speed)
  }
  setInputPaused(pause: boolean): void {
    if (pause === this.#paused) return
    this.#paused = pause
    if (pause) this.pipe.pause()
    else this.pipe.resume()
  }
}
