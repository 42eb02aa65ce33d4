import 'reflect-metadata'
import { X509Certificate as NodeCertificate, webcrypto } from 'node:crypto'
import { isIP } from 'node:net'
import * as x509 from '@peculiar/x509'

/** It must not be imported before `reflect-metadata`. */
export { x509 }

/** A certificate with its key, for tests. */
export interface Made {
  readonly certificate: NodeCertificate
  readonly pem: string
  /** PKCS #8, PEM. */
  readonly key: string
  readonly keys: webcrypto.CryptoKeyPair
}

export interface Draft {
  /** `CN=` is put in front. */
  readonly name: string
  /** None: it signs itself. */
  readonly issuer?: Made
  /** Undefined: no basicConstraints. */
  readonly ca?: boolean
  readonly pathLength?: number
  /** Of `x509.KeyUsageFlags`. */
  readonly usage?: number
  readonly purposes?: readonly string[]
  /** Names and addresses; one made of digits is an address. */
  readonly hosts?: readonly string[]
  readonly from?: string
  readonly to?: string
  readonly keys?: webcrypto.CryptoKeyPair
  readonly hash?: 'SHA-1' | 'SHA-256'
  readonly extra?: readonly x509.Extension[]
}

const ec = { name: 'ECDSA', namedCurve: 'P-256' }

export const ecKeys = (): Promise<webcrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey(ec, true, ['sign', 'verify']) as Promise<webcrypto.CryptoKeyPair>

export const rsaKeys = (modulusLength: number, hash = 'SHA-256'): Promise<webcrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey(
    { name: 'RSASSA-PKCS1-v1_5', modulusLength, publicExponent: new Uint8Array([1, 0, 1]), hash },
    true,
    ['sign', 'verify'],
  ) as Promise<webcrypto.CryptoKeyPair>

/** Issues a certificate; a new EC key unless one is given. */
export async function make(draft: Draft): Promise<Made> {
  const keys = draft.keys ?? (await ecKeys())
  const signer = draft.issuer?.keys ?? keys
  const made = await x509.X509CertificateGenerator.create({
    subject: `CN=${draft.name}`,
    issuer: draft.issuer ? draft.issuer.certificate.subject : `CN=${draft.name}`,
    notBefore: new Date(draft.from ?? '2020-01-01'),
    notAfter: new Date(draft.to ?? '2045-01-01'),
    publicKey: keys.publicKey,
    signingKey: signer.privateKey,
    signingAlgorithm: { name: signer.privateKey.algorithm.name, hash: draft.hash ?? 'SHA-256' },
    extensions: extensionsFor(draft),
  })
  const pem = `${made.toString('pem')}\n`
  return { certificate: new NodeCertificate(pem), pem, key: await pemOf(keys.privateKey), keys }
}

function extensionsFor({ ca, pathLength, usage, purposes, hosts, extra }: Draft): x509.Extension[] {
  const names = hosts?.map((value) => ({ type: isIP(value) ? ('ip' as const) : ('dns' as const), value }))
  return [
    ...(ca === undefined ? [] : [new x509.BasicConstraintsExtension(ca, pathLength, true)]),
    ...(usage === undefined ? [] : [new x509.KeyUsagesExtension(usage, true)]),
    ...(purposes ? [new x509.ExtendedKeyUsageExtension([...purposes])] : []),
    ...(names ? [new x509.SubjectAlternativeNameExtension(names)] : []),
    ...(extra ?? []),
  ]
}

async function pemOf(key: webcrypto.CryptoKey): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key)).toString('base64')
  return `-----BEGIN PRIVATE KEY-----\n${der.match(/.{1,64}/g)?.join('\n')}\n-----END PRIVATE KEY-----\n`
}
