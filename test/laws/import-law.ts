import { isBuiltin } from 'node:module'
import { rulesOf } from './rooms.ts'
import { type Import, isTestPath, type Source } from './source.ts'

/** Law 1: imports go only where the table of the architecture says. */
export const importLaw = (sources: readonly Source[]): readonly string[] => [
  ...unknownFolders(sources),
  ...sources.flatMap((source) => source.imports.flatMap((each) => importViolations(source, each))),
]

function unknownFolders(sources: readonly Source[]): readonly string[] {
  const unknown = sources.filter(({ path }) => rulesOf(path).length === 0).map(({ path }) => roomOf(path))
  return [...new Set(unknown)].map((room) => `${room}/ is a folder that the architecture does not have`)
}

function importViolations(source: Source, { specifier, path, typesOnly }: Import): readonly string[] {
  const { isTest } = source
  if (specifier === undefined) return isTest ? [] : [`${source.path} imports a path that is computed`]
  if (path === undefined) return isTest ? [] : packageViolations(source.path, specifier)
  if (path.startsWith('../')) return isTest ? [] : [`${source.path} imports ${path}, outside src/`]
  if (!/\.[cm]?tsx?$/.test(path)) return [`${source.path} imports ${path}, which is no name of a source file`]
  if (!isTest && isTestPath(path)) return [`${source.path} is no test and imports ${path}, which is for tests`]
  if (mayImport(source.path, path, typesOnly)) return []
  if (!typesOnly && mayImport(source.path, path, true))
    return [`${source.path} imports ${path}: it may import types alone from there`]
  return [`${source.path} imports ${path}: the table of the architecture does not allow it`]
}

function mayImport(from: string, to: string, typesOnly: boolean): boolean {
  const rules = rulesOf(from)
  if (rules.length === 0 || (from.includes('/') && roomOf(from) === roomOf(to))) return true
  if (to.startsWith('at/') && roomOf(from) !== 'mqtt') return true
  return rules.some(({ imports = [], types = [] }) =>
    (typesOnly ? [...imports, ...types] : imports).some((prefix) => to.startsWith(prefix)),
  )
}

/** What is said of a whole tree: a path that is not there would lead past the table and past the search for cycles. */
export function missingTargets(sources: readonly Source[]): readonly string[] {
  const paths = new Set(sources.map(({ path }) => path))
  return sources.flatMap(({ path: from, imports }) =>
    imports.flatMap(({ path }) =>
      path === undefined || path.startsWith('../') || paths.has(path)
        ? []
        : [`${from} imports ${path}, which is not there`],
    ),
  )
}

/** Modules of Node are the matter of law 2. */
function packageViolations(from: string, specifier: string): readonly string[] {
  const rules = rulesOf(from)
  if (isBuiltin(specifier) || rules.length === 0) return []
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
  if (rules.some(({ packages = [] }) => packages.includes(name))) return []
  return [`${from} imports the package ${name}: ${roomOf(from)}/ does not have it in its list`]
}

const roomOf = (path: string): string => path.split('/')[0]!
