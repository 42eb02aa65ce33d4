import type { Greeting, ServerMessage } from '../../protocol.ts'
import type { ConnectionState } from '../messages.ts'

export interface ConnectionHandlers {
  message(message: ServerMessage): void
  /** `sentence`: why it is refused or has ended. */
  state(state: ConnectionState, sentence?: string): void
  /** What is already there, for resuming. */
  greeting(): Omit<Greeting, 'token'>
}

/** ms until the next try; the last one stays. */
const waits = [250, 500, 1000, 2000, 4000]

/** A connection to the server of the console, which is opened again when it is lost. */
export class StreamConnection {
  readonly #url: string
  readonly #token: string
  readonly #handlers: ConnectionHandlers
  #socket: WebSocket | undefined
  #tries = 0
  #isOver = false

  constructor(url: string, token: string, handlers: ConnectionHandlers) {
    this.#url = url
    this.#token = token
    this.#handlers = handlers
  }

  open(): void {
    const socket = new WebSocket(this.#url)
    this.#socket = socket
    socket.addEventListener('open', () => this.#greet(socket))
    socket.addEventListener('message', ({ data }) => this.#take(JSON.parse(data)))
    socket.addEventListener('close', () => this.#lost())
  }

  /** Whether it was sent. */
  send(frame: string): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false
    this.#socket.send(frame)
    return true
  }

  #greet(socket: WebSocket): void {
    socket.send(JSON.stringify({ token: this.#token, ...this.#handlers.greeting() } satisfies Greeting))
  }

  #take(message: ServerMessage): void {
    if ('error' in message && !('id' in message)) {
      this.#isOver = true
      this.#handlers.state('refused', message.error)
      return
    }
    if ('ended' in message) this.#isOver = true
    if ('hello' in message) {
      this.#tries = 0
      this.#handlers.state('open')
    }
    this.#handlers.message(message)
  }

  #lost(): void {
    if (this.#isOver) return
    this.#handlers.state('lost')
    setTimeout(() => this.open(), waits[Math.min(this.#tries++, waits.length - 1)])
  }
}
