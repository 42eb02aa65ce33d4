import { type AddressInfo, BlockList, connect, isIP, type Server, type Socket } from 'node:net'
import { errorCode, errorText, SetupError } from '../setup-error.ts'

export interface ListenAddress {
  /** Name or address of this machine, IPv6 without brackets; `127.0.0.1` keeps it to this machine. */
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
}

export interface TcpAddress {
  /** Name or address, IPv6 without brackets. */
  readonly host: string
  /** 1–65535. */
  readonly port: number
}

/** `127.0.0.1:7672`, `[::1]:7672`. */
export function hostAndPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8)
loopback.addAddress('::1', 'ipv6')

/** Whether only programs of this machine reach a port on this host. A name counts as one of the network, but for `localhost`. */
export const isLoopback = (host: string): boolean =>
  isIP(host) === 0 ? host.toLowerCase() === 'localhost' : loopback.check(host, isIP(host) === 6 ? 'ipv6' : 'ipv4')

/** Resolves with the bound port when a server listens; rejects with a `SetupError` when the address can't be had. */
export function listening(server: Server, { host, port }: ListenAddress): Promise<number> {
  return new Promise((resolve, reject) => {
    const refuse = (error: unknown) => reject(listenError(error, host, port))
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

function listenError(error: unknown, host: string, port: number): SetupError {
  switch (errorCode(error)) {
    case 'EADDRINUSE':
      return new SetupError(
        'inUse',
        `TCP port ${port} on ${host} is in use by another program: stop it or choose another port.`,
        error,
      )
    case 'EACCES':
      return new SetupError(
        'denied',
        `TCP port ${port} on ${host} needs rights this user does not have: choose a port above 1023.`,
        error,
      )
    case 'EADDRNOTAVAIL':
    case 'EAFNOSUPPORT':
      return new SetupError(
        'invalid',
        `${host} is no address of this machine: listen on 127.0.0.1, or on one it has.`,
        error,
      )
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new SetupError(
        'invalid',
        `The name ${host} is not known: listen on 127.0.0.1, or on an address of this machine.`,
        error,
      )
    case 'ERR_SOCKET_BAD_PORT':
      return new SetupError('invalid', `${port} is no TCP port: choose one from 0 (any free one) to 65535.`, error)
    default:
      return new SetupError(
        'invalid',
        `Can't listen on ${hostAndPort(host, port)} (${errorText(error)}): choose another address or port.`,
        error,
      )
  }
}

/** Throws a `SetupError`. */
export function checkAddress({ host, port }: TcpAddress): void {
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new SetupError('invalid', `${port} is no TCP port to connect to: give one from 1 to 65535.`)
  if (host === '') throw new SetupError('invalid', 'The host to connect to has no name: give one, such as 127.0.0.1.')
}

/** Resolves with a socket that is connected; rejects with a `SetupError`. */
export function connected(to: TcpAddress, connectMs: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ ...to, noDelay: true })
    const limit = setTimeout(() => socket.destroy(new Error(`no answer within ${connectMs} ms`)), connectMs)
    const refuse = (error: Error) => {
      clearTimeout(limit)
      reject(connectError(error, hostAndPort(to.host, to.port)))
    }
    socket.once('error', refuse)
    socket.once('connect', () => {
      clearTimeout(limit)
      socket.off('error', refuse)
      resolve(socket)
    })
  })
}

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

/**
 * Keeps no more than `most` sockets: those beyond end at once, the oldest first, but for what `isNeeded`. A flood of
 * connections that wait to be turned away takes no more descriptors than that.
 */
export function dropOldest(sockets: Set<Socket>, most: number, isNeeded: (socket: Socket) => boolean): void {
  for (const socket of sockets) {
    if (sockets.size <= most) return
    if (isNeeded(socket)) continue
    sockets.delete(socket)
    socket.destroy()
  }
}
