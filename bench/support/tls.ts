import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, createSecureContext, type SecureContext, type TLSSocket } from 'node:tls'
import { bytesOf } from '../../src/at/syntax/bytes.ts'
import { type CertificateStore, memoryStore } from '../../src/io/tls/certificate-store.ts'
import { acquireTlsClient } from './host.ts'
import { type InMemory, moduleInMemory } from './module.ts'
import { startServer } from './process.ts'

/** What a client of the TLS server needs. */
export interface TlsPeer {
  readonly port: number
  /** PEM. */
  readonly ca: string
}

/** The same for all rows: what `+CSSLCFG` calls `authmode`. */
export type AuthMode = 0 | 1

const caCert = 'ca.pem'

/** The light server in a process of its own, which ends with this one; its keys are new. */
export async function startTlsServer(): Promise<TlsPeer> {
  const folder = mkdtempSync(join(tmpdir(), 'atmqtt-bench-'))
  try {
    const { port } = await startServer('tls', folder)
    return { port, ca: readFileSync(join(folder, 'root.pem'), 'utf8') }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** One store for all modules. */
export function storeWith({ ca }: TlsPeer): CertificateStore {
  const store = memoryStore()
  store.write(caCert, bytesOf(ca))
  return store
}

/** A module in memory, ready for its CONNECT. */
export async function tlsModule(
  certificates: CertificateStore,
  clientId: string,
  authMode: AuthMode,
): Promise<InMemory> {
  const made = moduleInMemory(certificates)
  await acquireTlsClient(made.host, clientId, authMode, caCert)
  return made
}

/** One context for all raw clients; OpenSSL checks no signature where it knows no issuer. */
export const rawContext = ({ ca }: TlsPeer, authMode: AuthMode): SecureContext =>
  createSecureContext(authMode === 1 ? { ca } : {})

export interface RawTlsClient {
  readonly port: number
  readonly secureContext: SecureContext
  readonly authMode: AuthMode
  /** The CONNECT packet. */
  readonly packet: Uint8Array
}

/** Handshake, CONNECT and CONNACK by hand, without a session to resume, as ours. */
export function rawTlsClient({ port, secureContext, authMode, packet }: RawTlsClient): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, secureContext, rejectUnauthorized: authMode === 1 }
    const socket = connect(options, () => socket.write(packet))
    socket.setNoDelay(true).on('error', reject)
    socket.once('data', (bytes) => (bytes[0]! >> 4 === 2 ? resolve(socket) : reject(new Error('no CONNACK'))))
  })
}
