import type { ClientLifecycle } from './client-lifecycle.ts'
import { errorOf } from './errors.ts'
import type { DoneCallback } from './packets.ts'
import type { Teller } from './shape/teller.ts'

export interface RunParts<P extends Uint8Array> {
  readonly lifecycle: ClientLifecycle
  readonly teller: Teller<P>
  /** Ends the loops over messages, and closes the device if it is the client's own. */
  giveBack(): Promise<void>
  /** Undoes that. */
  takeAgain(): void
}

/** A client's runs: each from its start to its end; `reconnect` begins another one. */
export class ClientRuns<P extends Uint8Array> {
  readonly #parts: RunParts<P>
  readonly #atEnd: DoneCallback[] = []
  #ended: Promise<void> | undefined
  #isOver = false
  /** `reconnect` was called before this run was over. */
  #another = false
  #dropping = false

  constructor(parts: RunParts<P>) {
    this.#parts = parts
  }

  /** `end` was called. */
  get ending(): boolean {
    return this.#ended !== undefined
  }

  /** `end(true)` was called: what waits is dropped. */
  get dropping(): boolean {
    return this.#dropping
  }

  end(force: boolean): Promise<void> {
    this.#another = false
    this.#dropping ||= force
    this.#ended ??= this.#end(force)
    return this.#ended
  }

  /** As with MQTT.js: right behind the event. */
  whenEnded(done: DoneCallback): void {
    if (this.#ended) void this.#ended.then(() => this.#parts.teller.call(() => done()))
    else this.#atEnd.push(done)
  }

  /** There is no other attempt. */
  async gaveUp(): Promise<void> {
    await this.#parts.giveBack()
    if (!this.#ended) this.#over()
  }

  /** While it waits for the next attempt, that is made now. A connection is ended, and another run begins; so it does after the end. */
  reconnect(): void {
    const { state } = this.#parts.lifecycle
    if (state.kind === 'waiting') return this.#parts.lifecycle.hurry()
    if (state.kind === 'connecting') return
    if (this.#isOver) return this.#begin()
    if (state.kind === 'connected') void this.end(false)
    this.#another = true
  }

  async #end(force: boolean): Promise<void> {
    const { lifecycle, teller } = this.#parts
    const wasOver = lifecycle.state.kind === 'ended'
    await lifecycle.finish(force)
    await this.#parts.giveBack()
    if (!wasOver) teller.tell('close', undefined)
    teller.tell('end')
    for (const done of this.#atEnd.splice(0)) teller.call(() => done())
    this.#over()
  }

  #over(): void {
    this.#isOver = true
    if (this.#another) this.#begin()
  }

  #begin(): void {
    this.#isOver = false
    this.#another = false
    this.#dropping = false
    this.#ended = undefined
    this.#parts.takeAgain()
    try {
      this.#parts.lifecycle.restart()
    } catch (thrown) {
      this.#isOver = true
      this.#parts.teller.error(errorOf(thrown))
    }
  }
}
