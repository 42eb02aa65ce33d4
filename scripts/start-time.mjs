// How much longer `npx atmqtt module -- node -e 0` takes than npx of a program that does nothing, both installed in a
// folder. `npm run package` asks it.
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const pairs = 11
/** Another program that wants the processor makes a round longer, none makes it shorter. */
const rounds = 3
const limitMs = 500
const own = [
  'module',
  '--tcp',
  '127.0.0.1:0',
  '--broker',
  '127.0.0.1:0',
  '--broker-tls',
  '127.0.0.1:0',
  '--',
  'node',
  '-e',
  '0',
]

/** Puts a package beside atmqtt whose program does nothing; its folder, for npm to install. */
export function emptyProgram(parent) {
  const folder = join(parent, 'empty-program')
  mkdirSync(folder)
  writeFileSync(join(folder, 'package.json'), '{"name":"empty-program","version":"1.0.0","bin":"program.js"}\n')
  writeFileSync(join(folder, 'program.js'), '#!/usr/bin/env node\n', { mode: 0o755 })
  return folder
}

/** Whether the median difference of a round is within the limit; the figures go to standard output. */
export function startsInTime(folder) {
  for (let round = 1; round <= rounds; round++) {
    const { empty, atmqtt, difference } = measure(folder)
    const figures = `npx of an empty program ${empty} ms, npx atmqtt module ${atmqtt} ms`
    process.stdout.write(`start: ${figures}: ${difference} ms more, at most ${limitMs} (medians of ${pairs} pairs)\n`)
    if (difference <= limitMs) return true
  }
  return false
}

function measure(folder) {
  const taken = Array.from({ length: pairs }, (_, i) => {
    // Who begins changes from pair to pair.
    const first = i % 2 === 0 ? npx(folder, ['empty-program']) : undefined
    const atmqtt = npx(folder, ['atmqtt', ...own])
    return { atmqtt, empty: first ?? npx(folder, ['empty-program']) }
  })
  return {
    empty: median(taken.map(({ empty }) => empty)),
    atmqtt: median(taken.map(({ atmqtt }) => atmqtt)),
    difference: median(taken.map(({ empty, atmqtt }) => atmqtt - empty)),
  }
}

function npx(cwd, args) {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('npm_')))
  const began = performance.now()
  const { status, stderr } = spawnSync('npx', args, { cwd, env, encoding: 'utf8' })
  if (status !== 0) throw new Error(`npx ${args.join(' ')} ended with ${status}: ${stderr}`)
  return performance.now() - began
}

const median = (values) => Math.round(values.sort((a, b) => a - b)[(values.length - 1) / 2])
