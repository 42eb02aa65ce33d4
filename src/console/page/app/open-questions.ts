import type { ServerAnswer, ServerQuestion, ToWorker } from '../messages.ts'

interface WaitingAnswer {
  readonly resolve: (answer: ServerAnswer) => void
  readonly reject: (error: Error) => void
}

/** Questions that the worker passes on to the server. */
export class OpenQuestions {
  readonly #post: (message: ToWorker) => void
  readonly #waiting = new Map<number, WaitingAnswer>()
  #last = 0

  constructor(post: (message: ToWorker) => void) {
    this.#post = post
  }

  /** Throws the sentence of the server. */
  ask(question: ServerQuestion): Promise<ServerAnswer> {
    const number = ++this.#last
    this.#post({ ask: question, number })
    return new Promise((resolve, reject) => this.#waiting.set(number, { resolve, reject }))
  }

  answered(number: number, answer: ServerAnswer): void {
    this.#take(number)?.resolve(answer)
  }

  failed(number: number, sentence: string): void {
    this.#take(number)?.reject(new Error(sentence))
  }

  #take(number: number): WaitingAnswer | undefined {
    const waiting = this.#waiting.get(number)
    this.#waiting.delete(number)
    return waiting
  }
}
