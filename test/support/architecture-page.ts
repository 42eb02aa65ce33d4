import { type Rule, rules } from '../laws/rooms.ts'
import type { Source } from '../laws/source.ts'

/** What each folder of `src/` is for, in the order of the page. */
const purposes: Readonly<Record<string, string>> = {
  at: 'the language that both ends share, as data and bytes: syntax, commands, profiles, URCs, errors',
  mqtt: 'an MQTT 3.1 / 3.1.1 client session without I/O',
  io: 'everything that touches the world: clocks, logs, randomness, byte streams, sockets, TLS',
  module: 'the module (DCE): answers AT commands, speaks MQTT through `mqtt/`',
  driver: 'the driver (DTE): sends AT commands; a typed method a command form, and a client in the shape of MQTT.js',
  faults: 'what can be made to go wrong, as a catalogue, and the engine that runs it',
  broker: 'the embedded broker and its certificate authority',
  'profile-file': 'profiles that users write: schema and loading',
  control: 'the control port: JSON lines in, events out, traces',
  transcript: 'the `.at` language and its player',
  conformance: 'requirements, cases, running them, reports, the scripted broker',
  recording: 'recordings, pcapng, comparing two modules',
  terminal: 'the prompt: completion, words for what the answers mean, printing',
  launch: 'what people start: `startModule()`, `createRig()`, fixtures',
  explain: 'facts, a model and rules that say in words what a trace shows',
  console: 'the web console',
  fleet: 'many modules at once',
  cli: 'the command line: a file or folder a subcommand; options and text, no logic',
}

/** The folders below `src/`, in the order of the page. One that it has no words for is `undefined` in the table. */
const foldersIn = (sources: readonly Source[]): readonly string[] => {
  const found = new Set(sources.filter(({ path }) => path.includes('/')).map(({ path }) => folderOf(path)))
  const known = Object.keys(purposes).filter((folder) => found.has(folder))
  return [...known, ...[...found].filter((folder) => !known.includes(folder))]
}

const folderOf = (path: string): string => path.split('/')[0]!

/** The folders that are there, and what the law of imports lets them import. */
export function folderTable(sources: readonly Source[]): string {
  const rows = foldersIn(sources).map(
    (folder) =>
      `| \`${folder}/\` | ${purposes[folder]} | ${allowed(rules[`${folder}/`])}${exceptions(folder)} | ${packagesOf(folder)} |`,
  )
  return ['| folder | what it is | may import | packages |', '| --- | --- | --- | --- |', ...rows].join('\n')
}

function allowed(rule: Rule | undefined): string {
  const { imports = [], types = [] } = rule ?? {}
  if (imports.includes('')) return 'everything'
  const parts = [...imports.map(code), ...types.map((path) => `types of ${code(path)}`)]
  return parts.join(', ') || '–'
}

const code = (path: string): string => `\`${path}\``

/** Files of a folder that may import more. */
const exceptions = (folder: string): string =>
  Object.entries(rules)
    .filter(([key]) => key.startsWith(`${folder}/`) && key !== `${folder}/`)
    .map(([key, rule]) => `; ${code(key.slice(folder.length + 1))} also ${allowed(rule)}`)
    .join('')

function packagesOf(folder: string): string {
  const keys = Object.keys(rules).filter((key) => key.startsWith(`${folder}/`))
  return (
    keys
      .flatMap((key) => rules[key]!.packages ?? [])
      .map(code)
      .join(', ') || '–'
  )
}

/** The folders and their imports, from the import graph, as a Mermaid flowchart; dotted: types alone. */
export function folderPicture(sources: readonly Source[]): string {
  const arrows = arrowsIn(sources).map(({ from, to, typesOnly }) => `  ${from} ${typesOnly ? '-.->' : '-->'} ${to}`)
  const boxes = foldersIn(sources)
    .filter((folder) => !everywhere.has(folder))
    .map((folder) => `  ${folder}["${folder}/"]`)
  return ['```mermaid', 'flowchart TD', ...boxes, ...arrows, '```'].join('\n')
}

/** Imported by nearly all, and importing nearly all: their arrows would hide the others. */
const everywhere: ReadonlySet<string> = new Set(['at', 'cli'])

interface Arrow {
  readonly from: string
  readonly to: string
  readonly typesOnly: boolean
}

function arrowsIn(sources: readonly Source[]): readonly Arrow[] {
  const found = new Map<string, Arrow>()
  for (const source of sources.filter(({ isTest, path }) => !isTest && path.includes('/')))
    for (const { path, typesOnly } of source.imports) {
      if (path === undefined || !path.includes('/')) continue
      const [from, to] = [folderOf(source.path), folderOf(path)]
      if (from === to || to === '..' || everywhere.has(from) || everywhere.has(to)) continue
      const key = `${from} ${to}`
      found.set(key, { from, to, typesOnly: typesOnly && (found.get(key)?.typesOnly ?? true) })
    }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, arrow]) => arrow)
}

/** What a Mermaid sequence diagram says that cannot be: a file that is not there, a function that its file does not have. */
export function wrongSteps(diagram: string, sources: readonly Source[]): readonly string[] {
  const texts = new Map(sources.map(({ path, text }) => [path, text]))
  const files = new Map([...diagram.matchAll(/participant (\w+) as (\S+\.ts)/g)].map(([, name, file]) => [name, file!]))
  const missing = [...files.values()].filter((file) => !texts.has(file)).map((file) => `src/${file} is not there`)
  const calls = [...diagram.matchAll(/->>\+?(\w+): (.*)/g)].flatMap(([, to, words]) =>
    [...words!.matchAll(/\b(\w+)\(\)/g)].map(([, name]) => ({ file: files.get(to), name: name! })),
  )
  const unknown = calls.filter(({ file, name }) => file && !defines(texts.get(file) ?? '', name))
  return [...missing, ...unknown.map(({ file, name }) => `src/${file} has no ${name}`)]
}

/** A function, a method, or what else a line begins with that has this name. */
const defines = (text: string, name: string): boolean =>
  new RegExp(`^ *(?:export |async |const |function |readonly )*${name}\\b *[(<=:]`, 'm').test(text)
