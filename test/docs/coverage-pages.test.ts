import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { gradesOf } from '../../src/conformance/requirements.ts'
import { partsOf } from '../../src/transcript/language/cases.ts'
import { parseTranscript } from '../../src/transcript/language/parse.ts'
import { conformanceTexts } from '../support/conformance/conformance.ts'
import { behaviourPage, coverage, coveragePage, uncovered, unknownIds } from '../support/requirements/coverage-pages.ts'

const covered = coverage()

test.each([
  ['behaviour', behaviourPage],
  ['coverage', coveragePage],
] as const)('%s.md is what requirements, transcripts and tests give (UPDATE=1 npm test writes it)', (name, page) => {
  const file = new URL(`../../docs/reference/${name}.md`, import.meta.url)
  const fresh = page(covered)
  if (process.env.UPDATE) writeFileSync(file, fresh)
  expect(readFileSync(file, 'utf8')).toBe(fresh)
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
