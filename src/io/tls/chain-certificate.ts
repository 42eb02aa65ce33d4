import type { X509Certificate } from 'node:crypto'
import { type CertificateExtensions, extensionsOf } from './certificate-extensions.ts'

const keyCertSign = 0x0400
/** digitalSignature, keyEncipherment, keyAgreement: a server needs one of them. */
const serverUses = 0x8000 | 0x2000 | 0x0800
const serverAuth = '1.3.6.1.5.5.7.3.1'
const anyPurpose = '2.5.29.37.0'
const nameConstraints = '2.5.29.30'
/** Critical extensions that are checked here, or that OpenSSL's own clients leave unchecked too. */
const understood = new Set(
  ['14', '15', '17', '18', '19', '31', '32', '33', '35', '36', '37', '54'].map((arc) => `2.5.29.${arc}`),
)
/** MD2, MD4 and MD5 with RSA: forged since 2008. SHA-1 is taken. */
const brokenSignatures = new Set(['2', '3', '4'].map((arc) => `1.2.840.113549.1.1.${arc}`))
const fewestRsaBits = 1024

/** What is wrong with a certificate wherever it stands in a chain; `at`: ms since 1970, undefined: dates are not checked. */
export function certificateFault(
  certificate: X509Certificate,
  trusted: boolean,
  at: number | undefined,
): string | undefined {
  return (
    structureFault(certificate, trusted) ??
    keyFault(certificate) ??
    (at === undefined ? undefined : dateFault(certificate, at))
  )
}

function structureFault(certificate: X509Certificate, trusted: boolean): string | undefined {
  const extensions = readExtensions(certificate)
  if (!extensions) return `${describe(certificate)} can't be read to the end`
  if (extensions.present.has(nameConstraints))
    return `${describe(certificate)} has name constraints, which are not supported`
  if (trusted) return undefined
  const unknown = extensions.critical.find((id) => !understood.has(id))
  if (unknown !== undefined) return `${describe(certificate)} has the critical extension ${unknown}, which is unknown`
  return brokenSignatures.has(extensions.signatureAlgorithm)
    ? `${describe(certificate)} is signed with a broken algorithm (${extensions.signatureAlgorithm})`
    : undefined
}

function keyFault(certificate: X509Certificate): string | undefined {
  try {
    const bits = certificate.publicKey.asymmetricKeyDetails?.modulusLength ?? fewestRsaBits
    return bits < fewestRsaBits ? `${describe(certificate)} has a key of only ${bits} bits` : undefined
  } catch {
    return `${describe(certificate)} has a key of an unknown kind`
  }
}

function dateFault(certificate: X509Certificate, at: number): string | undefined {
  const [from, to] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)]
  const now = `it is ${isoTime(at)} here`
  if (!(at >= from)) return `${describe(certificate)} is not valid before ${isoTime(from)}; ${now}`
  if (!(at <= to)) return `${describe(certificate)} expired on ${isoTime(to)}; ${now}`
  return undefined
}

const isoTime = (ms: number): string =>
  Number.isNaN(ms) ? 'an unreadable date' : new Date(ms).toISOString().replace('.000Z', 'Z')

/** What forbids a certificate to issue the last one of `path`, which leads from the server's certificate to it. */
export function issuerFault(
  issuer: X509Certificate,
  trusted: boolean,
  path: readonly X509Certificate[],
): string | undefined {
  const extensions = readExtensions(issuer)
  if (!extensions) return undefined
  if (!mayIssue(issuer, extensions, trusted))
    return `${describe(issuer)} is no certificate authority, but signed ${describe(path.at(-1)!)}`
  const below = path.slice(1).filter(({ subject, issuer }) => subject !== issuer).length
  if (below > (extensions.pathLength ?? below))
    return `${describe(issuer)} allows ${extensions.pathLength} authorities below it; there are ${below}`
  return trusted ? undefined : purposeFault(issuer)
}

/** An anchor may be of the time before basicConstraints: a root of version 1, or one with a key usage only. */
function mayIssue(issuer: X509Certificate, extensions: CertificateExtensions, trusted: boolean): boolean {
  const { ca, keyUsage, version } = extensions
  if (keyUsage !== undefined && (keyUsage & keyCertSign) === 0) return false
  if (ca !== undefined || !trusted) return ca === true && issuer.ca
  return keyUsage !== undefined || (version === 1 && issuer.subject === issuer.issuer)
}

/** What forbids a certificate to be a server's. */
export function leafFault(leaf: X509Certificate): string | undefined {
  const use = readExtensions(leaf)?.keyUsage ?? serverUses
  if ((use & serverUses) === 0) return `${describe(leaf)} may not be used for TLS (key usage)`
  return purposeFault(leaf)
}

/** `keyUsage` of `X509Certificate` is the extended key usage. */
function purposeFault(certificate: X509Certificate): string | undefined {
  const purposes: readonly string[] | undefined = certificate.keyUsage
  if (purposes === undefined || purposes.includes(serverAuth) || purposes.includes(anyPurpose)) return undefined
  return `${describe(certificate)} is not for servers (extended key usage)`
}

function readExtensions(certificate: X509Certificate): CertificateExtensions | undefined {
  try {
    return extensionsOf(certificate)
  } catch {
    return undefined
  }
}

export const isSame = (a: X509Certificate, b: X509Certificate): boolean => a.raw.equals(b.raw)

/** A name for the log: the subject in one line, or the serial number. */
export function describe(certificate: X509Certificate, which: 'subject' | 'issuer' = 'subject'): string {
  const name = (certificate[which] ?? '').replaceAll('\n', ', ').replace(/[^\x20-\x7e\u00a0-\uffff]/g, '?')
  if (name === '') return which === 'issuer' ? 'nobody' : `the certificate ${certificate.serialNumber.slice(0, 40)}`
  return `"${name.length > 100 ? `${name.slice(0, 100)}…` : name}"`
}
