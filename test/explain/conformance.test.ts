import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { explain } from '../../src/explain/explain.ts'
import { partsOf } from '../../src/transcript/language/cases.ts'
import { parseTranscript } from '../../src/transcript/language/parse.ts'

const folder = new URL('../../conformance/', import.meta.url)
/** `file | title of the case | causes`: what a case brings above a note when it is read as a log. One that is not named brings none. */
const declared = new URL('conformance-findings.txt', import.meta.url)

const found = readdirSync(folder)
  .filter((name) => name.endsWith('.at'))
  .flatMap((fileName) => {
    const text = readFileSync(new URL(fileName, folder), 'utf8')
    const rows = text.split('\n')
    return partsOf(parseTranscript(text, fileName)).flatMap(({ about, has }) => {
      const own = rows.filter((_, i) => has(i + 1)).join('\n')
      const ids = explain(`@strict\n${own}`).findings.filter(({ severity }) => severity !== 'note')
      return ids.length === 0 ? [] : [`${fileName} | ${about.title} | ${ids.map(({ id }) => id).join(' ')}`]
    })
  })

test('each case of the conformance suite brings the causes that are declared for it, or none (UPDATE=1 writes them)', () => {
  if (process.env.UPDATE) writeFileSync(declared, `${found.join('\n')}\n`)
  expect(found).toEqual(readFileSync(declared, 'utf8').trim().split('\n'))
})

test('start-ups of real firmware, and whole lives of a client, bring nothing above a note but an APN that is refused', () => {
  const own = found.filter((row) => /^(?:firmware|life)-/.test(row)).map((row) => row.split(' | ')[0])
  expect(own.filter((name) => !name!.includes('refused'))).toEqual([])
})
