import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { FleetWorker } from '../../fleet/engine/redis/fleet-worker.ts'
import { openRedis } from '../../fleet/engine/redis/open-redis.ts'
import { type RedisAddress, redisText } from '../../fleet/engine/redis/redis-address.ts'
import { print } from '../output.ts'
import { stopSignal } from '../signals.ts'
import { warnOfRedis } from './redis-run.ts'
import { thisProgram } from './run.ts'

/** `fleet worker`, until it is stopped. */
export async function runWorker(redis: RedisAddress, slots: number): Promise<void> {
  const client = await openRedis(redis, warnOfRedis)
  const name = `${hostname()}-${process.pid}-${randomBytes(3).toString('hex')}`
  const note = (sentence: string): void => print(`${sentence}\n`)
  const worker = await FleetWorker.open(client, { name, slots, program: thisProgram(), note })
  note(`waits for runs at ${redisText(redis)}, ${slots} at a time`)
  await worker.run(stopSignal())
}
