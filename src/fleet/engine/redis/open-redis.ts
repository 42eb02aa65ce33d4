import type { Redis } from 'ioredis'
import type { RedisAddress } from './redis-address.ts'
import { checkRedisVersion, connectRedis, redisWarnings } from './redis-client.ts'

/** A connection to a Redis that can be used; `warn`: how it should be set up otherwise. */
export async function openRedis(address: RedisAddress, warn: (sentence: string) => void): Promise<Redis> {
  const client = await connectRedis(address)
  try {
    await checkRedisVersion(client)
    for (const sentence of await redisWarnings(client)) warn(sentence)
  } catch (error) {
    client.disconnect()
    throw error
  }
  return client
}
