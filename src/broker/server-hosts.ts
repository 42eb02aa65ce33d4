import type { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { hostname, networkInterfaces } from 'node:os'
import { domainToASCII } from 'node:url'

const everyAddress: readonly string[] = ['0.0.0.0', '::']

/** What clients may call a server that listens on `host`. */
export function hostsFor(host: string): readonly string[] {
  const given = everyAddress.includes(host) ? [hostname(), ...ownAddresses()] : [host]
  const names = given.map((each) => (isIP(each) ? each : domainToASCII(each))).filter((each) => each !== '')
  return [...new Set(['localhost', '127.0.0.1', '::1', ...names])]
}

const ownAddresses = (): readonly string[] =>
  Object.values(networkInterfaces()).flatMap((addresses = []) => addresses.map(({ address }) => address))

export const answersFor = (certificate: X509Certificate, host: string): boolean =>
  (isIP(host) ? certificate.checkIP(host) : certificate.checkHost(host)) !== undefined
