import type { TimelineRow } from '../../protocol.ts'
import type { ServerAnswer, ServerQuestion } from '../messages.ts'

interface Waiting {
  readonly parts: string[]
  readonly rows: TimelineRow[]
  readonly done: (answer: ServerAnswer) => void
  readonly failed: (sentence: string) => void
}

/** Questions to the server that have no answer yet. */
export class Questions {
  #last = 0
  readonly #waiting = new Map<number, Waiting>()

  /** The frame that asks. */
  ask(question: ServerQuestion, done: Waiting['done'], failed: Waiting['failed']): string {
    const id = ++this.#last
    this.#waiting.set(id, { parts: [], rows: [], done, failed })
    return JSON.stringify({ id, ...question })
  }

  part(id: number, part: string): void {
    this.#waiting.get(id)?.parts.push(part)
  }

  rows(id: number, rows: readonly TimelineRow[]): void {
    this.#waiting.get(id)?.rows.push(...rows)
  }

  done(id: number, done: object): void {
    const waiting = this.#take(id)
    waiting?.done({ done: { ...done }, parts: waiting.parts.join(''), rows: waiting.rows })
  }

  failed(id: number, sentence: string): void {
    this.#take(id)?.failed(sentence)
  }

  /** The connection is gone: nothing will be answered. */
  lost(): void {
    for (const id of [...this.#waiting.keys()]) this.failed(id, 'The connection was lost before there was an answer.')
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    return waiting
  }
}
