import { createSecureContext, type SecureContextOptions, type SecureVersion } from 'node:tls'
import { oldSuites, tls12Suites, tls13Suites } from './tls-suites.ts'

/** Old versions, SHA-1 and 1024-bit keys, as a module takes them; without it OpenSSL refuses TLS 1.0 and 1.1. */
const everything = 'DEFAULT@SECLEVEL=0'
const versions: readonly SecureVersion[] = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']
const sslVersions = { 1: [0, 0], 2: [1, 1], 3: [2, 2], 4: [0, 3] } as const

interface Suite {
  readonly name: string
  /** Indices of `versions`. */
  readonly first: number
  readonly last: number
}

const suites = new Map<number, Suite>([
  ...tls13Suites.map(([number, name]) => [number, { name, first: 3, last: 3 }] as const),
  ...tls12Suites.map(([number, name]) => [number, { name, first: 2, last: 2 }] as const),
  ...oldSuites.map(([number, name]) => [number, { name, first: 0, last: 2 }] as const),
])
const asked = new Map<number, boolean>()

/** Whether a suite, by its IANA number, is known and the local OpenSSL has it. */
export function hasCipherSuite(number: number): boolean {
  const known = asked.get(number)
  if (known !== undefined) return known
  const suite = suites.get(number)
  const there = suite !== undefined && isInOpenssl(suite)
  asked.set(number, there)
  return there
}

function isInOpenssl(suite: Suite): boolean {
  try {
    createSecureContext({ ca: [], ciphers: cipherList(suite) })
    return true
  } catch {
    return false
  }
}

/** TLS 1.3 suites are a list of their own in OpenSSL; the other one only carries the level there, its versions are off. */
const cipherList = ({ name, first }: Suite): string => (first === 3 ? `${name}:${everything}` : `${name}@SECLEVEL=0`)

type VersionOptions = Pick<SecureContextOptions, 'minVersion' | 'maxVersion' | 'ciphers'>

/**
 * What `sslversion` and `ciphersuites` stand for in OpenSSL, or the sentence that says why it can't be. A single suite
 * leaves the versions that have it.
 */
export function versionOptions(sslVersion: 0 | 1 | 2 | 3 | 4, cipherSuites: number): VersionOptions | string {
  if (sslVersion === 0) return 'SSL 3.0 (sslversion 0) is not in the local OpenSSL; set another sslversion'
  const [first, last] = sslVersions[sslVersion]
  if (cipherSuites === 0 || cipherSuites === 0xffff) return optionsFor(first, last, everything)
  const hex = `0x${cipherSuites.toString(16).toUpperCase().padStart(4, '0')}`
  const suite = suites.get(cipherSuites)
  if (!suite || !hasCipherSuite(cipherSuites)) return `the local OpenSSL has no cipher suite ${hex}`
  const [from, to] = [Math.max(first, suite.first), Math.min(last, suite.last)]
  if (from > to) return `no TLS version that sslversion ${sslVersion} allows has the cipher suite ${hex}`
  return optionsFor(from, to, cipherList(suite))
}

const optionsFor = (first: number, last: number, ciphers: string): VersionOptions => ({
  minVersion: versions[first]!,
  maxVersion: versions[last]!,
  ciphers,
})
