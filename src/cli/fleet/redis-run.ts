import { type FleetRunOptions, shardsFor } from '../../fleet/engine/fleet-run.ts'
import { openRedis } from '../../fleet/engine/redis/open-redis.ts'
import { type RedisAddress, redisText } from '../../fleet/engine/redis/redis-address.ts'
import type { RedisClient } from '../../fleet/engine/redis/redis-client.ts'
import { RedisEngine } from '../../fleet/engine/redis/redis-engine.ts'
import type { RunRecord } from '../../fleet/engine/redis/run-record.ts'
import { RunStore } from '../../fleet/engine/redis/run-store.ts'
import { moduleCount, type Scenario } from '../../fleet/scenario/scenario.ts'
import { SetupError } from '../../io/setup-error.ts'
import { version } from '../../launch/package.ts'
import { UsageError } from '../../launch/usage-error.ts'
import { printError } from '../output.ts'
import type { PreparedRun } from './prepared-run.ts'

export const warnOfRedis = (sentence: string): void => printError(`atmqtt: ${sentence}\n`)

/** A run whose modules are with the workers of a Redis. */
export async function newRedisRun(
  address: RedisAddress,
  scenario: Scenario,
  settings: FleetRunOptions,
): Promise<PreparedRun> {
  if (scenario.broker.kind === 'embedded')
    throw new UsageError(
      'With --redis the modules are on other machines: give a server that all of them reach, with --broker mqtt://HOST.',
    )
  const client = await openRedis(address, warnOfRedis)
  const slots = (await new RunStore(client).workers()).reduce((sum, worker) => sum + worker.slots, 0)
  const shards = settings.shards ?? shardsFor(moduleCount(scenario), slots)
  return prepared(client, scenario, { ...settings, shards }, settings.target ?? null)
}

/** One that another controller began. */
export async function takenUpRun(address: RedisAddress, id: string, allowCommands: boolean): Promise<PreparedRun> {
  const client = await openRedis(address, warnOfRedis)
  try {
    const { scenario, shards, maxRate, target } = await recordOf(client, address, id)
    const settings = { id, shards, maxRate, target: target ?? undefined, allowCommands }
    return prepared(client, scenario, settings, target)
  } catch (error) {
    client.disconnect()
    throw error
  }
}

async function recordOf(client: RedisClient, address: RedisAddress, id: string): Promise<RunRecord> {
  const record = await new RunStore(client).record(id)
  if (!record) throw noSuchRun(address, id)
  if (record.version !== version)
    throw new SetupError('unsupported', `Run ${id} was begun by atmqtt ${record.version}: take that version.`)
  return record
}

export const noSuchRun = (address: RedisAddress, id: string): SetupError =>
  new SetupError('missing', `Redis at ${redisText(address)} has no run ${id}: "atmqtt fleet list" names those it has.`)

const prepared = (
  client: RedisClient,
  scenario: Scenario,
  settings: FleetRunOptions,
  target: string | null,
): PreparedRun => ({
  ...{ scenario, settings },
  engine: (note) => new RedisEngine(client, settings.id, target, note),
})
