import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { mqttCommands } from '../../src/at/commands/mqtt/mqtt-commands.ts'
import { defaultProfile } from '../../src/at/profiles/profiles.ts'
import { commandTable } from '../../src/cli/reference/commands.ts'
import { catalogue } from '../../src/faults/public.ts'
import { requirements } from '../support/requirements/requirements.ts'

const file = new URL('../../README.md', import.meta.url)
/** It has the table of commands. */
const commands = new URL('../../docs/reference/mqtt-commands.md', import.meta.url)
const begin = '<!-- commands: generated, `npm test` compares -->\n'
const end = '<!-- /commands -->'

test('the table of commands is the one that the definitions give (UPDATE=1 npm test writes it)', () => {
  const page = readFileSync(commands, 'utf8')
  const [before, rest] = page.split(begin) as [string, string]
  const after = rest.slice(rest.indexOf(end))
  const fresh = `${before}${begin}\n${commandTable(Object.values(mqttCommands(defaultProfile.mqtt)))}\n\n${after}`
  if (process.env.UPDATE) writeFileSync(commands, fresh)
  expect(readFileSync(commands, 'utf8')).toBe(fresh)
})

test('the README has fewer than 900 words', () => {
  expect(readFileSync(file, 'utf8').split(/\s+/).length).toBeLessThan(900)
})

test('the number of requirements is right (UPDATE=1 npm test writes it)', () => {
  const readme = readFileSync(file, 'utf8')
  const fresh = readme.replace(/ \d+ requirements, /, ` ${requirements().length} requirements, `)
  if (process.env.UPDATE) writeFileSync(file, fresh)
  expect(readFileSync(file, 'utf8')).toContain(` ${requirements().length} requirements, `)
})

test.each<[string, URL, RegExp, string]>([
  ['README', file, / \d+ faults, /, ` ${catalogue.length} faults, `],
  [
    'CHANGELOG',
    new URL('../../CHANGELOG.md', import.meta.url),
    /^- \d+ faults with /m,
    `- ${catalogue.length} faults with `,
  ],
])('the number of faults is right in the %s (UPDATE=1 npm test writes it)', (_, page, pattern, words) => {
  const fresh = readFileSync(page, 'utf8').replace(pattern, words)
  if (process.env.UPDATE) writeFileSync(page, fresh)
  expect(readFileSync(page, 'utf8')).toContain(words)
})
