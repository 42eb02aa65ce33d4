import { availableParallelism } from 'node:os'
import type { Command } from 'commander'
import { parseRedisUrl, type RedisAddress } from '../../fleet/engine/redis/redis-address.ts'
import { exitCodes } from '../exit.ts'
import { wholeOption } from './run-options.ts'

interface RedisOptions {
  readonly redis: RedisAddress
}

/** `fleet worker`, `status`, `stop` and `list`: runs on several machines. */
export function addRedisCommands(add: (usage: string, summary: string) => Command, done: (code: number) => void): void {
  const withRedis = (command: Command): Command =>
    command.requiredOption('--redis <url>', 'redis://[USER:PASSWORD@]HOST[:PORT][/DATABASE]', parseRedisUrl)

  withRedis(add('worker', 'runs modules for the runs of a Redis'))
    .option('--slots <n>', 'parts of runs at a time; one a core', wholeOption('--slots', 1, 1000))
    .action(async ({ redis, slots }: RedisOptions & { readonly slots?: number }) => {
      const { runWorker } = await import('./worker.ts')
      await runWorker(redis, slots ?? availableParallelism())
      done(exitCodes.ok)
    })
  withRedis(add('list', 'lists the runs of a Redis')).action(async ({ redis }: RedisOptions) => {
    const { listRuns } = await import('./redis-views.ts')
    await listRuns(redis)
    done(exitCodes.ok)
  })
  withRedis(add('status', 'tells how a run stands, and who runs it'))
    .argument('[RUN]', 'its name; the newest')
    .action(async (run: string | undefined, { redis }: RedisOptions) => {
      const { showRun } = await import('./redis-views.ts')
      await showRun(redis, run)
      done(exitCodes.ok)
    })
  withRedis(add('stop', 'ends a run in order'))
    .argument('RUN', 'its name')
    .action(async (run: string, { redis }: RedisOptions) => {
      const { stopRun } = await import('./redis-views.ts')
      await stopRun(redis, run)
      done(exitCodes.ok)
    })
}
