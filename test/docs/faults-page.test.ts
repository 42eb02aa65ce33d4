import { readFileSync, writeFileSync } from 'node:fs'
import { is } from 'valibot'
import { expect, test } from 'vitest'
import { faultTables, reportTable } from '../../src/cli/reference/faults.ts'
import { catalogue, parseSchedule } from '../../src/faults/public.ts'

const file = new URL('../../docs/reference/faults.md', import.meta.url)

function filled(page: string, section: string, content: string): string {
  const begin = `<!-- ${section}: generated, \`npm test\` compares -->\n`
  const [before, rest] = page.split(begin) as [string, string]
  return `${before}${begin}\n${content}\n\n${rest.slice(rest.indexOf(`<!-- /${section} -->`))}`
}

test('the reference page is the one that the definitions give (UPDATE=1 npm test writes it)', () => {
  const page = readFileSync(file, 'utf8')
  const fresh = filled(filled(page, 'faults', faultTables(catalogue)), 'reports', reportTable())
  if (process.env.UPDATE) writeFileSync(file, fresh)
  expect(readFileSync(file, 'utf8')).toBe(fresh)
})

test('the schedule that it shows is a good one', () => {
  const [, json] = /```json\n([\s\S]*?)```/.exec(readFileSync(file, 'utf8'))!
  expect(parseSchedule(json!).entries).toHaveLength(5)
})

test('every fault has a name, a sentence and sound presets', () => {
  expect(new Set(catalogue.map(({ name }) => name)).size).toBe(catalogue.length)
  for (const { name, title, params } of catalogue) {
    expect(name).toMatch(/^[a-z]+(-[a-z\d]+)*$/)
    expect(title).toMatch(/^[A-Z][^\n]*\.$/)
    for (const { schema, preset } of Object.values(params)) expect(is(schema, preset)).toBe(true)
  }
})
