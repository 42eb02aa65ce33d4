import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { gradesOf } from '../../src/conformance/requirements.ts'
import { partsOf } from '../../src/transcript/language/cases.ts'
import { parseTranscript } from '../../src/transcript/language/parse.ts'
import { conformanceTexts } from '../support/conformance/conformance.ts'
import { coverage, generatedPages, uncovered, unknownIds } from '../support/requirement-pages.ts'

const covered = coverage()

const folder = new URL('../../docs/reference/requirements/', import.meta.url)

test('the pages are what requirements, transcripts and tests give (UPDATE=1 npm test writes them)', () => {
  const fresh = generatedPages(covered)
  if (process.env.UPDATE) writePages(fresh)
  expect(readdirSync(folder).sort()).toEqual(fresh.map(({ fileName }) => fileName).sort())
  for (const { fileName, text } of fresh) expect(readFileSync(new URL(fileName, folder), 'utf8')).toBe(text)
})

function writePages(fresh: ReturnType<typeof generatedPages>): void {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const { fileName, text } of fresh) writeFileSync(new URL(fileName, folder), text)
}

test('each requirement stands on the pages once', () => {
  const anchors = generatedPages(covered).flatMap(({ text }) =>
    [...text.matchAll(/<a id="(.*?)">/g)].map(([, id]) => id),
  )
  expect(anchors.sort()).toEqual([...covered.requirements.keys()].sort())
})

test('every requirement has a test, and every test that shows one names it right', () => {
  expect(unknownIds(covered)).toEqual([])
  expect(uncovered(covered)).toEqual([])
})

test('the grade of a case is one of what it shows', () => {
  const wrong = conformanceTexts().flatMap(({ fileName, text }) =>
    partsOf(parseTranscript(text, fileName))
      .filter(({ about: { grade, shows } }) => grade && shows.length > 0 && !fits(grade, shows))
      .map(({ about }) => `${fileName}:${about.line} ${about.grade}`),
  )
  expect(wrong).toEqual([])
})

const fits = (grade: string, shows: readonly string[]): boolean =>
  shows.some((id) => (gradesOf(covered.requirements.get(id)!) as readonly string[]).includes(grade))
