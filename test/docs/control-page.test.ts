import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { operationsText } from '../../src/cli/ctl/ctl-help.ts'
import { controlRequest } from '../../src/cli/ctl/ctl-request.ts'
import { operations } from '../../src/control/public.ts'
import { operationTable } from '../support/control-table.ts'

const page = (name: string) => new URL(`../../docs/reference/${name}.md`, import.meta.url)

test.each([
  ['control', 'operations', operationTable()],
  ['cli', 'ctl', `\`\`\`text\n${operationsText()}\n\`\`\``],
])('%s.md: %s is what the operations give (UPDATE=1 npm test writes it)', (name, section, content) => {
  const text = readFileSync(page(name), 'utf8')
  const begin = `<!-- ${section}: generated, \`npm test\` compares -->\n`
  const [before, rest] = text.split(begin) as [string, string]
  const fresh = `${before}${begin}\n${content}\n\n${rest.slice(rest.indexOf(`<!-- /${section} -->`))}`
  if (process.env.UPDATE) writeFileSync(page(name), fresh)
  expect(readFileSync(page(name), 'utf8')).toBe(fresh)
})

test('every value of a field that is one of some words has a row that says what it does', () => {
  for (const { value, fields, does } of Object.values(operations)) {
    const all = fields.find(({ name }) => name === value)?.words
    if (all) expect(does.flatMap(({ of }) => of ?? []).toSorted()).toEqual(all.toSorted())
  }
})

test('the calls that the page shows are calls', () => {
  const section = readFileSync(page('cli'), 'utf8').split('## `atmqtt ctl')[1]!.split('\n## ')[0]!
  const lines = [...section.matchAll(/^atmqtt ctl (\S+)(?: ('[^']*'|\S+))?(?: ('[^']*'))?$/gm)]
  expect(lines.length).toBeGreaterThan(5)
  const plain = (text: string | undefined) => text?.replace(/^'(.*)'$/, '$1')
  for (const [, op, value, json] of lines) {
    const { op: name, ...fields } = controlRequest(op!, plain(value), plain(json))
    for (const [key, given] of Object.entries(fields))
      expect([key, operations[String(name)]!.fields.find((field) => field.name === key)?.accepts(given)]).toEqual([
        key,
        true,
      ])
  }
})
