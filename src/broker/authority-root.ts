import { createPublicKey, type KeyObject, type X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import { SetupError } from '../io/setup-error.ts'
import { certificateIn, keyIn, modes, readOrMake, readTextFile, remedy } from './authority-files.ts'
import { type Issuer, newKey, rootCertificate, type Validity } from './certificates.ts'

export interface Root {
  readonly path: string
  readonly pem: string
  readonly issuer: Issuer
  /** So many days from now, but not beyond the root's own end. */
  validity(days: number): Validity
}

const dayMs = 86_400_000
const rootDays = 3650
const rootName = 'atmqtt test CA'

/** Reads or makes `root.key` and `root.pem`: the key first, so a start that was cut off is finished by the next one. */
export async function openRoot(folder: string, now: () => number): Promise<Root> {
  const path = join(folder, 'root.pem')
  const issuer = { name: rootName, key: await rootKey(folder) }
  const pem = await readOrMake(path, modes.public, () => rootCertificate(issuer, validity(now(), rootDays)))
  const certificate = certificateIn(path, pem)
  const flaw = flawOf(certificate, issuer.key, now())
  if (flaw !== undefined) throw new SetupError('invalid', `${path} ${flaw}: ${remedy(path)}.`)
  const end = Date.parse(certificate.validTo)
  return { path, pem, issuer, validity: (days) => validity(now(), days, end) }
}

/** From yesterday on, for clients whose clock is a little behind. */
const validity = (now: number, days: number, end = Number.POSITIVE_INFINITY): Validity => ({
  notBefore: new Date(now - dayMs),
  notAfter: new Date(Math.min(now + days * dayMs, end)),
})

async function rootKey(folder: string): Promise<KeyObject> {
  const [path, certificatePath] = [join(folder, 'root.key'), join(folder, 'root.pem')]
  const pem = await readOrMake(path, modes.secret, () => {
    const orphaned = readTextFile(certificatePath) !== undefined && readTextFile(path) === undefined
    if (orphaned) throw new SetupError('missing', `${path} is gone, but not ${certificatePath}: ${remedy(path)}.`)
    return newKey()
  })
  const key = keyIn(path, pem)
  if (key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return key
  throw new SetupError('invalid', `${path} is no EC P-256 key: ${remedy(path)}.`)
}

function flawOf(root: X509Certificate, key: KeyObject, now: number): string | undefined {
  if (!root.checkPrivateKey(key)) return 'does not fit the key beside it'
  if (!root.ca || !root.verify(createPublicKey(key))) return 'is no intact root certificate'
  if (Date.parse(root.validTo) <= now) return 'has expired'
  return undefined
}
