import type { Command } from 'commander'
import { parseRedisUrl } from '../../fleet/engine/redis/redis-address.ts'
import { type HostPort, parseHostPort } from '../../launch/addresses.ts'
import { UsageError } from '../../launch/usage-error.ts'
import type { RunCliOptions } from './run-settings.ts'

export function addRun(run: Command, done: (code: number) => void): void {
  run
    .argument('[FILE]', 'a scenario in YAML')
    .option('--demo', 'a scenario of under a minute, with its own broker')
    .option('--modules <n>', 'so many modules, in the same parts', wholeOption('--modules', 1, 1_000_000))
    .option('--broker <url>', 'mqtt://HOST[:PORT], mqtts://HOST[:PORT] or embedded')
    .option('--duration <time>', 'the whole run, such as 20s or 5m', duration)
    .option('--seed <n>', 'other random numbers', wholeOption('--seed', 0, 4_294_967_295))
    .option('--target <host>', 'the server beyond this machine that may be loaded')
    .option('--max-rate <n>', 'connections a second; 100 beyond this machine', wholeOption('--max-rate', 1, 1_000_000))
    .option('--shards <n>', 'processes; one a core', wholeOption('--shards', 1, 1000))
    .option('--redis <url>', 'workers of this Redis run the modules', parseRedisUrl)
    .option('--run <id>', 'takes up a run that Redis has')
    .option('--allow-commands', "the scenario's commands may run")
    .option('--json <file>', 'the report as JSON')
    .option('--html <file>', 'the report as one page with plots')
    .option('--junit <file>', 'expectations as JUnit XML')
    .option('--prometheus <host:port>', 'where a Prometheus server may read', metricsAddress)
    .action(async (file: string | undefined, options: RunCliOptions) => {
      const { runScenario } = await import('./run.ts')
      done(await runScenario(file, options))
    })
}

/** A port alone is one of this machine. */
const metricsAddress = (text: string): HostPort =>
  parseHostPort('--prometheus')(/^\d+$/.test(text) ? `127.0.0.1:${text}` : text)

export const wholeOption = (option: string, least: number, most: number) => (text: string) => {
  const number = Number(text)
  if (/^\d+$/.test(text) && number >= least && number <= most) return number
  throw new UsageError(`${option} ${text}: give a whole number from ${least} to ${most}.`)
}

function duration(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? []
  const ms = Number(number) * ({ ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[unit ?? ''] ?? 0)
  if (ms >= 1) return ms
  throw new UsageError(`--duration ${text}: give a time with its unit, such as 20s or 5m.`)
}
