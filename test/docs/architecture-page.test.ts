import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { readSources } from '../laws/source.ts'
import { folderPicture, folderTable, wrongSteps } from '../support/architecture-page.ts'

const sources = readSources(fileURLToPath(new URL('../../', import.meta.url)))
const file = new URL('../../docs/architecture.md', import.meta.url)

function filled(page: string, section: string, content: string): string {
  const begin = `<!-- ${section}: generated, \`npm test\` compares -->\n`
  const [before, rest] = page.split(begin) as [string, string]
  return `${before}${begin}\n${content}\n\n${rest.slice(rest.indexOf(`<!-- /${section} -->`))}`
}

test('folders and arrows are those of the law of imports and of the import graph (UPDATE=1 npm test writes them)', () => {
  const page = readFileSync(file, 'utf8')
  const fresh = filled(filled(page, 'folders', folderTable(sources)), 'picture', folderPicture(sources))
  if (process.env.UPDATE) writeFileSync(file, fresh)
  expect(readFileSync(file, 'utf8')).toBe(fresh)
})

test('each folder of the sources has words on the page', () => {
  expect(folderTable(sources)).not.toContain('undefined')
})

const diagrams = [
  ...readFileSync(file, 'utf8').matchAll(/^### (.*)$[\s\S]*?```mermaid\n(sequenceDiagram[\s\S]*?)```/gm),
]

describe('each step of a route names a file that is there, and a function that this file has', () => {
  test('three routes', () => {
    expect(diagrams.length).toBe(3)
  })
  test.each(diagrams.map(([, title, diagram]) => [title!, diagram!]))('%s', (_, diagram) => {
    expect(wrongSteps(diagram, sources)).toEqual([])
  })
})

test('a file or a function that is not there is found', () => {
  const diagram =
    'participant A as at/none.ts\nparticipant B as module/step.ts\nA->>B: step(), then nothing()\nB->>A: x'
  expect(wrongSteps(diagram, sources)).toEqual(['src/at/none.ts is not there', 'src/module/step.ts has no nothing'])
})
