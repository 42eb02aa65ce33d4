import { exit, stdout } from 'node:process'
import { benchmarks } from '../rows/rows.ts'
import type { Context } from './benchmark.ts'

/** One side of one round: prints its value, as JSON, and ends. */
export async function runSide([name, side, context = '{"brokerPort":0}']: readonly string[]): Promise<void> {
  const benchmark = benchmarks.find((one) => one.name === name)
  if (!benchmark || (side !== 'ours' && side !== 'other')) throw new Error(`no such side: ${name} ${side}`)
  const value = await benchmark[side](JSON.parse(context) as Context)
  stdout.write(`${JSON.stringify({ value })}\n`, () => exit(0))
}
