import type { AddressInfo, Server } from 'node:net'
import { errorCode, errorText, SetupError } from '../io/setup-error.ts'
import { hostAndPort } from '../io/tcp.ts'

export interface ListenAddress {
  /** The address to listen on; `127.0.0.1` keeps it to this machine. */
  readonly host: string
  /** 0 takes a free port. */
  readonly port: number
}

/** Resolves with the bound port when a server listens; rejects with a `SetupError` when the address can't be had. */
export function listening(server: Server, { host, port }: ListenAddress): Promise<number> {
  return new Promise((resolve, reject) => {
    const refuse = (error: unknown) => reject(listenError(error, hostAndPort(host, port)))
    server.once('error', refuse)
    try {
      server.listen({ host, port }, () => {
        server.off('error', refuse).on('error', () => {})
        resolve((server.address() as AddressInfo).port)
      })
    } catch (error) {
      refuse(error)
    }
  })
}

function listenError(error: unknown, address: string): SetupError {
  switch (errorCode(error)) {
    case 'EADDRINUSE':
      return new SetupError(
        'inUse',
        `The broker can't listen on ${address}: another program does. Give it another port.`,
        error,
      )
    case 'EACCES':
      return new SetupError('denied', `The broker may not listen on ${address}: take a port from 1024 up.`, error)
    default:
      return new SetupError('invalid', `The broker can't listen on ${address}: ${errorText(error)}.`, error)
  }
}
