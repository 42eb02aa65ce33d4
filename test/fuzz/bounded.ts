import { writeFileSync } from 'node:fs'
import type { Target } from './targets.ts'

interface Counters {
  readonly s: Readonly<Record<string, number>>
  readonly f: Readonly<Record<string, number>>
  readonly b: Readonly<Record<string, readonly number[]>>
}

const limit = (name: string): number => Number(process.env[name] || Number.POSITIVE_INFINITY)

/** jsfuzz runs until it is killed: its worker ends by itself after so many inputs or seconds, and writes down what it did. */
export function bounded(target: Target): Target {
  const [runs, seconds] = [limit('ATMQTT_FUZZ_RUNS'), limit('ATMQTT_FUZZ_SECONDS')]
  const begin = Date.now()
  let inputs = 0
  return (input) => {
    if (inputs >= runs || (inputs % 16 === 0 && Date.now() - begin >= seconds * 1000)) finish(inputs, begin)
    inputs++
    target(new Uint8Array(input))
  }
}

function finish(inputs: number, begin: number): never {
  const seconds = (Date.now() - begin) / 1000
  writeFileSync(process.env.ATMQTT_FUZZ_RESULT ?? '', JSON.stringify({ inputs, seconds, ...coverage() }))
  process.exit(0)
}

/** Statements, functions and branches, as jsfuzz counts them. */
function coverage(): { readonly covered: number; readonly coverable: number } {
  const files = Object.values((globalThis as { __coverage__?: Readonly<Record<string, Counters>> }).__coverage__ ?? {})
  const counts = files.flatMap(({ s, f, b }) => [...Object.values(s), ...Object.values(f), ...Object.values(b).flat()])
  return { covered: counts.filter((count) => count > 0).length, coverable: counts.length }
}
