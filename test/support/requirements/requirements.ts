import { readdirSync, readFileSync } from 'node:fs'
import { generalForms } from '../../../src/conformance/general-requirements.ts'
import { parseRequirements, type Requirement } from '../../../src/conformance/requirements.ts'

const ownPages = new URL('../../../conformance/requirements/', import.meta.url)

interface Page {
  readonly fileName: string
  readonly text: string
}

/** The pages of requirements, in order. */
export function requirementPages(folder = ownPages): readonly Page[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.md'))
  return names.sort().map((fileName) => ({ fileName, text: readFileSync(new URL(fileName, folder), 'utf8') }))
}

/** Those of the pages. */
export const writtenRequirements = (folder = ownPages): readonly Requirement[] =>
  requirementPages(folder).flatMap(({ fileName, text }) => parseRequirements(text, fileName))

/** All: those of the pages, and those that the definitions give. */
export const requirements = (): readonly Requirement[] => [
  ...writtenRequirements(),
  ...generalForms().map(({ requirement }) => requirement),
]

const id = String.raw`(?:[a-z]{2,}|\d+(?:\.\d+)+)(?:-[a-z0-9]+)+`
const tag = new RegExp(`\\[(${id}(?: ${id})*)\\]`, 'g')

/** The IDs in the title of a test, or of what it stands in: `… [line-7 tls-12]`. */
export const idsIn = (title: string): readonly string[] =>
  [...title.matchAll(tag)].flatMap(([, ids]) => ids!.split(' '))

/** The end of the title of a test that shows these; empty when there are none. */
export const tagOf = (ids: readonly string[]): string => (ids.length === 0 ? '' : ` [${ids.join(' ')}]`)

export const withoutTags = (title: string): string => title.replace(tag, '').replace(/ +$/, '')
