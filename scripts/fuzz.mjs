// `npm run fuzz -- TARGET|all [--seconds N] [--runs N] [--minimise]`: coverage-guided fuzzing with jsfuzz.
// It begins with test/corpus/TARGET and what earlier runs found (.cache/fuzz). An input that breaks something is kept in
// test/corpus/TARGET, where the suite replays it. `--minimise` fuzzes nothing: it writes into test/corpus/TARGET the
// fewest known inputs, the traffic of conformance/*.at among them, that cover what all of them do.
import { spawn } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { ensureInstalled, ensureTools, root, tool } from './ensure.mjs'

const names = ['scan', 'interpret', 'mqtt', 'transcript', 'chat', 'explain']
/** The targets need all of their time to themselves: one a core. */
const atOnce = 2
/** Bytes of the largest input to begin with, where larger ones are slow: what is changed from them is large again. */
const largestBegin = { explain: 2048 }
const cache = join(root, '.cache', 'fuzz')
const corpusOf = (name) => join(root, 'test', 'corpus', name)
const seedsOf = (name) => join(cache, 'seeds', name)
const foundOf = (name) => join(cache, name, 'found')

const { targets, limits, minimise } = readArguments()
ensureInstalled()
ensureTools('fuzzing')
await bundle()
const waiting = [...targets]
const failed = []
await Promise.all(Array.from({ length: atOnce }, work))
process.exit(failed.length > 0 ? 1 : 0)

async function work() {
  for (let name = waiting.shift(); name; name = waiting.shift()) {
    const done = minimise ? await minimised(name) : await fuzzed(name)
    if (!done) failed.push(name)
  }
}

function readArguments() {
  const options = { seconds: { type: 'string' }, runs: { type: 'string' }, minimise: { type: 'boolean' } }
  let read
  try {
    read = parseArgs({ options, allowPositionals: true })
  } catch (error) {
    refuse(error.message)
  }
  const { positionals, values } = read
  const [name, ...more] = positionals
  if (more.length > 0 || !(name === 'all' || names.includes(name)))
    refuse(`"${positionals.join(' ')}" is no target: there are ${names.join(', ')}, and all.`)
  for (const option of ['seconds', 'runs'])
    if (values[option] !== undefined && !/^[1-9]\d{0,8}$/.test(values[option]))
      refuse(`--${option} ${values[option]} is no whole number from 1 to 999999999.`)
  const { seconds = values.runs ? '' : '60', runs = '' } = values
  return { targets: name === 'all' ? names : [name], limits: { seconds, runs }, minimise: values.minimise }
}

function refuse(sentence) {
  process.stderr.write(`fuzz: ${sentence}\n`)
  process.exit(2)
}

/** jsfuzz loads CommonJS and instruments it: a file a target, so that it counts no more than the target's own code. */
async function bundle() {
  const { build } = await import('tsdown')
  mkdirSync(cache, { recursive: true })
  const source = (file) => JSON.stringify(join(root, 'test', 'fuzz', file))
  const entries = { seeds: `export { writeSeeds } from ${source('seeds.ts')}\n` }
  for (const name of names)
    entries[name] = `import { bounded } from ${source('bounded.ts')}
import { ${name} } from ${source(`${name}.ts`)}
export const fuzz = bounded(${name})\n`
  for (const [name, text] of Object.entries(entries)) {
    const entry = join(cache, `${name}.entry.ts`)
    writeFileSync(entry, text)
    const outputs = {
      outDir: join(cache, name, 'bundle'),
      format: 'cjs',
      dts: false,
      clean: true,
    }
    await build({
      config: false,
      cwd: root,
      entry: { [name]: entry },
      ...outputs,
      platform: 'node',
      target: 'node20',
      logLevel: 'error',
    })
  }
  if (!minimise) return
  createRequire(import.meta.url)(join(cache, 'seeds', 'bundle', 'seeds.cjs')).writeSeeds(
    join(root, 'conformance'),
    join(cache, 'seeds'),
  )
}

/** Files of folders, larger ones first: jsfuzz begins with the last, and keeps what adds coverage. */
function inputsOf(...folders) {
  const files = folders.filter(existsSync).flatMap((folder) => readdirSync(folder).map((file) => join(folder, file)))
  return files.sort((a, b) => statSync(b).size - statSync(a).size)
}

async function fuzzed(name) {
  const largest = largestBegin[name] ?? Number.POSITIVE_INFINITY
  const inputs = inputsOf(corpusOf(name)).filter((file) => statSync(file).size <= largest)
  const before = new Set(inputsOf(foundOf(name)))
  const { result, crash, output } = await jsfuzz(name, foundOf(name), inputs, limits)
  if (crash) return report(name, crash, output)
  if (!result) return stopped(name, output)
  const found = inputsOf(foundOf(name)).filter((file) => !before.has(file)).length
  const share = ((100 * result.covered) / result.coverable).toFixed(1)
  const speed = Math.round(result.inputs / result.seconds)
  console.log(
    `${name}: ${result.inputs} inputs in ${Math.round(result.seconds)} s (${speed}/s), ${inputs.length + before.size} to begin with, ` +
      `${found} found, ${result.covered} of ${result.coverable} places covered (${share} %), no crash`,
  )
  return true
}

async function minimised(name) {
  const inputs = inputsOf(corpusOf(name), seedsOf(name), foundOf(name))
  const kept = join(cache, name, 'kept')
  rmSync(kept, { recursive: true, force: true })
  const { result, crash, output } = await jsfuzz(name, kept, inputs, { runs: `${inputs.length}`, seconds: '' })
  if (crash) return report(name, crash, output)
  if (!result) return stopped(name, output)
  const corpus = corpusOf(name)
  mkdirSync(corpus, { recursive: true })
  for (const file of readdirSync(corpus)) if (!file.startsWith('crash-')) rmSync(join(corpus, file))
  for (const file of readdirSync(kept)) cpSync(join(kept, file), join(corpus, file.slice(0, 16)))
  console.log(`${name}: ${readdirSync(kept).length} of ${inputs.length} inputs cover ${result.covered} places`)
  return true
}

/** Runs jsfuzz in the target's folder, where it leaves what it writes. */
async function jsfuzz(name, found, inputs, { seconds, runs }) {
  const folder = join(cache, name)
  const resultFile = join(folder, 'result.json')
  for (const file of readdirSync(folder)) if (file.startsWith('crash-')) rmSync(join(folder, file))
  rmSync(resultFile, { force: true })
  mkdirSync(found, { recursive: true })
  // The first input's time holds the start of the worker, which instruments the bundle.
  const options = ['--no-versifier', '--timeout', '180', '--rss-limit-mb', '1024']
  const env = { ...process.env, ATMQTT_FUZZ_RUNS: runs, ATMQTT_FUZZ_SECONDS: seconds, ATMQTT_FUZZ_RESULT: resultFile }
  const output = await textOf(
    spawn(tool('jsfuzz', 'fuzzing'), [`bundle/${name}.cjs`, found, ...inputs, ...options], { cwd: folder, env }),
    everyMinute((text) => {
      const count = /#(\d+) PULSE/.exec(text)?.[1]
      if (count) console.log(`${name}: ${count} inputs so far`)
    }),
  )
  const crash = readdirSync(folder).find((file) => file.startsWith('crash-'))
  const result = existsSync(resultFile) ? JSON.parse(readFileSync(resultFile, 'utf8')) : undefined
  return { result, crash: crash && join(folder, crash), output }
}

/** Passes on what comes when a minute has gone by since it last did. */
function everyMinute(pass) {
  let last = Date.now()
  return (text) => {
    if (Date.now() - last < 60_000) return
    last = Date.now()
    pass(text)
  }
}

function textOf(child, heard) {
  return new Promise((resolve) => {
    let text = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        text = (text + chunk).slice(-20_000)
        heard(`${chunk}`)
      })
    child.on('close', () => resolve(text))
  })
}

function report(name, crash, output) {
  const kept = join(corpusOf(name), `crash-${crash.split('crash-')[1].slice(0, 16)}`)
  mkdirSync(corpusOf(name), { recursive: true })
  renameSync(crash, kept)
  const why = /={20,}\n([\s\S]*?)\n(?:\s+at |Worker)/.exec(output)?.[1] ?? output.trim().split('\n').at(-1)
  process.stderr.write(
    `fuzz: ${name} broke: ${why}\nThe input is kept in ${relative(root, kept)}: npx vitest run test/fuzz replays it.\n`,
  )
  return false
}

function stopped(name, output) {
  process.stderr.write(
    `fuzz: ${name}: jsfuzz ended without a result:\n${output.trim().split('\n').slice(-5).join('\n')}\n`,
  )
  return false
}
