import { networkInterfaces } from 'node:os'
import { hostAndPort, isLoopback } from '../../io/transports/tcp-socket.ts'

/** Names under which browsers may ask for the page: made when it listens, compared whole. */
export class Gate {
  readonly #hosts: ReadonlySet<string>
  readonly #origins: ReadonlySet<string>

  constructor(host: string, port: number) {
    const hosts = namesOf(host).map((name) => hostAndPort(name, port))
    this.#hosts = new Set(port === 80 ? [...hosts, ...hosts.map((name) => name.replace(/:80$/, ''))] : hosts)
    this.#origins = new Set([...this.#hosts].map((name) => `http://${name}`))
  }

  /** The `Host` of a request. */
  admitsHost(host: string | undefined): host is string {
    return host !== undefined && this.#hosts.has(host)
  }

  /** The `Origin` of a WebSocket: there has to be one. */
  admitsOrigin(origin: string | undefined): boolean {
    return origin !== undefined && this.#origins.has(origin)
  }
}

const anyAddress: ReadonlySet<string> = new Set(['0.0.0.0', '::'])

function namesOf(host: string): readonly string[] {
  if (isLoopback(host)) return [...new Set([host, 'localhost', '127.0.0.1'])]
  if (!anyAddress.has(host)) return [host]
  const addresses = Object.values(networkInterfaces()).flatMap((all = []) => all.map(({ address }) => address))
  return ['localhost', ...addresses]
}

/** On every answer. `host`: of the list. */
export const securityHeaders = (host: string): Readonly<Record<string, string>> => ({
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    // Not every browser takes 'self' for a WebSocket.
    `connect-src 'self' ws://${host}`,
    "img-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types atmqtt-worker',
  ].join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cache-control': 'no-cache',
})
