import { writeFileSync } from 'node:fs'
import { CoveredCount } from './covered-count.ts'
import type { Target } from './targets.ts'

const limit = (name: string): number => Number(process.env[name] || Number.POSITIVE_INFINITY)

/** jsfuzz runs until it is killed: its worker ends by itself after so many inputs or seconds, and writes down what it did. */
export function bounded(target: Target): Target {
  const [runs, seconds] = [limit('ATMQTT_FUZZ_RUNS'), limit('ATMQTT_FUZZ_SECONDS')]
  const begin = Date.now()
  let inputs = 0
  let count: CoveredCount | undefined
  return (input) => {
    count ??= new CoveredCount()
    if (inputs >= runs || (inputs % 16 === 0 && Date.now() - begin >= seconds * 1000)) finish(inputs, begin, count)
    inputs++
    target(new Uint8Array(input))
    count.update()
  }
}

function finish(inputs: number, begin: number, { covered, coverable }: CoveredCount): never {
  const seconds = (Date.now() - begin) / 1000
  writeFileSync(process.env.ATMQTT_FUZZ_RESULT ?? '', JSON.stringify({ inputs, seconds, covered, coverable }))
  process.exit(0)
}
