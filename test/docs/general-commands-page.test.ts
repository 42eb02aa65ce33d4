import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { profiles } from '../../src/at/profiles/profiles.ts'
import { generalTable } from '../support/general-table.ts'

const file = new URL('../../docs/reference/general-commands.md', import.meta.url)
const begin = '<!-- commands: generated, `npm test` compares -->\n'
const end = '<!-- /commands -->'

test('the table of general commands is the one that the definitions give (UPDATE=1 npm test writes it)', () => {
  const page = readFileSync(file, 'utf8')
  const [before, rest] = page.split(begin) as [string, string]
  const after = rest.slice(rest.indexOf(end))
  const fresh = `${before}${begin}\n${generalTable(profiles)}\n\n${after}`
  if (process.env.UPDATE) writeFileSync(file, fresh)
  expect(readFileSync(file, 'utf8')).toBe(fresh)
})
