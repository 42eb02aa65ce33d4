import type { TlsOptions } from 'node:tls'
import type { CertificateStore } from '../../../src/io/tls/certificate-store.ts'
import { type Made, make } from '../../../src/io/tls/testing-certificates.ts'
import { listenTls, storeOf } from '../../../src/io/tls/testing-tls.ts'

export const hosts = ['broker.test', '127.0.0.1']
const connack = Buffer.from([0x20, 2, 0, 0])

/** A TLS listener that answers the first packet, a CONNECT, with CONNACK 0. */
export async function listenMqtts(options: TlsOptions, address?: string) {
  const listener = await listenTls(options, address)
  const connects: Buffer[] = []
  listener.server.on('secureConnection', (socket) =>
    socket.once('data', (bytes: Buffer) => {
      connects.push(bytes)
      socket.write(connack)
    }),
  )
  return { ...listener, connects }
}

/** Certificates of a small world: one authority that the module and the servers trust, and one that nobody does. */
export interface TlsPeers {
  readonly root: Made
  /** Of servers, by what is the matter with them. */
  readonly servers: Readonly<Record<'right' | 'untrusted' | 'otherHost' | 'expired', { key: string; cert: string }>>
  readonly files: Readonly<Record<string, string>>
  store(): CertificateStore
}

const pair = ({ key, pem: cert }: Made) => ({ key, cert })

export async function makeTlsPeers(): Promise<TlsPeers> {
  const root = await make({ name: 'Root', ca: true, from: '2010-01-01' })
  const nobody = await make({ name: 'Nobody', ca: true })
  const client = await make({ name: 'Client', issuer: root })
  const stranger = await make({ name: 'Stranger', issuer: nobody })
  const servers = {
    right: pair(await make({ name: 'Server', issuer: root, hosts })),
    untrusted: pair(await make({ name: 'Server', issuer: nobody, hosts })),
    otherHost: pair(await make({ name: 'Server', issuer: root, hosts: ['other.test'] })),
    expired: pair(await make({ name: 'Server', issuer: root, hosts, from: '2019-01-01', to: '2020-01-01' })),
  }
  const files = {
    'ca.pem': root.pem,
    'cert.pem': client.pem,
    'key.pem': client.key,
    'stranger.pem': stranger.pem,
    'stranger-key.pem': stranger.key,
  }
  return { root, servers, files, store: () => storeOf(files) }
}

/** The server wants a client certificate that it trusts. */
export const wanting = (root: Made): TlsOptions => ({ ca: root.pem, requestCert: true, rejectUnauthorized: true })
