import { connect, type Socket } from 'node:net'
import { errorCode, errorText, SetupError } from '../setup-error.ts'
import type { Port } from '../stream.ts'
import { hostAndPort } from './listening.ts'
import { StreamPort } from './stream-port.ts'

export interface TcpPortOptions {
  /** Name or address, IPv6 without brackets. */
  readonly host: string
  /** 1–65535. */
  readonly port: number
  /** How long connecting may take, in ms; 10,000. */
  readonly connectMs?: number
}

/** Connects to a module, or to a serial server in front of one. Rejects with a `SetupError`. */
export function openTcpPort({ host, port, connectMs = 10_000 }: TcpPortOptions): Promise<Port> {
  const address = hostAndPort(host, port)
  return new Promise((resolve, reject) => {
    if (!Number.isInteger(port) || port < 1 || port > 65_535) throw notAPort(port)
    const socket: Socket = connect({ host, port, noDelay: true })
    const limit = setTimeout(() => socket.destroy(new Error(`no answer within ${connectMs} ms`)), connectMs)
    const refuse = (error: Error) => {
      clearTimeout(limit)
      reject(connectError(error, address))
    }
    socket.once('error', refuse)
    socket.once('connect', () => {
      clearTimeout(limit)
      socket.off('error', refuse)
      resolve(new StreamPort(socket, address))
    })
  })
}

const notAPort = (port: number): SetupError =>
  new SetupError('invalid', `${port} is no TCP port to connect to: give one from 1 to 65535.`)

function connectError(error: Error, address: string): SetupError {
  switch (errorCode(error)) {
    case 'ECONNREFUSED':
      return new SetupError(
        'missing',
        `Nothing listens on ${address}: start the module, or check host and port.`,
        error,
      )
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new SetupError('missing', `The name in ${address} is not known: check it, or give an address.`, error)
    default:
      return new SetupError(
        'missing',
        `${address} can't be reached (${errorText(error)}): check host, port and network.`,
        error,
      )
  }
}
