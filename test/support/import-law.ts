import { readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'

/** A source file: its path below `src/`, with `/`, and its text. */
export interface Source {
  readonly path: string
  readonly text: string
}

/** The right-hand column of architecture.md; `*`: everything. A path with `/` is one file of a room. */
export const rooms: Readonly<Record<string, readonly string[]>> = {
  at: [],
  io: ['at'],
  mqtt: [],
  module: ['at', 'mqtt', 'io'],
  broker: ['io'],
  faults: ['at', 'module', 'io'],
  control: ['module', 'faults', 'io', 'at', 'mqtt'],
  'profile-file': ['at'],
  transcript: ['at', 'io'],
  conformance: ['at', 'transcript', 'io'],
  recording: ['at', 'transcript', 'io'],
  terminal: ['at', 'driver', 'io'],
  driver: ['at', 'io'],
  cli: ['*'],
}

/** Where I/O, clocks and randomness may be. */
const shells = /^(io|broker|control|cli|conformance|recording)\/|^module\/runtime\/|^driver\/(node|web)\.ts$/
/** Rooms that run in a browser as well. */
const portable = /^(at|driver(?!\/node))\//
const isTest = (path: string): boolean => path.endsWith('.test.ts') || path.endsWith('/testing.ts')

/** Every source of `src/`. */
export function sources(): readonly Source[] {
  const folder = new URL('../../src/', import.meta.url)
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => path.replaceAll('\\', '/'))
  return paths
    .filter((path) => /\.[cm]?tsx?$/.test(path))
    .sort()
    .map((path) => ({ path, text: readFileSync(new URL(path, folder), 'utf8') }))
}

/** What is against the laws, one sentence each. */
export function violations({ path, text }: Source): readonly string[] {
  const code = withoutComments(text)
  const found = importsOf(code).flatMap((target) => importViolations(path, target))
  if (!isTest(path)) found.push(...wordViolations(path, code))
  return found.map((what) => `${path}: ${what}`)
}

const importForms = [
  /\bfrom\s*(['"])([^'"]+)\1/g,
  /\bimport\s*\(?\s*(['"`])([^'"`]+)\1/g,
  /\brequire\s*\(\s*(['"])([^'"]+)\1/g,
]

/** Specifiers of static, side-effect and dynamic imports, and of re-exports. */
export const importsOf = (code: string): string[] =>
  importForms.flatMap((form) => [...code.matchAll(form)].map((match) => match[2]!))

/** Text without its comments; strings stay as they are. */
export const withoutComments = (text: string): string =>
  text.replace(
    /('(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`)|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g,
    (_, string = '') => string,
  )

function importViolations(path: string, target: string): string[] {
  if (target.startsWith('.')) return relativeViolations(path, posix.join(posix.dirname(path), target))
  if (isTest(path)) return []
  if (/^mqtt(-packet)?(\/|$)/.test(target)) return [`imports the package ${target}`]
  if (portable.test(path) && isNodeModule(target)) return [`imports ${target}`]
  if (path.startsWith('mqtt/')) return [`imports ${target}`]
  if (path.startsWith('at/')) return [`imports ${target}`]
  return []
}

const isNodeModule = (target: string): boolean =>
  target.startsWith('node:') || /^(buffer|fs|net|path|os|crypto)$/.test(target)

function relativeViolations(path: string, target: string): string[] {
  if (target.startsWith('../')) return isTest(path) ? [] : [`leaves src: ${target}`]
  const from = path.split('/')[0]!
  const to = target.split('/')[0]!
  const allowed = rooms[from]
  if (allowed === undefined) return [`stands in a room that the architecture does not have: ${from}`]
  if (from === to || allowed.includes('*') || allowed.includes(to) || allowed.includes(target)) return []
  return [`${from}/ imports ${target}`]
}

const world =
  /\b(Date\.now|new Date\(\)|Math\.random|setTimeout|setInterval|setImmediate|performance\.|queueMicrotask)/g

function wordViolations(path: string, code: string): string[] {
  const words = shells.test(path) ? [] : [...code.matchAll(world)].map(([word]) => `uses ${word} outside the shells`)
  const buffer = portable.test(path) && /\bBuffer\b/.test(code) ? ['uses Buffer'] : []
  const node = portable.test(path) && /\bprocess\./.test(code) ? ['uses process'] : []
  return [...words, ...buffer, ...node]
}
