import { once } from 'node:events'
import { type AddressInfo, connect, type Server, type Socket } from 'node:net'

export async function connected(port: number): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true })
  await once(socket, 'connect')
  return socket
}

/** Listens on a free port of 127.0.0.1 and gives it. */
export async function listening(server: Server): Promise<number> {
  server.listen({ host: '127.0.0.1', port: 0, backlog: 4096 })
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** Writes, and waits for as many bytes as `replyLength` says. */
export function roundTrip(socket: Socket): (bytes: Uint8Array, replyLength: number) => Promise<void> {
  let missing = 0
  let done: () => void = () => {}
  socket.on('data', (bytes) => {
    missing -= bytes.length
    if (missing <= 0) done()
  })
  return (bytes, replyLength) =>
    new Promise((resolve) => {
      missing = replyLength
      done = resolve
      socket.write(bytes)
    })
}
