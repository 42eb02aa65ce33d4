import { createPublicKey, generateKeyPair, type KeyObject, webcrypto } from 'node:crypto'
import { isIP } from 'node:net'
import { promisify } from 'node:util'
import type { Extension } from '@peculiar/x509'

export interface Validity {
  readonly notBefore: Date
  readonly notAfter: Date
}

/** The certificate authority that signs. */
export interface Issuer {
  readonly name: string
  /** EC P-256. */
  readonly key: KeyObject
}

/** The content of a certificate to sign. */
export interface CertificateDraft extends Validity {
  readonly name: string
  readonly publicKey: KeyObject
}

const generate = promisify(generateKeyPair)

/** A new private key, PEM. P-256: an RSA key of 2048 bits took up to 5 s on a busy machine, and every first start waits. */
export async function newKey(): Promise<string> {
  const { privateKey } = await generate('ec', { namedCurve: 'P-256' })
  return privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
}

/** A certificate authority's own certificate, PEM. */
export async function rootCertificate(root: Issuer, validity: Validity): Promise<string> {
  const x509 = await library()
  const { keyCertSign, cRLSign } = x509.KeyUsageFlags
  return sign(root, { ...validity, name: root.name, publicKey: createPublicKey(root.key) }, [
    new x509.BasicConstraintsExtension(true, undefined, true),
    new x509.KeyUsagesExtension(keyCertSign | cRLSign, true),
  ])
}

/** `hosts`: names and addresses that clients may know the server by. */
export async function serverCertificate(
  issuer: Issuer,
  draft: CertificateDraft,
  hosts: readonly string[],
): Promise<string> {
  const x509 = await library()
  const names = hosts.map((host) => ({ type: isIP(host) ? ('ip' as const) : ('dns' as const), value: host }))
  return sign(issuer, draft, [
    ...(await leafExtensions(draft, '1.3.6.1.5.5.7.3.1')),
    new x509.SubjectAlternativeNameExtension(names),
  ])
}

export async function clientCertificate(issuer: Issuer, draft: CertificateDraft): Promise<string> {
  return sign(issuer, draft, await leafExtensions(draft, '1.3.6.1.5.5.7.3.2'))
}

/** `usage`: RFC 5280, 4.2.1.12. Key encipherment is for the RSA key exchange of TLS 1.2 and before. */
async function leafExtensions({ publicKey }: CertificateDraft, usage: string): Promise<Extension[]> {
  const x509 = await library()
  const { digitalSignature, keyEncipherment } = x509.KeyUsageFlags
  const flags = publicKey.asymmetricKeyType === 'rsa' ? digitalSignature | keyEncipherment : digitalSignature
  return [
    new x509.BasicConstraintsExtension(false, undefined, true),
    new x509.KeyUsagesExtension(flags, true),
    new x509.ExtendedKeyUsageExtension([usage]),
  ]
}

async function sign(issuer: Issuer, draft: CertificateDraft, extensions: readonly Extension[]): Promise<string> {
  const x509 = await library()
  const [publicKey, issuerPublicKey] = [spki(draft.publicKey), spki(createPublicKey(issuer.key))]
  const certificate = await x509.X509CertificateGenerator.create({
    subject: [{ CN: [draft.name] }],
    issuer: [{ CN: [issuer.name] }],
    notBefore: draft.notBefore,
    notAfter: draft.notAfter,
    publicKey,
    signingKey: await signingKey(issuer.key),
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
    extensions: [
      ...extensions,
      await x509.SubjectKeyIdentifierExtension.create(publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuerPublicKey),
    ],
  })
  return `${certificate.toString('pem')}\n`
}

const spki = (key: KeyObject): Buffer<ArrayBuffer> => Buffer.from(key.export({ type: 'spki', format: 'der' }))

function signingKey(key: KeyObject): Promise<webcrypto.CryptoKey> {
  const der = key.export({ type: 'pkcs8', format: 'der' })
  return webcrypto.subtle.importKey('pkcs8', der, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign'])
}

/** Imported when a certificate is made: loading takes 200 ms. */
async function library() {
  await import('reflect-metadata')
  return import('@peculiar/x509')
}
