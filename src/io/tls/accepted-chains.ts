import { createHash } from 'node:crypto'
import { type ChainOptions, chainFault, type Dates, datesLike } from './chain.ts'
import { readChain } from './tls-peer.ts'
import { Recent } from './tls-recent.ts'

/** Chains that were accepted, and for which dates. */
const accepted = new Recent<Dates>(64)
const anyDate: Dates = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY }

/**
 * What is wrong with the certificates that a server sent, in DER. A chain that was accepted once is accepted again: the
 * same certificates, anchors (of which `fingerprint` tells) and name, and a date like that one.
 */
export function sentFault(sent: readonly Buffer[], options: ChainOptions, fingerprint: string): string | undefined {
  const { at, host = '', anchors } = options
  const key = `${fingerprint} ${digestOf(sent)} ${at === undefined ? 'any date' : 'dated'} ${host}`
  const known = accepted.get(key)
  if (known && (at === undefined || (known.from <= at && at <= known.to))) return undefined
  const chain = readChain(sent)
  const fault = chainFault(chain, options)
  if (fault === undefined) accepted.set(key, at === undefined ? anyDate : datesLike(at, [...chain, ...anchors]))
  return fault
}

function digestOf(chain: readonly Buffer[]): string {
  const hash = createHash('sha256')
  for (const raw of chain) hash.update(`${raw.length} `).update(raw)
  return hash.digest('base64')
}
