import { bytesOf, textOf } from '../../at/syntax/bytes.ts'
import type { Clock } from '../../io/runtime/runtime.ts'
import type { ByteStream } from '../../io/stream.ts'

/** Somebody asked to stop. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
}

/** Text to a module and back, one character a byte. */
export class Conversation {
  readonly #stream: ByteStream
  readonly #clock: Clock
  readonly #stop: AbortSignal | undefined
  #heard = ''
  #wake = (): void => {}

  /** `stop`: from then on nothing more is waited for. */
  constructor(stream: ByteStream, clock: Clock, stop?: AbortSignal) {
    this.#stream = stream
    this.#clock = clock
    this.#stop = stop
    stream.start({
      data: (bytes) => {
        this.#heard += textOf(bytes)
        this.#wake()
      },
    })
  }

  /** What has come since the last `forget()`. */
  get heard(): string {
    return this.#heard
  }

  /** Whoever waits looks again. */
  wake(): void {
    this.#wake()
  }

  forget(): void {
    this.#heard = ''
  }

  send(text: string): void {
    if (this.#stop?.aborted) throw new Interrupted()
    this.#stream.write(bytesOf(text))
  }

  /** Waits until what was heard is as wanted; false: not in time. Rejects with an `Interrupted`. */
  async until(isWanted: (heard: string) => boolean, limitMs: number): Promise<boolean> {
    const end = this.#clock.now() + limitMs
    for (;;) {
      if (this.#stop?.aborted) throw new Interrupted()
      if (isWanted(this.#heard)) return true
      const left = end - this.#clock.now()
      if (left <= 0 || !(await this.#more(left))) return isWanted(this.#heard)
    }
  }

  /** Resolves when something has come: true; or in time: false. */
  #more(limitMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const cancel = this.#clock.after(limitMs, () => resolve(false))
      this.#wake = () => {
        cancel()
        resolve(true)
      }
    })
  }
}
