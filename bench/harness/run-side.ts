import { exit, stdin, stdout } from 'node:process'
import { createInterface } from 'node:readline'
import { benchmarks } from '../rows/rows.ts'
import type { Context } from './benchmark.ts'

/** One side of one round: prints its value, as JSON, and ends. One of bursts prints a value for each line that it reads. */
export async function runSide([name, side, context = '{"brokerPort":0}']: readonly string[]): Promise<void> {
  const benchmark = benchmarks.find((one) => one.name === name)
  if (!benchmark || (side !== 'ours' && side !== 'other')) throw new Error(`no such side: ${name} ${side}`)
  const made = await benchmark[side](JSON.parse(context) as Context)
  if (typeof made === 'number') return void stdout.write(`${JSON.stringify({ value: made })}\n`, () => exit(0))
  stdout.write('{}\n')
  for await (const _ of createInterface({ input: stdin })) stdout.write(`${JSON.stringify({ value: await made() })}\n`)
  exit(0)
}
