import { isLoopback } from '../io/transports/tcp-socket.ts'
import type { HostPort } from './addresses.ts'

/** A port that listens. */
export interface ListeningPort {
  /** Where it was asked for; none: on this machine alone. */
  readonly given: HostPort | false | undefined
  /** Where it is. */
  readonly address: string | undefined
  /** What it lets those do who reach it. */
  readonly opens: string
}

export const opensCommands = 'AT commands without a login: connections to any host, certificates, power'
export const opensControl = 'everything, with the token'
export const opensConsole =
  'the page of the console, and with its token everything, over a connection without encryption'
export const opensBroker = (hasLogin: boolean): string => `the broker, ${hasLogin ? 'with a login' : 'without a login'}`

/** One line about the ports that other machines reach; none when only this one does. */
export function exposureNotes(ports: readonly ListeningPort[]): readonly string[] {
  const reached = ports.filter(({ given, address }) => given && address !== undefined && !isLoopback(given.host))
  if (reached.length === 0) return []
  return [`other machines reach ${reached.map(({ address, opens }) => `${address} (${opens})`).join('; ')}`]
}
