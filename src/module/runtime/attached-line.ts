import type { Pipe, PipeEvents } from '../../io/stream.ts'

/** The owner of an attached line: the module that it belongs to. */
export interface LineOwner {
  /** The array may be reused afterwards. */
  lineData(line: AttachedLine, bytes: Uint8Array): void
  lineHost(line: AttachedLine, present: boolean): void
  lineDrained(): void
}

/** A pipe as line of a module. Input goes to the module; output is collected and written at the end of a step. */
export class AttachedLine implements PipeEvents {
  dropped = 0
  /** Bit/s, as the pipe has been told. */
  speed: number
  /** Collected during the current step. */
  readonly output: Uint8Array[] = []
  /** Which bytes of `output` are masked for observers. */
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
