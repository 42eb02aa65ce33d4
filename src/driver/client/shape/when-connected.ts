import type { Client } from '../client.ts'

/**
 * Resolves at the first connection, or when the client ends before. The first error ends the client, and rejects once its
 * port is free again; without `allowRetries` so does an attempt that fails and brings no error.
 */
export function whenConnected<P extends Uint8Array>(client: Client<P>, allowRetries: boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (): void => {
      leave()
      resolve()
    }
    const failed = (error: Error): void => {
      leave()
      void client.endAsync().then(() => reject(error))
    }
    const closed = (why: Error | undefined): void => {
      if (!allowRetries) failed(why ?? new Error('The connection was closed before it was there.'))
    }
    const leave = (): void =>
      void client.off('connect', done).off('end', done).off('error', failed).off('close', closed)
    client.on('connect', done).on('end', done).on('error', failed).on('close', closed)
  })
}
