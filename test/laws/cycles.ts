import type { Source } from './source.ts'

/** Files that import each other, types and tests included: the strongly connected components of the graph of imports. */
export function cyclesOf(sources: readonly Source[]): readonly (readonly string[])[] {
  const graph = importGraph(sources)
  const left = new Set(graph.keys())
  const found: string[][] = []
  for (const path of graph.keys()) {
    if (!left.has(path)) continue
    const reachable = reachableFrom(path, graph)
    const group = [...reachable].filter((other) => left.has(other) && reachableFrom(other, graph).has(path))
    for (const each of group) left.delete(each)
    if (group.length > 0) found.push(group.sort())
  }
  return found
}

/** The shortest way from a file back to it. */
export function cycleThrough(start: string, sources: readonly Source[]): readonly string[] {
  const graph = importGraph(sources)
  const ways: (readonly string[])[] = [[start]]
  const seen = new Set<string>()
  for (let way = ways.shift(); way; way = ways.shift()) {
    for (const next of graph.get(way.at(-1)!) ?? []) {
      if (next === start) return [...way, start]
      if (!seen.has(next)) ways.push([...way, next])
      seen.add(next)
    }
  }
  return []
}

/** Law 3. */
export const cycleLaw = (sources: readonly Source[]): readonly string[] =>
  cyclesOf(sources).map((group) => {
    const shown = cycleThrough(group[0]!, sources)
    const others = group.filter((path) => !shown.includes(path))
    const rest = others.length > 0 ? `; also part of it: ${others.join(', ')}` : ''
    return `an import cycle: ${shown.join(' → ')}${rest}`
  })

function importGraph(sources: readonly Source[]): ReadonlyMap<string, ReadonlySet<string>> {
  const paths = new Set(sources.map(({ path }) => path))
  const targets = ({ imports }: Source) => new Set(imports.flatMap(({ path = '' }) => (paths.has(path) ? [path] : [])))
  return new Map(sources.map((source) => [source.path, targets(source)]))
}

/** What a file leads to; itself, when something leads back. */
function reachableFrom(start: string, graph: ReadonlyMap<string, ReadonlySet<string>>): ReadonlySet<string> {
  const found = new Set<string>()
  const waiting = [...(graph.get(start) ?? [])]
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (found.has(path)) continue
    found.add(path)
    waiting.push(...(graph.get(path) ?? []))
  }
  return found
}
