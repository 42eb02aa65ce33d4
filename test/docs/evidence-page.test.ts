import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { exchangeSituations } from '../../src/launch/evidence/exchange-situations.ts'
import { happeningSituations } from '../../src/launch/evidence/happening-situations.ts'
import { evidenceOrder } from '../../src/launch/evidence/run-evidence.ts'
import { writtenRequirements } from '../support/requirements/requirements.ts'

const file = new URL('../../docs/guide/evidence.md', import.meta.url)
const marks = /(<!-- situations: generated, `npm test` compares -->\n)[\s\S]*?(<!-- \/situations -->)/

/** Links of the requirement pages lead from another folder. */
const withoutLinks = (text: string): string => text.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')

function table(): string {
  const seen = new Set([...exchangeSituations, ...happeningSituations, { id: 'line-1' }].map(({ id }) => id))
  const rows = writtenRequirements()
    .filter(({ id }) => seen.has(id))
    .map(({ id, sentence, evidence }) => {
      const [best] = [...evidence].sort((a, b) => evidenceOrder.indexOf(a) - evidenceOrder.indexOf(b))
      return `| ${id} | ${withoutLinks(sentence)} | ${best} |`
    })
  return ['| id | behaviour | grade |', '| --- | --- | --- |', ...rows].join('\n')
}

test('the page lists what a run can be seen to rely on (UPDATE=1 npm test writes it)', () => {
  const fresh = readFileSync(file, 'utf8').replace(marks, (_, begin, end) => `${begin}\n${table()}\n\n${end}`)
  if (process.env.UPDATE) writeFileSync(file, fresh)
  expect(readFileSync(file, 'utf8')).toBe(fresh)
})
