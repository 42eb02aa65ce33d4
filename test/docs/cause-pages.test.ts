import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { rules } from '../../src/explain/rules/rules.ts'
import { causePages } from '../support/explain/cause-pages.ts'
import { causesByFailure } from '../support/explain/shown-by-examples.ts'

const folder = new URL('../../docs/reference/causes/', import.meta.url)
const table = new URL('../../src/at/advice/cause-ids.ts', import.meta.url)

test('there is a page for each cause, written from its rule (UPDATE=1 npm test writes them)', () => {
  const pages = causePages()
  if (process.env.UPDATE) {
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder)
    for (const { fileName, text } of pages) writeFileSync(new URL(fileName, folder), text)
  }
  expect(readdirSync(folder).sort()).toEqual(pages.map(({ fileName }) => fileName).sort())
  for (const { fileName, text } of pages) expect(readFileSync(new URL(fileName, folder), 'utf8')).toBe(text)
})

test('ids are stable: none is there twice, and each may be the name of a file', () => {
  const ids = rules.map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids.filter((id) => !/^[a-z\d]+(?:-[a-z\d]+)*$/.test(id))).toEqual([])
})

test('the table of causes by failure is that of the examples (UPDATE=1 npm test writes it)', () => {
  const text = readFileSync(table, 'utf8')
  const rows = [...causesByFailure()].map(([failure, ids]) => `${failure} ${ids.join(' ')}`).sort()
  const fresh = text.replace(/(?<=const table = `\n)[\s\S]*?(?=^`)/m, `${rows.join('\n')}\n`)
  if (process.env.UPDATE) writeFileSync(table, fresh)
  expect(readFileSync(table, 'utf8')).toBe(fresh)
})
