import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { defaultProfile } from '../../src/at/public.ts'
import { loadProfile, profileValues } from '../../src/profile-file/public.ts'

const file = new URL('../../docs/guide/profiles.md', import.meta.url)
const begin = '<!-- keys: generated, `npm test` compares -->\n'
const end = '<!-- /keys -->'

test('the table of keys is the one that the fields give (UPDATE=1 npm test writes it)', () => {
  const page = readFileSync(file, 'utf8')
  const [before, rest] = page.split(begin) as [string, string]
  const rows = profileValues(defaultProfile).map(
    ({ path, meaning, allowed, value }) =>
      `| \`${path}\` | ${meaning} | ${allowed.replaceAll('<', '\\<')} | \`${JSON.stringify(value)}\` |`,
  )
  const table = ['| key | what | allowed | `sim767x` |', '| --- | --- | --- | --- |', ...rows].join('\n')
  const fresh = `${before}${begin}\n${table}\n\n${rest.slice(rest.indexOf(end))}`
  if (process.env.UPDATE) writeFileSync(file, fresh)
  expect(readFileSync(file, 'utf8')).toBe(fresh)
})

test('the examples of the guide are good profiles', () => {
  const page = readFileSync(file, 'utf8')
  const whole = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(([, json]) => json!)
  const inline = [...page.matchAll(/`(\{ "extends".*?\})`/g)].map(([, json]) => json!)
  expect(whole.length + inline.length).toBe(3)
  for (const json of [...whole, ...inline]) expect(loadProfile(JSON.parse(json)).title).toBeTruthy()
})
