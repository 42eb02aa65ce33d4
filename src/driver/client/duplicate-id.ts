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

  /** What a connection that the server has closed soon is told as: it names the client ID. */
  named(error: Error, lastedMs: number): Error {
    if (!endedSoon(error, lastedMs)) return error
    const held = lastedMs < 1000 ? 'less than 1 s' : `${Math.round(lastedMs / 1000)} s`
    const more = `It held for ${held} with client ID "${this.#clientId}": perhaps another client has the same ID.`
    return new ConnectionLostError('closed', error.cause, more)
  }

  /** A connection has ended; returns what there is to tell, once. */
  ended(error: Error, lastedMs: number): ClientError | undefined {
    this.#soon = endedSoon(error, lastedMs) ? this.#soon + 1 : 0
    if (this.#soon < inARow || this.#told) return undefined
    this.#told = true
    return new ClientError(
      'duplicateId',
      `The server has closed ${inARow} connections in a row soon after CONNECT: most likely another client has the ` +
        `client ID "${this.#clientId}" too, so give each its own. A server also does this to a client that uses a topic it may not.`,
    )
  }
}

const endedSoon = (error: Error, lastedMs: number): boolean =>
  error instanceof ConnectionLostError && error.code === 'closed' && lastedMs < soonMs
