import { readdirSync, readFileSync } from 'node:fs'
import { mqttErrors } from '../../../src/at/public.ts'
import { generalForms } from '../../../src/conformance/general-requirements.ts'
import { partsOf } from '../../../src/transcript/language/cases.ts'
import { parseTranscript } from '../../../src/transcript/language/parse.ts'
import { conformanceTexts } from '../conformance/conformance.ts'
import { idsIn, withoutTags, writtenRequirements } from './requirements.ts'

/** A test, and the requirements that it shows when it passes. */
export interface Showing {
  /** From the root of the project. */
  readonly file: string
  readonly title: string
  readonly ids: readonly string[]
}

/** Everything that shows a requirement, as it is written: transcripts, then tests, by file. */
export const showings = (): readonly Showing[] => [...ofTranscripts(), ...ofTests(), ...derived()]

function ofTranscripts(): readonly Showing[] {
  return conformanceTexts().flatMap(({ fileName, text }) =>
    partsOf(parseTranscript(text, fileName))
      .filter(({ about }) => about.shows.length > 0)
      .map(({ about }) => ({ file: `conformance/${fileName}`, title: about.title, ids: about.shows })),
  )
}

const root = new URL('../../../', import.meta.url)
const literal = /(['"`])((?:\\.|(?!\1)[^\\\n])*)\1/g

function ofTests(): readonly Showing[] {
  const files = ['src', 'test'].flatMap((folder) =>
    readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
      .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
      .filter((path) => path.endsWith('.test.ts')),
  )
  return files
    .sort()
    .flatMap((file) =>
      [...readFileSync(new URL(file, root), 'utf8').matchAll(literal)]
        .map(([, , title]) => ({ file, title: titleOf(title!), ids: idsIn(title!) }))
        .filter(({ ids }) => ids.length > 0),
    )
}

/** As it reads: what a test of many rows fills in is left out. */
const titleOf = (title: string): string =>
  withoutTags(title)
    .replace(/\\(.)/g, '$1')
    .replace(/%[a-z]|\$[a-zA-Z.]+/g, '…')

/** Tests whose titles get their IDs from data. */
function derived(): readonly Showing[] {
  const ofProfiles = writtenRequirements().filter(({ sentence }) => sentence.includes('; `sim767x-v106` '))
  const forms = generalForms().filter(({ kind }) => kind === 'range')
  const codes = mqttErrors.map((_, code) => [`err-${code}`])
  const row = (file: string, title: string) => (ids: readonly string[]) => ({ file, title, ids })
  return [
    ...forms
      .map(({ requirement }) => [requirement.id])
      .map(row('test/module/boundaries.test.ts', 'general commands take their ranges and no more')),
    ...[...codes, ['urc-2'], ['urc-3'], ['urc-4']].map(
      row('test/module/error-codes.test.ts', 'each scene ends with its code'),
    ),
    ...ofProfiles
      .map(({ id }) => [id])
      .map(row('test/docs/profiles-table.test.ts', 'what a module of each profile answers')),
  ]
}
