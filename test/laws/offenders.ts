import { existsSync, readFileSync } from 'node:fs'
import type { Findings } from './laws.ts'

/** What broke a law when the laws came; the list may only get shorter, and the file goes with its last line. */
const file = new URL('offenders.txt', import.meta.url)

export function readOffenders(): ReadonlySet<string> {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []
  return new Set(lines.filter((line) => line !== '' && !line.startsWith('#')))
}

export interface Comparison {
  /** Broken and not listed. */
  readonly fresh: readonly string[]
  /** Listed and mended. */
  readonly mended: readonly string[]
}

export function compareOffenders(findings: Findings, listed: ReadonlySet<string>): Comparison {
  const found = new Set(Object.values(findings).flat())
  return {
    fresh: [...found].filter((sentence) => !listed.has(sentence)),
    mended: [...listed].filter((sentence) => !found.has(sentence)),
  }
}

/** The list, as `npm run measure -- --offenders` prints it. */
export const offenderList = (findings: Findings): string =>
  Object.entries(findings)
    .filter(([, sentences]) => sentences.length > 0)
    .map(([law, sentences]) => `# ${law}\n${[...new Set(sentences)].sort().join('\n')}\n`)
    .join('\n')
