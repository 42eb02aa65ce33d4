import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { profiles } from '../../src/at/public.ts'
import { commandsOf } from '../../src/module/public.ts'

const file = new URL('../../docs/reference/timing.md', import.meta.url)
const begin = '<!-- spans: generated, `npm test` compares -->\n'
const end = '<!-- /spans -->'
const { responseTimes } = profiles.sim767x!

const words = {
  quick: '`?` and `=?` forms, `AT` alone, lines that are no command',
  prompt: 'until `>` of a command with data',
  data: 'the result behind these data, unless they go to flash',
  refused: '`ERROR` and `+CME ERROR`, a code before it too: what is refused by state or values',
  other: 'every other result',
  storage: commandsWith('storage'),
  network: commandsWith('network'),
  release: commandsWith('release'),
  radio: commandsWith('radio'),
} as const

function commandsWith(effort: string): string {
  const commands = Object.values(commandsOf(profiles.sim767x!)).filter((command) => command.effort === effort)
  return commands.map(({ name }) => `\`AT${name}\``).join(', ')
}

test('the table of spans is that of the profiles, which are the same (UPDATE=1 npm test writes it)', () => {
  const page = readFileSync(file, 'utf8')
  const kinds = Object.keys(words) as (keyof typeof words)[]
  const rows = kinds.map((kind) =>
    `| \`${kind}\` | ${responseTimes[kind].join('–')} | ${words[kind]} |`.replace('  |', ' |'),
  )
  const [before, rest] = page.split(begin) as [string, string]
  const table = ['| what | span, ms | for |', '| --- | --- | --- |', ...rows].join('\n')
  const fresh = `${before}${begin}\n${table}\n\n${rest.slice(rest.indexOf(end))}`
  if (process.env.UPDATE) writeFileSync(file, fresh)
  expect(readFileSync(file, 'utf8')).toBe(fresh)
  for (const profile of Object.values(profiles)) expect(profile.responseTimes).toEqual(responseTimes)
})
