import { UsageError } from '../../../launch/usage-error.ts'

export interface RedisAddress {
  readonly host: string
  readonly port: number
  readonly username: string | undefined
  readonly password: string | undefined
  readonly database: number
  readonly tls: boolean
}

/** `redis://[USER:PASSWORD@]HOST[:PORT][/DATABASE]`, `rediss://` with TLS. What it says of a wrong one has no password in it. */
export function parseRedisUrl(text: string): RedisAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const [, database] = /^\/?(\d{0,4})$/.exec(url?.pathname ?? '') ?? []
  if (
    !url ||
    !['redis:', 'rediss:'].includes(url.protocol) ||
    url.hostname === '' ||
    database === undefined ||
    url.search
  )
    throw new UsageError(
      '--redis: give redis://[USER:PASSWORD@]HOST[:PORT][/DATABASE], or rediss:// with TLS, such as redis://127.0.0.1:6379.',
    )
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || 6379),
    username: decoded(url.username),
    password: decoded(url.password),
    database: Number(database),
    tls: url.protocol === 'rediss:',
  }
}

/** As people may read it: without a login. */
export const redisText = ({ host, port, database, tls }: RedisAddress): string =>
  `${tls ? 'rediss' : 'redis'}://${host.includes(':') ? `[${host}]` : host}:${port}${database > 0 ? `/${database}` : ''}`

/** A percent sign that begins no escape is one. */
function decoded(text: string): string | undefined {
  if (text === '') return undefined
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
