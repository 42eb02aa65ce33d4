import { createPublicKey, type KeyObject, type X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { hostname, networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { domainToASCII } from 'node:url'
import { certificateIn, keyIn, modes, readOrMake, readTextFile, replaceFile } from './authority-files.ts'
import { type Issuer, newKey, serverCertificate, type Validity } from './certificates.ts'

/** A certificate and its private key (PKCS #8), both PEM. */
export interface Credentials {
  readonly certificate: string
  readonly key: string
}

export interface ServerRequest {
  readonly folder: string
  readonly issuer: Issuer
  /** The address the server listens on. */
  readonly host: string
  readonly now: number
  validity(days: number): Validity
}

const serverDays = 398

/**
 * Reads or makes `server.key` and `server.pem`. The key is kept when the certificate is renewed, so that an interrupted
 * renewal leaves a matching pair. A key that a user put there, also an RSA key, gets a certificate too.
 */
export async function openServer(request: ServerRequest): Promise<Credentials> {
  const { folder, issuer, host } = request
  const [path, keyPath] = [join(folder, 'server.pem'), join(folder, 'server.key')]
  const key = await readOrMake(keyPath, modes.secret, newKey)
  const privateKey = keyIn(keyPath, key)
  const found = readTextFile(path)
  if (found !== undefined && isUsable(certificateIn(path, found), privateKey, request))
    return { certificate: found, key }
  const draft = { ...request.validity(serverDays), name: 'atmqtt broker', publicKey: createPublicKey(privateKey) }
  const certificate = await serverCertificate(issuer, draft, hostsFor(host))
  replaceFile(path, certificate, modes.public)
  return { certificate, key }
}

function isUsable(server: X509Certificate, key: KeyObject, { issuer, host, now }: ServerRequest): boolean {
  const isOurs = server.verify(createPublicKey(issuer.key)) && server.checkPrivateKey(key)
  return isOurs && Date.parse(server.validTo) > now && hostsFor(host).every((each) => answersFor(server, each))
}

const everyAddress: readonly string[] = ['0.0.0.0', '::']

/** The names and addresses that clients may use for a server that listens on `host`. */
function hostsFor(host: string): readonly string[] {
  const given = everyAddress.includes(host) ? [hostname(), ...ownAddresses()] : [host]
  const names = given.map((each) => (isIP(each) ? each : domainToASCII(each))).filter((each) => each !== '')
  return [...new Set(['localhost', '127.0.0.1', '::1', ...names])]
}

const ownAddresses = (): readonly string[] =>
  Object.values(networkInterfaces()).flatMap((addresses = []) => addresses.map(({ address }) => address))

const answersFor = (certificate: X509Certificate, host: string): boolean =>
  (isIP(host) ? certificate.checkIP(host) : certificate.checkHost(host)) !== undefined
