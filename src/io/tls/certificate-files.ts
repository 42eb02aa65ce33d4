import { createPrivateKey, type KeyObject, type PrivateKeyInput, X509Certificate } from 'node:crypto'
import { errorCode } from '../setup-error.ts'

const pemCertificate = /-----BEGIN (X509 )?CERTIFICATE-----[\s\S]*?-----END (X509 )?CERTIFICATE-----/g

/** The certificates of a PEM file, in its order, or the one of a DER file; undefined when one of them is none. */
export function certificatesIn(file: Uint8Array): readonly X509Certificate[] | undefined {
  const blocks = isPem(file) ? textIn(file).match(pemCertificate) : [file]
  try {
    return blocks?.map((block) => new X509Certificate(block))
  } catch {
    return undefined
  }
}

/** Why there is no key. None of them says anything about its contents. */
export type KeyFault = 'noKey' | 'passwordMissing' | 'passwordWrong'

/** The private key of a PEM or DER file: PKCS #8, PKCS #1 or SEC 1. */
export function privateKeyIn(file: Uint8Array, password: Uint8Array | undefined): KeyObject | KeyFault {
  const key = Buffer.from(file)
  if (isPem(file)) return openKey({ key, format: 'pem' }, password)
  const pkcs8 = openKey({ key, format: 'der', type: 'pkcs8' }, password)
  if (pkcs8 !== 'noKey') return pkcs8
  const others = (['pkcs1', 'sec1'] as const).map((type) => openKey({ key, format: 'der', type }, undefined))
  return others.find((other) => typeof other !== 'string') ?? 'noKey'
}

/** With a wrong password OpenSSL reports now this, now that: whether a key has one shows when none is given. */
function openKey(input: PrivateKeyInput, password: Uint8Array | undefined): KeyObject | KeyFault {
  const plain = attempt(input)
  if (typeof plain !== 'string') return plain
  if (!asksForPassword.has(plain)) return 'noKey'
  if (password === undefined) return 'passwordMissing'
  const opened = attempt({ ...input, passphrase: Buffer.from(withoutLineEnd(password)) })
  return typeof opened === 'string' ? 'passwordWrong' : opened
}

const asksForPassword = new Set(['ERR_MISSING_PASSPHRASE', 'ERR_OSSL_CRYPTO_INTERRUPTED_OR_CANCELLED'])

function attempt(input: PrivateKeyInput): KeyObject | string {
  try {
    return createPrivateKey(input)
  } catch (error) {
    return errorCode(error) ?? ''
  }
}

const isPem = (file: Uint8Array): boolean => textIn(file).includes('-----BEGIN ')
const textIn = (file: Uint8Array): string => Buffer.from(file.buffer, file.byteOffset, file.length).toString('latin1')

/** Editors end a file with a line end that is no part of the password. */
function withoutLineEnd(bytes: Uint8Array): Uint8Array {
  let end = bytes.length
  if (bytes[end - 1] === 0x0a) end--
  if (bytes[end - 1] === 0x0d) end--
  return bytes.subarray(0, end)
}
