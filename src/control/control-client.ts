import { connect, type Socket } from 'node:net'
import { errorCode, errorText, SetupError } from '../io/setup-error.ts'
import { hostAndPort } from '../io/transports/tcp-socket.ts'
import { LineSplitter } from './line-splitter.ts'
import type { ControlReply } from './operation.ts'

/** A line of the server, in characters: `state` with a thousand sessions is far shorter. */
const longestReply = 1 << 22

export interface ControlAddress {
  readonly host: string
  readonly port: number
}

/** Such as `{ op: 'urc', text: 'RING' }`; the server checks it. */
export type ControlRequest = Readonly<Record<string, unknown>>

export interface CallOptions {
  /** Called with each event of `events`, whose call lasts until the server or `signal` ends it. */
  readonly onEvent?: (event: Readonly<Record<string, unknown>>) => void
  readonly signal?: AbortSignal
  /** What the port wants first: its `--control-token`. */
  readonly token?: string
  /** How long the reply may take, 5000 where not given. */
  readonly timeoutMs?: number
}

/**
 * Sends one request to a control port. A refusal is a reply, `{ ok: false, error }`; rejects with a `SetupError` when
 * nothing listens there, or something that does not speak the control protocol.
 */
export function callControl(
  address: ControlAddress,
  request: ControlRequest,
  options: CallOptions = {},
): Promise<ControlReply> {
  return new Promise((resolve, reject) => {
    try {
      const socket = connect(address)
      new Call(socket, hostAndPort(address.host, address.port), options, resolve, reject).start(request)
    } catch (error) {
      const where = hostAndPort(address.host, address.port)
      reject(new SetupError('invalid', `Can't connect to ${where}: ${errorText(error)}.`, error))
    }
  })
}

class Call {
  readonly #socket: Socket
  readonly #where: string
  readonly #options: CallOptions
  readonly #resolve: (reply: ControlReply) => void
  readonly #reject: (error: SetupError) => void
  readonly #splitter = new LineSplitter()
  #streams = false
  #awaitsToken = false
  #reply: ControlReply | undefined

  constructor(
    socket: Socket,
    where: string,
    options: CallOptions,
    resolve: (reply: ControlReply) => void,
    reject: (error: SetupError) => void,
  ) {
    this.#socket = socket
    this.#where = where
    this.#options = options
    this.#resolve = resolve
    this.#reject = reject
  }

  start(request: ControlRequest): void {
    const { timeoutMs = 5000, signal } = this.#options
    const socket = this.#socket
    this.#streams = request.op === 'events' && this.#options.onEvent !== undefined
    const timer = setTimeout(() => this.#strange(`did not answer within ${timeoutMs / 1000} s`), timeoutMs)
    const abort = () => socket.destroy()
    signal?.addEventListener('abort', abort)
    if (signal?.aborted) abort()
    socket.setEncoding('utf8').on('data', (text: string) => this.#read(text, timer))
    socket.on('error', (error) => this.#failed(error))
    socket.on('close', () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
      this.#closed()
    })
    const { token } = this.#options
    this.#awaitsToken = token !== undefined
    const lines = token === undefined ? [request] : [{ token }, request]
    socket.write(lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  }

  #read(text: string, timer: NodeJS.Timeout): void {
    if (this.#splitter.rest.length > longestReply) return this.#strange('does not answer in JSON lines')
    for (const line of this.#splitter.take(text)) {
      const value = parseLine(line)
      if (value === undefined) return this.#strange('does not answer in JSON lines')
      if ('ok' in value) this.#replied(value as ControlReply, timer)
      else this.#options.onEvent?.(value)
    }
  }

  #replied(reply: ControlReply, timer: NodeJS.Timeout): void {
    const isOfToken = this.#awaitsToken
    this.#awaitsToken = false
    if (isOfToken && reply.ok) return
    this.#reply = reply
    clearTimeout(timer)
    if (!reply.ok || !this.#streams) this.#socket.destroy()
  }

  #closed(): void {
    if (this.#reply) this.#resolve(this.#reply)
    else this.#strange('closed the connection without an answer')
  }

  #failed(error: Error): void {
    if (this.#reply) return
    const refused = errorCode(error) === 'ECONNREFUSED'
    const what = refused ? `Nobody listens on ${this.#where}` : `Can't reach ${this.#where} (${errorText(error)})`
    this.#reject(new SetupError('missing', `${what}: start atmqtt with --control ${this.#where} first.`, error))
  }

  #strange(what: string): void {
    const message = `${this.#where} ${what}: is it the --control address of atmqtt?`
    this.#reject(new SetupError('invalid', message))
    this.#socket.destroy()
  }
}

function parseLine(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch {
    return undefined
  }
}
