import { bundleViolations } from './browser-bundle.ts'
import { cycleLaw } from './cycles.ts'
import { exportedNameLaw, sharedNames } from './exported-names.ts'
import { importLaw, missingTargets } from './import-law.ts'
import { moduleLaw } from './module-law.ts'
import { reachLaw } from './reach-law.ts'
import { browserEntries, rules, shellFiles, worldExceptions } from './rooms.ts'
import { sizeLaw } from './sizes.ts'
import type { Source } from './source.ts'
import { unusedExceptions, worldLaw } from './world-law.ts'

/** What the laws say of a tree: sentences by law. */
export type Findings = Readonly<Record<string, readonly string[]>>

export const findingsIn = (sources: readonly Source[], shared = sharedNames): Findings => ({
  imports: importLaw(sources),
  world: worldLaw(sources),
  browser: reachLaw(sources),
  cycles: cycleLaw(sources),
  names: exportedNameLaw(sources, shared),
  sizes: sizeLaw(sources),
  module: moduleLaw(sources),
})

/** And what can be said of the whole tree alone. */
export async function findingsOf(root: string, sources: readonly Source[]): Promise<Findings> {
  const bundles: string[] = []
  for (const entry of browserEntries) bundles.push(...(await bundleViolations(root, entry)))
  return {
    ...findingsIn(sources),
    table: tableLaw(sources),
    exceptions: unusedExceptions(sources, worldExceptions),
    missing: missingTargets(sources),
    bundles,
  }
}

/** A file that the table names and that has another name now would be a hole in it. */
export function tableLaw(sources: readonly Source[]): readonly string[] {
  const paths = new Set(sources.map(({ path }) => path))
  const named = Object.entries(rules).flatMap(([key, { imports = [], types = [] }]) => [key, ...imports, ...types])
  const files = new Set([...named, ...shellFiles].filter((path) => path.endsWith('.ts')))
  return [...files].filter((path) => !paths.has(path)).map((path) => `${path} stands in the table and is not there`)
}
