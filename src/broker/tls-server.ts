import { createServer, type Server } from 'node:tls'
import type { ListenAddress } from '../io/transports/tcp-socket.ts'
import type { Authority } from './authority.ts'

export interface TlsListenOptions extends ListenAddress {
  /** Gives the server's certificate and vouches for those of clients. */
  readonly authority: Authority
  /** Only clients with a certificate of this authority may connect. */
  readonly requireCertificate?: boolean | undefined
}

/** Old modules offer TLS 1.0, whose SHA-1 only level 0 allows. */
const ciphers = 'DEFAULT:@SECLEVEL=0'

/** A server for TLS 1.0 to 1.3. */
export async function createTlsServer({ host, authority, requireCertificate }: TlsListenOptions): Promise<Server> {
  const { certificate, key } = await authority.server(host)
  const demand = requireCertificate && { ca: authority.root, requestCert: true, rejectUnauthorized: true }
  return createServer({ cert: certificate, key, ciphers, minVersion: 'TLSv1', noDelay: true, ...demand })
}
