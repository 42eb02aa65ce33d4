import { argv } from 'node:process'
import { measureAll } from './harness/measure-all.ts'
import { runSide } from './harness/run-side.ts'
import { serve } from './support/servers.ts'

/**
 * `main.js [--rounds N] [NAME…]` measures; `main.js --side NAME ours|other CONTEXT` is one side of one round and
 * `main.js --serve NAME [ARGUMENT]` what a side talks to, each in a process of its own.
 */
async function main([mode, ...rest]: readonly string[]): Promise<void> {
  if (mode === '--side') return runSide(rest)
  if (mode === '--serve') return serve(rest)
  return measureAll(mode === undefined ? [] : [mode, ...rest])
}

await main(argv.slice(2))
