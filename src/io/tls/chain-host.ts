import type { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { describe } from './chain-certificate.ts'

/** Says that a server's certificate is not for a host; undefined: it is. */
export function hostFault(leaf: X509Certificate, host: string): string | undefined {
  if (isFor(leaf, host)) return undefined
  const names = leaf.subjectAltName ?? 'none but its subject'
  const shown = names.length > 200 ? `${names.slice(0, 200)}…` : names
  return `${describe(leaf)} is not for the host ${host}; its names: ${shown.replace(/[^\x20-\x7e…]/g, '?')}`
}

function isFor(leaf: X509Certificate, host: string): boolean {
  try {
    return isIP(host) === 0 ? isForName(leaf, host) : isForAddress(leaf, host)
  } catch {
    return false
  }
}

/** A name with a dot in front would stand for everything below it. The subject counts where there are no other names. */
function isForName(leaf: X509Certificate, host: string): boolean {
  const name = host.replace(/\.$/, '')
  if (name === '' || name.startsWith('.')) return false
  return leaf.checkHost(name, { subject: 'default', partialWildcards: false }) !== undefined
}

/** Old certificates have an IPv4 address as the subject's name, and no other. */
function isForAddress(leaf: X509Certificate, host: string): boolean {
  const address = host.replace(/%.*$/, '')
  if (leaf.checkIP(address) !== undefined) return true
  if (leaf.subjectAltName !== undefined || isIP(address) !== 4) return false
  return leaf.checkHost(address, { subject: 'default', wildcards: false }) !== undefined
}
