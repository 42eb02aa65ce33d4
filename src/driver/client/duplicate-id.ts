import { ClientError, ConnectionLostError } from './errors.ts'

/** A connection that ends within this, in ms, has ended soon. */
const soonMs = 30_000
const inARow = 3

/** Notices that the server closes one connection after the other, as it does when two clients have one client ID. */
export class DuplicateIdWatch {
  readonly #clientId: string
  #soon = 0
  #told = false

  constructor(clientId: string) {
    this.#clientId = clientId
  }

  /** A connection has ended; returns what there is to tell, once. */
  ended(error: Error, lastedMs: number): ClientError | undefined {
    const soon = error instanceof ConnectionLostError && error.code === 'closed' && lastedMs < soonMs
    this.#soon = soon ? this.#soon + 1 : 0
    if (this.#soon < inARow || this.#told) return undefined
    this.#told = true
    return new ClientError(
      'duplicateId',
      `The server has closed ${inARow} connections in a row soon after CONNECT: most likely another client has the ` +
        `client ID "${this.#clientId}" too, so give each its own. A server also does this to a client that uses a topic it may not.`,
    )
  }
}
