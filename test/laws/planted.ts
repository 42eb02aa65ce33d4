import { findingsIn } from './laws.ts'
import { parseSource } from './source.ts'

/** Sources that are in no tree: texts by path below `src/`. */
export type Planted = Readonly<Record<string, string>>

/** What the laws say of them. */
export const brokenBy = (planted: Planted): readonly string[] =>
  Object.values(
    findingsIn(
      Object.entries(planted).map(([path, text]) => parseSource({ path, text })),
      {},
    ),
  ).flat()
