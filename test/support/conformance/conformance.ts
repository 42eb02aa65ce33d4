import { readdirSync, readFileSync } from 'node:fs'

const folder = new URL('../../../conformance/', import.meta.url)

/** The transcripts of the note's sections, by file name: `2.2.01-start.at` … */
export function conformanceTexts(): readonly { readonly fileName: string; readonly text: string }[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.at'))
  return names.sort().map((fileName) => ({ fileName, text: readFileSync(new URL(fileName, folder), 'utf8') }))
}
