import { createHash, createPublicKey, generateKeyPair, type KeyObject, randomBytes, sign } from 'node:crypto'
import { isIP } from 'node:net'
import { promisify } from 'node:util'
import type { Extension, SubjectPublicKeyInfo } from '@peculiar/asn1-x509'

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
  const { x509, extension } = await library()
  const { keyCertSign, cRLSign } = x509.KeyUsageFlags
  return signed(root, { ...validity, name: root.name, publicKey: createPublicKey(root.key) }, [
    extension(x509.id_ce_basicConstraints, new x509.BasicConstraints({ cA: true }), 'critical'),
    extension(x509.id_ce_keyUsage, new x509.KeyUsage(keyCertSign | cRLSign), 'critical'),
  ])
}

/** `hosts`: names and addresses that clients may know the server by. */
export async function serverCertificate(
  issuer: Issuer,
  draft: CertificateDraft,
  hosts: readonly string[],
): Promise<string> {
  const { x509, extension } = await library()
  const names = hosts.map((host) => new x509.GeneralName(isIP(host) ? { iPAddress: host } : { dNSName: host }))
  return signed(issuer, draft, [
    ...(await leafExtensions(draft, x509.id_kp_serverAuth)),
    extension(x509.id_ce_subjectAltName, new x509.SubjectAlternativeName(names)),
  ])
}

export async function clientCertificate(issuer: Issuer, draft: CertificateDraft): Promise<string> {
  const { x509 } = await library()
  return signed(issuer, draft, await leafExtensions(draft, x509.id_kp_clientAuth))
}

/** `usage`: RFC 5280, 4.2.1.12. Key encipherment is for the RSA key exchange of TLS 1.2 and before. */
async function leafExtensions({ publicKey }: CertificateDraft, usage: string): Promise<Extension[]> {
  const { x509, extension } = await library()
  const { digitalSignature, keyEncipherment } = x509.KeyUsageFlags
  const flags = publicKey.asymmetricKeyType === 'rsa' ? digitalSignature | keyEncipherment : digitalSignature
  return [
    extension(x509.id_ce_basicConstraints, new x509.BasicConstraints({ cA: false }), 'critical'),
    extension(x509.id_ce_keyUsage, new x509.KeyUsage(flags), 'critical'),
    extension(x509.id_ce_extKeyUsage, new x509.ExtendedKeyUsage([usage])),
  ]
}

async function signed(issuer: Issuer, draft: CertificateDraft, extensions: readonly Extension[]): Promise<string> {
  const { x509, extension, der, nameOf, publicKeyOf } = await library()
  const [publicKey, issuerKey] = [publicKeyOf(draft.publicKey), publicKeyOf(createPublicKey(issuer.key))]
  const signatureAlgorithm = new x509.AlgorithmIdentifier({ algorithm: ecdsaWithSha256 })
  const tbsCertificate = new x509.TBSCertificate({
    version: x509.Version.v3,
    serialNumber: serialNumber(),
    signature: signatureAlgorithm,
    issuer: nameOf(issuer.name),
    validity: new x509.Validity(draft),
    subject: nameOf(draft.name),
    subjectPublicKeyInfo: publicKey,
    extensions: new x509.Extensions([
      ...extensions,
      extension(x509.id_ce_subjectKeyIdentifier, new x509.SubjectKeyIdentifier(keyIdentifier(publicKey))),
      extension(
        x509.id_ce_authorityKeyIdentifier,
        new x509.AuthorityKeyIdentifier({ keyIdentifier: new x509.KeyIdentifier(keyIdentifier(issuerKey)) }),
      ),
    ]),
  })
  const signatureValue = arrayBuffer(sign('sha256', der(tbsCertificate), issuer.key))
  return pem(der(new x509.Certificate({ tbsCertificate, signatureAlgorithm, signatureValue })))
}

/** RFC 5758, 3.2. */
const ecdsaWithSha256 = '1.2.840.10045.4.3.2'
const commonName = '2.5.4.3'

/** 127 random bits: a positive number of at most 16 bytes. */
function serialNumber(): ArrayBuffer {
  const bytes = randomBytes(16)
  bytes[0] = (bytes[0]! & 0x7f) | 0x40
  return arrayBuffer(bytes)
}

/** RFC 5280, 4.2.1.2: SHA-1 of the key's bits. */
const keyIdentifier = ({ subjectPublicKey }: SubjectPublicKeyInfo): ArrayBuffer =>
  arrayBuffer(createHash('sha1').update(new Uint8Array(subjectPublicKey)).digest())

const arrayBuffer = (bytes: Uint8Array): ArrayBuffer => Uint8Array.from(bytes).buffer

const pem = (der: Uint8Array): string =>
  `-----BEGIN CERTIFICATE-----\n${Buffer.from(der)
    .toString('base64')
    .replace(/.{64}(?=.)/g, '$&\n')}\n-----END CERTIFICATE-----\n`

/** Imported when a certificate is made. */
async function library() {
  const [x509, { AsnConvert, OctetString }] = await Promise.all([
    import('@peculiar/asn1-x509'),
    import('@peculiar/asn1-schema'),
  ])
  const der = (value: unknown): Uint8Array => new Uint8Array(AsnConvert.serialize(value))
  return {
    x509,
    der,
    extension: (extnID: string, value: unknown, critical?: 'critical'): Extension =>
      new x509.Extension({ extnID, critical: critical !== undefined, extnValue: new OctetString(der(value)) }),
    nameOf: (name: string) => {
      const value = new x509.AttributeValue(
        /^[A-Za-z\d '()+,./:=?-]*$/.test(name) ? { printableString: name } : { utf8String: name },
      )
      return new x509.Name([
        new x509.RelativeDistinguishedName([new x509.AttributeTypeAndValue({ type: commonName, value })]),
      ])
    },
    publicKeyOf: (key: KeyObject): SubjectPublicKeyInfo =>
      AsnConvert.parse(key.export({ type: 'spki', format: 'der' }), x509.SubjectPublicKeyInfo),
  }
}
