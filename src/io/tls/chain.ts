import type { X509Certificate } from 'node:crypto'
import { certificateFault, describe, isSame, issuerFault, leafFault } from './chain-certificate.ts'
import { hostFault } from './chain-host.ts'

export interface ChainOptions {
  /** The certificates that are trusted, each on its own: they need not be self-signed. */
  readonly anchors: readonly X509Certificate[]
  /** When the dates of all certificates must hold, ms since 1970; undefined: dates are not checked. */
  readonly at?: number | undefined
  /** The name or address that the server's certificate must be for; undefined: not checked. */
  readonly host?: string | undefined
}

/** Longer chains are nobody's; each is a bound against servers that send a maze. */
const longestChain = 10
const mostSent = 50
const mostSignatures = 100

/**
 * What is wrong with a server's certificate, as a sentence; undefined: nothing. A path of signatures must lead from the
 * first of the certificates it sent, over any of the others, to an anchor, and every certificate on it must be allowed
 * to be where it is. The order of the others does not matter.
 */
export function chainFault(sent: readonly X509Certificate[], options: ChainOptions): string | undefined {
  const [leaf, ...others] = sent
  if (!leaf) return 'the server sent no certificate'
  if (sent.length > mostSent) return `the server sent ${sent.length} certificates; ${mostSent} are enough`
  const search = new Search(options.anchors, others, options.at)
  if (!search.reaches([leaf])) return search.fault
  return leafFault(leaf) ?? (options.host === undefined ? undefined : hostFault(leaf, options.host))
}

/** Dates, ms since 1970, the first and the last included. */
export interface Dates {
  readonly from: number
  readonly to: number
}

/** The dates around `at` between which no certificate begins or ceases to be valid: what holds at `at` holds there. */
export function datesLike(at: number, certificates: readonly X509Certificate[]): Dates {
  let [from, to] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
  for (const { validFrom, validTo } of certificates) {
    const [first, last] = [Date.parse(validFrom), Date.parse(validTo)]
    // A date that can't be read is like none but itself.
    if (Number.isNaN(first + last)) return { from: at, to: at }
    if (first <= at) from = Math.max(from, first)
    else to = Math.min(to, first - 1)
    if (at <= last) to = Math.min(to, last)
    else from = Math.max(from, last + 1)
  }
  return { from, to }
}

/** Tries the issuers of a certificate one after the other, the trusted ones first. */
class Search {
  /** Of the path that went furthest. */
  fault = 'there is no trusted certificate'
  #furthest = 0
  #signatures = 0
  readonly #anchors: readonly X509Certificate[]
  readonly #all: readonly X509Certificate[]
  readonly #at: number | undefined

  constructor(anchors: readonly X509Certificate[], others: readonly X509Certificate[], at: number | undefined) {
    this.#anchors = anchors
    this.#all = [...anchors, ...others]
    this.#at = at
  }

  /** Whether the path, its last certificate on trial, can be continued to an anchor. */
  reaches(path: readonly X509Certificate[]): boolean {
    const last = path.at(-1)!
    const trusted = this.#anchors.some((anchor) => isSame(anchor, last))
    const fault = certificateFault(last, trusted, this.#at)
    if (fault !== undefined) return this.#refuse(path, fault)
    if (trusted) return true
    if (path.length === longestChain) return this.#refuse(path, `the chain is longer than ${longestChain} certificates`)
    return this.#issuers(path, last).some((issuer) => this.#goesOn(path, issuer)) || this.#endsHere(path, last)
  }

  #issuers(path: readonly X509Certificate[], last: X509Certificate): readonly X509Certificate[] {
    return this.#all.filter((one) => isNamedIn(last, one) && !path.some((other) => isSame(one, other)))
  }

  #goesOn(path: readonly X509Certificate[], issuer: X509Certificate): boolean {
    const last = path.at(-1)!
    if (!this.#isSigned(last, issuer)) return this.#notSigned(path, last, issuer)
    const trusted = this.#anchors.includes(issuer)
    const longer = [...path, issuer]
    const fault = issuerFault(issuer, trusted, path)
    return fault === undefined ? this.reaches(longer) : this.#refuse(longer, fault)
  }

  /** Of one that is its own issuer, `endsHere` says it. */
  #notSigned(path: readonly X509Certificate[], last: X509Certificate, issuer: X509Certificate): false {
    if (last.subject === last.issuer) return false
    return this.#refuse(path, `${describe(last)} is not signed with the key of ${describe(issuer)}, which it names`)
  }

  #isSigned(certificate: X509Certificate, issuer: X509Certificate): boolean {
    if (++this.#signatures > mostSignatures) return false
    try {
      return certificate.verify(issuer.publicKey)
    } catch {
      return false
    }
  }

  #endsHere(path: readonly X509Certificate[], last: X509Certificate): false {
    const sameName = this.#anchors.some(({ subject }) => subject === last.subject)
    if (last.subject !== last.issuer)
      return this.#refuse(path, `${describe(last)} is issued by ${describe(last, 'issuer')}, which is not trusted`)
    const namesake = sameName ? '; a trusted one has the same name and is another' : ''
    return this.#refuse(path, `${describe(last)} is its own issuer and not trusted${namesake}`)
  }

  #refuse(path: readonly X509Certificate[], fault: string): false {
    if (path.length > this.#furthest) {
      this.#furthest = path.length
      this.fault = fault
    }
    return false
  }
}

/** By name, as OpenSSL compares names or as they are written. Only the signature proves it. */
const isNamedIn = (certificate: X509Certificate, issuer: X509Certificate): boolean =>
  certificate.issuer === issuer.subject || certificate.checkIssued(issuer)
