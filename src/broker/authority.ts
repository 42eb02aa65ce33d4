import { createPublicKey } from 'node:crypto'
import { makeAuthorityFolder } from './authority-files.ts'
import { openRoot } from './authority-root.ts'
import { type Credentials, openServer } from './authority-server.ts'
import { clientCertificate, newKey } from './certificates.ts'

/** A certificate authority for tests, kept in a folder. */
export interface Authority {
  /** Where the root certificate is. */
  readonly rootPath: string
  /** The root certificate, PEM. */
  readonly root: string
  /** The server's, for this machine and for the address it listens on: made on first use, renewed when it has to be. */
  server(host: string): Promise<Credentials>
  /** A new certificate and key for a client; they are not kept. */
  issueClient(name: string): Promise<Credentials>
}

export interface AuthorityOptions {
  /** The date, in ms since 1970. */
  readonly now?: () => number
}

/** Opens the authority in `folder`, or makes it on first use. Rejects with a `SetupError`. */
export async function openAuthority(folder: string, { now = Date.now }: AuthorityOptions = {}): Promise<Authority> {
  makeAuthorityFolder(folder)
  const { path, pem, issuer, validity } = await openRoot(folder, now)
  return {
    rootPath: path,
    root: pem,
    server: (host) => openServer({ folder, issuer, host, now: now(), validity }),
    async issueClient(name) {
      const key = await newKey()
      const draft = { ...validity(clientDays), name, publicKey: createPublicKey(key) }
      return { certificate: await clientCertificate(issuer, draft), key }
    },
  }
}

/** As long as the root lasts: a test device in the field must not stop working because its certificate has expired. */
const clientDays = Number.POSITIVE_INFINITY
