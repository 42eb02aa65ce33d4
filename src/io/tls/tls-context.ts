import { constants, createHash, type X509Certificate } from 'node:crypto'
import { createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls'
import type { DialFailure, TlsSettings } from '../net/dialer.ts'
import { errorText } from '../setup-error.ts'
import { certificatesIn, type KeyFault, privateKeyIn } from './certificate-files.ts'
import { type Finding, hasPemCrLf, isValidPast2049, type Remark, readerFault, remarkOn } from './certificate-remarks.ts'
import type { CertificateStore } from './certificate-store.ts'
import { Recent } from './tls-recent.ts'
import { versionOptions } from './tls-versions.ts'

/** What a handshake needs. */
export interface TlsMaterial {
  readonly context: SecureContext
  /** What the server's chain must lead to; undefined: the server is not verified. */
  readonly anchors: readonly X509Certificate[] | undefined
  /** The same for the same settings and contents of files; tells nothing of the files. */
  readonly fingerprint: string
  /** On files that pass here. */
  readonly remarks: readonly Remark[]
}

/** Why there is no TLS; `detail` is a sentence. */
export interface TlsRefusal {
  readonly reason: DialFailure
  readonly detail: string
}

/** One takes a millisecond to make and 25 KB and more of memory: thousands of connections share it. */
const contexts = new Recent<SecureContext>(64)
const protocols = new Recent<Protocol>(64)
const anchors = new Recent<readonly X509Certificate[]>(64)
/** What is found in a file, by its hash. */
const traits = new Recent<FileTraits>(64)

interface FileTraits {
  readonly pemCrLf: boolean
  /** A certificate in it is valid past 2049. */
  readonly generalizedTime: boolean
}

/** Reads the files that the settings name. They are read anew each time; what is made of the same contents is kept. */
export function tlsMaterial(settings: TlsSettings, store: CertificateStore): TlsMaterial | TlsRefusal {
  try {
    return materialOf(settings, store)
  } catch (error) {
    if (error instanceof Refused) return error.refusal
    return { reason: 'certificate', detail: `the certificates can't be used: ${errorText(error)}` }
  }
}

class Refused extends Error {
  readonly refusal: TlsRefusal

  constructor(reason: DialFailure, detail: string) {
    super(detail)
    this.refusal = { reason, detail }
  }
}

function materialOf(settings: TlsSettings, store: CertificateStore): TlsMaterial {
  const { authMode } = settings
  const protocol = protocolOf(settings)
  const ca = authMode === 1 || authMode === 2 ? fileOf(settings, store, 'caCert') : undefined
  const identity = authMode >= 2 ? identityFiles(settings, store) : undefined
  const key = identity ? hashOf(protocol.key, ...Object.values(identity)) : protocol.key
  const caKey = ca && hashOf(ca)
  const remarks = [
    ...(ca ? remarksOn(ca, 'caCert', settings, caKey) : []),
    ...(identity ? identityRemarks(identity, settings) : []),
  ]
  return {
    anchors: caKey === undefined ? undefined : anchorsIn(ca!, caKey, settings),
    context: contexts.get(key) ?? newContext(key, protocol.options, identity, settings),
    fingerprint: `${key} ${caKey ?? 'none'}`,
    remarks,
  }
}

type FileKey = 'caCert' | 'clientCert' | 'clientKey'

const identityRemarks = ({ certificate, key }: ClientIdentity, settings: TlsSettings): readonly Remark[] => [
  ...remarksOn(certificate, 'clientCert', settings),
  ...remarksOn(key, 'clientKey', settings),
]

/** Refuses what the module's reader does not get along with; remarks on what another family's does not. */
function remarksOn(file: Uint8Array, which: FileKey, settings: TlsSettings, hash = hashOf(file)): readonly Remark[] {
  const { pemCrLf, generalizedTime } = traitsOf(file, hash)
  if (!pemCrLf && !generalizedTime) return []
  const [name, id] = [`${which.toLowerCase()} ${settings[which]}`, `${settings[which]} ${hash}`]
  const found: Finding[] = []
  if (pemCrLf) found.push({ trait: 'pemCrLf', what: `${name} ends its lines with CR LF`, id })
  if (which !== 'clientKey' && generalizedTime)
    found.push({ trait: 'generalizedTime', what: `${name} has a certificate that is valid past 2049`, id })
  for (const one of found) {
    const fault = readerFault(settings.reader, one)
    if (fault !== undefined) throw new Refused('certificate', fault)
  }
  return found.flatMap((one) => remarkOn(one) ?? [])
}

function traitsOf(file: Uint8Array, hash: string): FileTraits {
  const known = traits.get(hash)
  if (known) return known
  const generalizedTime = certificatesIn(file)?.some(isValidPast2049) ?? false
  const found = { pemCrLf: hasPemCrLf(file), generalizedTime }
  traits.set(hash, found)
  return found
}

/** What OpenSSL is told when no file is involved. */
interface Protocol {
  readonly key: string
  readonly options: SecureContextOptions
}

function protocolOf({ sslVersion, cipherSuites, useTickets }: TlsSettings): Protocol {
  const key = `${sslVersion} ${cipherSuites} ${useTickets}`
  const known = protocols.get(key)
  if (known) return known
  const versions = versionOptions(sslVersion, cipherSuites)
  if (typeof versions === 'string') throw new Refused('tls', versions)
  const protocol = { key, options: { ...versions, secureOptions: secureOptions(useTickets) } }
  protocols.set(key, protocol)
  return protocol
}

/**
 * A server may be so old that it can't renegotiate safely, but it does not get to renegotiate. Tickets of TLS 1.2 are
 * not asked for unless they are wanted; those of TLS 1.3 come unasked and are then ignored.
 */
const secureOptions = (useTickets: boolean): number =>
  constants.SSL_OP_LEGACY_SERVER_CONNECT |
  constants.SSL_OP_NO_RENEGOTIATION |
  (useTickets ? 0 : constants.SSL_OP_NO_TICKET)

interface ClientIdentity {
  readonly certificate: Uint8Array
  readonly key: Uint8Array
  readonly password: Uint8Array | undefined
}

function identityFiles(settings: TlsSettings, store: CertificateStore): ClientIdentity {
  return {
    certificate: fileOf(settings, store, 'clientCert'),
    key: fileOf(settings, store, 'clientKey'),
    password: settings.password === '' ? undefined : fileOf(settings, store, 'password'),
  }
}

function newContext(
  key: string,
  options: SecureContextOptions,
  identity: ClientIdentity | undefined,
  settings: TlsSettings,
): SecureContext {
  // No `ca` would mean Node's own roots; the chain is verified by chain.ts, not by OpenSSL.
  const context = createSecureContext({ ca: [], ...options, ...(identity && identityOptions(identity, settings)) })
  contexts.set(key, context)
  return context
}

function identityOptions(identity: ClientIdentity, settings: TlsSettings): SecureContextOptions {
  const chain = certificatesFrom(identity.certificate, 'clientcert', settings.clientCert)
  const key = privateKeyIn(identity.key, identity.password)
  if (typeof key === 'string') throw new Refused('certificate', keySentence(key, settings))
  if (!chain[0]!.checkPrivateKey(key))
    throw new Refused(
      'certificate',
      `the key ${settings.clientKey} does not fit the certificate ${settings.clientCert}`,
    )
  return { cert: chain.join('\n'), key: key.export({ type: 'pkcs8', format: 'pem' }) }
}

function keySentence(fault: KeyFault, { clientKey, password }: TlsSettings): string {
  if (fault === 'passwordMissing') return `clientkey ${clientKey} is encrypted, and the context names no password file`
  if (fault === 'passwordWrong') return `the password in ${password} does not open clientkey ${clientKey}`
  return `clientkey ${clientKey} is no private key in PEM or DER`
}

function anchorsIn(file: Uint8Array, key: string, { caCert }: TlsSettings): readonly X509Certificate[] {
  const known = anchors.get(key) ?? certificatesFrom(file, 'cacert', caCert)
  anchors.set(key, known)
  return known
}

function certificatesFrom(file: Uint8Array, what: string, name: string): readonly X509Certificate[] {
  const found = certificatesIn(file)
  if (!found?.length) throw new Refused('certificate', `${what} ${name} is no certificate in PEM or DER`)
  return found
}

function fileOf(
  settings: TlsSettings,
  store: CertificateStore,
  which: 'caCert' | 'clientCert' | 'clientKey' | 'password',
): Uint8Array {
  const [what, name] = [which.toLowerCase(), settings[which]]
  if (name === '')
    throw new Refused('certificate', `authmode ${settings.authMode} needs ${what}, which the context does not name`)
  const file = store.read(name)
  if (!file) throw new Refused('certificate', `${what} ${name} is not in the certificate store`)
  return file
}

/** Of parts that can't be taken for one another. */
function hashOf(...parts: readonly (string | Uint8Array | undefined)[]): string {
  const hash = createHash('sha256')
  for (const part of parts) {
    hash.update(part === undefined ? '-' : `${typeof part}${part.length}:`)
    if (part !== undefined) hash.update(part)
  }
  return hash.digest('base64')
}
