import { bytesOf, concat, textOf } from '../../at/syntax/bytes.ts'
import { ownFilePrefix } from '../protocol/prompt-cleanup.ts'
import { CertificateError } from './certificate-error.ts'
import type { Pem, TlsOptions } from './tls-options.ts'

/** What goes into the store, in bytes. */
export interface PemFiles {
  readonly ca?: Uint8Array
  readonly cert?: Uint8Array
  readonly key?: Uint8Array
  /** Of the key; only when that is encrypted. */
  readonly password?: Uint8Array
}

/** `+CCERTDOWN` takes no more, in bytes. */
const maxFile = 10_240
const certificate = /-----BEGIN (X509 |TRUSTED )?CERTIFICATE-----/
const privateKey = /-----BEGIN ([A-Z]+ )?PRIVATE KEY-----/
const encrypted = /-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m

/** The files of the options, checked as far as a PEM can be without reading it. Throws a `CertificateError`. */
export function pemFiles({ ca, cert, key, passphrase }: TlsOptions): PemFiles {
  checkPair(cert, key)
  const keyFile = key === undefined ? undefined : keyFileOf(key)
  const password = keyFile && passwordOf(keyFile, passphrase)
  return {
    ...(ca !== undefined && { ca: certificatesOf('ca', ca) }),
    ...(cert !== undefined && { cert: certificatesOf('cert', cert) }),
    ...(keyFile && { key: keyFile }),
    ...(password && { password }),
  }
}

function checkPair(cert: unknown, key: unknown): void {
  if ((cert === undefined) === (key === undefined)) return
  const [given, missing] = key === undefined ? ['cert', 'key'] : ['key', 'cert']
  throw new CertificateError('incomplete', `${given} needs ${missing}: give both, or none.`)
}

function certificatesOf(what: 'ca' | 'cert', given: Pem | readonly Pem[]): Uint8Array {
  const parts = (Array.isArray(given) ? given : [given as Pem]).map((pem) => bytesOfPem(what, pem))
  for (const part of parts) checkCertificate(what, textOf(part))
  return fitting(what, concat(parts.map(endingLine)))
}

function checkCertificate(what: string, text: string): void {
  if (privateKey.test(text))
    throw new CertificateError('badPem', `${what} holds a private key: take it out, only key may hold one.`)
  if (!certificate.test(text))
    throw new CertificateError('badPem', `${what} is no certificate in PEM: it must hold -----BEGIN CERTIFICATE-----.`)
}

function keyFileOf(given: Pem): Uint8Array {
  const file = bytesOfPem('key', given)
  if (!privateKey.test(textOf(file)))
    throw new CertificateError('badPem', 'key is no private key in PEM: it must hold -----BEGIN PRIVATE KEY-----.')
  return fitting('key', file)
}

function passwordOf(key: Uint8Array, passphrase: string | undefined): Uint8Array | undefined {
  if (!encrypted.test(textOf(key))) return undefined
  if (passphrase === undefined || passphrase === '')
    throw new CertificateError('incomplete', 'key is encrypted: give its passphrase, or decrypt it with openssl pkey.')
  return fitting('passphrase', new TextEncoder().encode(passphrase))
}

function bytesOfPem(what: string, pem: unknown): Uint8Array {
  if (typeof pem === 'string') return new TextEncoder().encode(pem)
  if (pem instanceof Uint8Array) return pem
  throw new CertificateError('badPem', `${what} must be the text or the bytes of a PEM file, not its path.`)
}

/** So that the next one's BEGIN is on a line of its own. */
const endingLine = (part: Uint8Array): Uint8Array => (part.at(-1) === 0x0a ? part : concat([part, bytesOf('\n')]))

function fitting(what: string, file: Uint8Array): Uint8Array {
  if (file.length <= maxFile) return file
  const rest = what === 'ca' ? ': leave out what the server does not need' : ''
  throw new CertificateError(
    'tooLong',
    `${what} has ${file.length} bytes, the module takes ${maxFile} in one file${rest}.`,
  )
}

/** 128 bits of SHA-256 in hex: nobody finds two files with one name. */
const digits = 32

/** The name of a file, made of what is in it: 43 bytes; the shortest limit of a firmware is 55. */
export async function ownName(content: Uint8Array): Promise<string> {
  return `${ownFilePrefix}${(await digest(content)).slice(0, digits)}.pem`
}

/**
 * The name of a key's password file. Not made of the password: the store is listed to everybody, and a short password
 * can be found from its hash. So what is in it can't be told from its name, and it is written each time.
 */
export const passwordName = (keyName: string, sslContext: number): string =>
  keyName.replace(/\.pem$/, `-${sslContext}.pem`)

/** SHA-256 in hex. WebCrypto is in Node 20 and wherever Web Serial is. */
export async function digest(content: Uint8Array): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', Uint8Array.from(content))
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
