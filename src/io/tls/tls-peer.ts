import { X509Certificate } from 'node:crypto'
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls'
import type { WireBytes } from '../net/dialer.ts'

const longest = 20

/**
 * The certificates that a server sent, in DER, its own first. Node has two ways to them, both tried on 20.20:
 * `getPeerX509Certificate()` gives all in the order they came, but leaks some 7 KB of each behind the first, and only its
 * first call gives anything. `getPeerCertificate(true)` leaks nothing. It goes from issuer to issuer *by name* alone,
 * and would go on into the context's own trusted ones, of which there are none here. So it proves nothing, which is for
 * `chainFault` to do; and of two that have one name and no key identifier only the first is found: such a server
 * is refused, by OpenSSL's own clients too.
 */
export function chainSentTo(tls: TLSSocket): readonly Buffer[] {
  const chain: Buffer[] = []
  let next: DetailedPeerCertificate | undefined = tls.getPeerCertificate(true)
  while (next?.raw && chain.length < longest) {
    chain.push(next.raw)
    const issuer: DetailedPeerCertificate | undefined = next.issuerCertificate
    next = issuer === next ? undefined : issuer
  }
  return chain
}

export const readChain = (chain: readonly Buffer[]): readonly X509Certificate[] =>
  chain.map((raw) => new X509Certificate(raw))

/** The TCP connection below a TLS socket; it can be asked when the TLS socket is closed. */
export interface Below {
  /** Bytes that came from the peer. */
  readonly bytesRead?: number
  readonly bytesWritten?: number
}

/** Node shows it nowhere: 20 to 24 have it here. Without it nothing counts as heard. */
export function connectionBelow(tls: TLSSocket): Below | undefined {
  const { _handle: handle } = tls as unknown as { readonly _handle?: { readonly _parent?: Below } | null }
  return handle?._parent
}

export const wireOf = (below: Below | undefined): WireBytes => ({
  sent: below?.bytesWritten ?? 0,
  received: below?.bytesRead ?? 0,
})

const recordHeaderBytes = 5

/** Whether a record has begun to come. What begins otherwise than a record OpenSSL reports at once. */
export const hasBegunRecord = (below: Below | undefined): boolean => (below?.bytesRead ?? 0) > recordHeaderBytes

/** Whether the server's first answer was understood: with it the suite is agreed. */
export const hasAnswered = (tls: TLSSocket): boolean => Boolean(tls.getCipher() as unknown)
