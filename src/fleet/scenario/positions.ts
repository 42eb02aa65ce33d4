import { type Document, isCollection, isMap, isNode, isScalar, type LineCounter, type Node } from 'yaml'

export type Path = readonly (string | number)[]

/** Where in its file something is, counted from 1. */
export interface Position {
  readonly line: number
  readonly column: number
}

export interface Mistake extends Position {
  readonly sentence: string
}

/** Where a value of the document stands; of a key that is missing, where its object does. `key`: where its name stands. */
export function positionOf(document: Document, lines: LineCounter, path: Path, key: boolean): Position {
  const start = (key ? keyStart(document, path) : undefined) ?? valueStart(document, path) ?? 0
  const { line, col } = lines.linePos(start)
  return { line, column: col }
}

function keyStart(document: Document, path: Path): number | undefined {
  const parent = nodeAt(document, path.slice(0, -1))
  if (!isMap(parent)) return undefined
  const found = parent.items.find(({ key }) => isScalar(key) && key.value === path.at(-1))
  return isNode(found?.key) ? found.key.range?.[0] : undefined
}

function valueStart(document: Document, path: Path): number | undefined {
  const found = nodeAt(document, path)
  if (found?.range) return found.range[0]
  return path.length > 0 ? (keyStart(document, path) ?? valueStart(document, path.slice(0, -1))) : undefined
}

function nodeAt(document: Document, path: Path): Node | undefined {
  let at: unknown = document.contents
  for (const step of path) at = isCollection(at) ? at.get(step, true) : undefined
  return isNode(at) ? at : undefined
}
