import type { Server } from 'node:net'
import { errorCode, errorText, SetupError } from '../io/setup-error.ts'
import { hostAndPort } from '../io/tcp.ts'

/** Resolves when a server listens; rejects with a `SetupError` when the address can't be had. */
export function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (error: unknown) => reject(listenError(error, host, port))
    server.once('error', refuse)
    try {
      server.listen({ host, port }, () => {
        server.off('error', refuse).on('error', () => {})
        resolve()
      })
    } catch (error) {
      refuse(error)
    }
  })
}

function listenError(error: unknown, host: string, port: number): SetupError {
  const address = hostAndPort(host, port)
  switch (errorCode(error)) {
    case 'EADDRINUSE':
      return new SetupError('inUse', `Control can't listen on ${address}, another program does: take another port.`)
    case 'EACCES':
      return new SetupError('denied', `Control may not listen on ${address}: take a port above 1023.`)
    default:
      return new SetupError('invalid', `Control can't listen on ${address}: ${errorText(error)}.`, error)
  }
}
