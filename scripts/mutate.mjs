// `npm run mutate [-- FILES]`: mutation testing of at/, mqtt/ and module/ with Stryker, one folder after the other, or
// of these files. Slow. What was run stands in .cache/mutation: the next run takes over what did not change.
// `npm run mutate -- --report`: the figures of what was run, as they stand in docs/design/mutation.md.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ensureInstalled, ensureTools, root, tool } from './ensure.mjs'

const rooms = ['mqtt', 'at', 'module']
/** What only exports, what serves tests, and the definitions of commands, which are data (docs/design/mutation.md). */
const left = /(^|\/)(public|testing|[\w-]*\.test|commands\/\w+\/[\w-]+-commands)\.ts$/
const resultsOf = (room) => join('.cache', 'mutation', `${room}.json`)

const files = process.argv.slice(2)
function run() {
  for (const file of files) if (!isSource(file)) refuse(file)
  ensureInstalled()
  ensureTools('mutation')
  for (const room of rooms)
    for (const sources of files.length > 0 ? [files.filter((file) => roomOf(file) === room)] : folders(room))
      if (sources.length > 0) mutate(room, sources)
  report()
}

const roomOf = (file) => file.split('/')[1]
const isSource = (file) =>
  file.startsWith('src/') && rooms.includes(roomOf(file)) && file.endsWith('.ts') && existsSync(join(root, file))

function refuse(file) {
  console.error(`${file} is no source of ${rooms.map((room) => `src/${room}`).join(', ')}: say "src/mqtt/parse.ts".`)
  process.exit(2)
}

function mutate(room, sources) {
  const options = ['run', '--mutate', sources.join(','), '--incrementalFile', resultsOf(room)]
  const env = { ...process.env, ATMQTT_MUTATED_ROOM: room }
  const result = spawnSync(tool('stryker', 'mutation'), options, { cwd: root, stdio: 'inherit', env })
  if (result.status !== 0) process.exit(result.status ?? 1)
}

/** The sources of a room, folder by folder: what is done is kept when a run is cut short. */
function folders(room) {
  const entries = readdirSync(join(root, 'src', room), { withFileTypes: true, recursive: true })
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .filter((path) => path.endsWith('.ts') && !left.test(path))
  const groups = new Map()
  for (const path of paths.sort()) groups.set(folderOf(path), [...(groups.get(folderOf(path)) ?? []), path])
  return [...groups.values()]
}

function folderOf(path) {
  return path.slice(0, path.lastIndexOf('/'))
}

function report() {
  const rows = rooms.filter((room) => existsSync(join(root, resultsOf(room)))).flatMap(rowsOf)
  console.log('| folder | mutants | killed | timed out | survived | not covered | score | static, left out |')
  console.log('| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |')
  for (const row of rows) console.log(`| ${row.join(' | ')} |`)
}

function rowsOf(room) {
  const { files: found } = JSON.parse(readFileSync(join(root, resultsOf(room)), 'utf8'))
  const all = Object.entries(found).flatMap(([path, { mutants }]) =>
    mutants.map(({ status }) => ({ folder: folderOf(path), status })),
  )
  const named = [...new Set(all.map(({ folder }) => folder))].sort()
  const rows = named.map((folder) =>
    rowOf(
      folder,
      all.filter((mutant) => mutant.folder === folder),
    ),
  )
  return named.length > 1 ? [...rows, rowOf(`**${room}/**`, all)] : rows
}

function rowOf(title, mutants) {
  const count = (status) => mutants.filter((mutant) => mutant.status === status).length
  const [killed, timedOut, survived, uncovered] = ['Killed', 'Timeout', 'Survived', 'NoCoverage'].map(count)
  const valid = killed + timedOut + survived + uncovered
  const score = valid > 0 ? `${((100 * (killed + timedOut)) / valid).toFixed(1)} %` : '–'
  return [title, valid, killed, timedOut, survived, uncovered, score, count('Ignored')]
}

if (files[0] === '--report') report()
else run()
