import type { Redis } from 'ioredis'
import { errorText, SetupError } from '../../../io/setup-error.ts'
import { type RedisAddress, redisText } from './redis-address.ts'
import { loadRedis } from './redis-packages.ts'

export type RedisClient = Redis

/** Tells, once each, that the connection is lost and that it is there again. */
export function noteOutages(client: Redis, note: (sentence: string) => void): void {
  let isAway = false
  client.on('close', () => {
    if (isAway) return
    isAway = true
    note('Redis is not reached: modules go on for some seconds without it.')
  })
  client.on('ready', () => {
    if (isAway) note('Redis is reached again.')
    isAway = false
  })
}

const connectTimeoutMs = 2000
/** Without an answer for so long the connection is made anew: one through a network that dropped its packets stays dead. */
const silentMs = 3000
const reconnectMs = 250

/** Connects. Rejects with a `SetupError` where no Redis that can be used answers; later it connects again for ever. */
export async function connectRedis(address: RedisAddress): Promise<Redis> {
  const { host, port, username, password, database, tls } = address
  const Client = await loadRedis()
  let isOpen = false
  const client = new Client({
    ...{ host, port, db: database, connectTimeout: connectTimeoutMs, socketTimeout: silentMs, lazyConnect: true },
    ...{ maxRetriesPerRequest: null, retryStrategy: () => (isOpen ? reconnectMs : null) },
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(tls && { tls: {} }),
  })
  let failure: unknown
  client.on('error', (error) => {
    failure = error
  })
  try {
    await client.connect()
    await client.ping()
  } catch (error) {
    client.disconnect()
    throw unreachable(address, failure ?? error)
  }
  isOpen = true
  return client
}

function unreachable(address: RedisAddress, error: unknown): SetupError {
  const text = errorText(error)
  const at = redisText(address)
  if (/NOAUTH|WRONGPASS|invalid (password|username)|NOPERM/i.test(text))
    return new SetupError('denied', `Redis at ${at} refuses the login: give redis://USER:PASSWORD@HOST.`)
  return new SetupError(
    'missing',
    `No Redis answers at ${at} (${text}): start redis-server there, or give another --redis.`,
  )
}

/** What is wrong with how a Redis is set up, a sentence each: runs work on it, until it restarts or is full. */
export async function redisWarnings(client: Redis): Promise<readonly string[]> {
  const information = await client.info()
  const value = (name: string): string | undefined => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(information)?.[1]
  const warnings: string[] = []
  if (value('aof_enabled') === '0')
    warnings.push(
      'Redis keeps no append-only file: when it restarts, all runs in it are lost. Set "appendonly yes" (redis-cli config set appendonly yes).',
    )
  const policy = value('maxmemory_policy')
  if (policy !== undefined && policy !== 'noeviction')
    warnings.push(
      `Redis drops keys when its memory is full (${policy}), and runs with them. Set "maxmemory-policy noeviction" (redis-cli config set maxmemory-policy noeviction).`,
    )
  return warnings
}

const leastVersion = [6, 2]

/** Rejects with a `SetupError` where it is too old. */
export async function checkRedisVersion(client: Redis): Promise<void> {
  const [, version = '0'] = /^redis_version:(.*?)\r?$/m.exec(await client.info('server')) ?? []
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > leastVersion[0]! || (major === leastVersion[0] && minor >= leastVersion[1]!)) return
  throw new SetupError('unsupported', `Redis ${version} is too old: take ${leastVersion.join('.')} or a later one.`)
}
