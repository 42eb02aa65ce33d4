import { isBuiltin } from 'node:module'
import { isPortable } from './rooms.ts'
import type { Import, Source } from './source.ts'

/** What runs in a browser imports nothing that leads to Node, however far away, and no type of a file that uses Node. */
export function reachLaw(sources: readonly Source[]): readonly string[] {
  const byPath = new Map(sources.map((source) => [source.path, source]))
  const known = new Map<string, readonly string[] | undefined>()

  /** A way from a file to a module of Node. */
  function wayToNode(path: string): readonly string[] | undefined {
    if (known.has(path)) return known.get(path)
    known.set(path, undefined)
    const ways = loaded(byPath.get(path)).map((next) => (isBuiltin(next) ? [next] : wayToNode(next)))
    const [way] = ways.filter((each) => each !== undefined).sort((a, b) => a.length - b.length)
    const found = way && [path, ...way]
    known.set(path, found)
    return found
  }

  const usesNode = (path: string) => byPath.get(path)?.imports.some(({ specifier = '' }) => isBuiltin(specifier))

  const violations = (source: Source, { path, typesOnly }: Import): readonly string[] => {
    if (path === undefined || isPortable(path)) return []
    if (typesOnly) return usesNode(path) ? [`${source.path} imports a type from ${path}, which uses Node`] : []
    const way = wayToNode(path)
    return way ? [`${source.path} runs in a browser and leads to Node: ${way.join(' → ')}`] : []
  }

  return sources
    .filter(({ path, isTest }) => !isTest && isPortable(path))
    .flatMap((source) => source.imports.flatMap((each) => violations(source, each)))
}

/** Types are erased. */
const loaded = (source: Source | undefined): readonly string[] =>
  (source?.imports ?? [])
    .filter(({ typesOnly }) => !typesOnly)
    .flatMap(({ path, specifier }) => path ?? specifier ?? [])
