import { describe, expect, test } from 'vitest'
import { gradesOf, parseRequirements, RequirementError } from './requirements.ts'

const table = (...rows: readonly string[]) => ['| id | what | grade |', '| --- | --- | --- |', ...rows].join('\n')
const read = (text: string) => parseRequirements(text, 'x.md')

describe('a page of requirements', () => {
  test('gives the rows of its tables, with the section of the heading above', () => {
    const text = `# A\n\nProse.\n\n${table('| 2.2.1-r1 | It starts. | note |')}\n\n## B (§2.2.2)\n\n${table('| line-2 | It ends. | note; E |')}`
    expect(read(text)).toEqual([
      { id: '2.2.1-r1', section: 'A', sentence: 'It starts.', evidence: ['note'], source: 'note' },
      { id: 'line-2', section: '§2.2.2', sentence: 'It ends.', evidence: ['note', 'E'], source: '§2.2.2; our choice' },
    ])
  })

  test('ignores other tables', () => {
    expect(read('| id | what |\n| --- | --- |\n| a-1 | b |\n\n| a | grade |\n| --- | --- |\n| a-2 | E |')).toEqual([])
  })

  test('joins columns to a sentence', () => {
    const state = '| id | command | in this state | answer | grade |\n| --- | --- | --- | --- | --- |'
    const wide = '| id | what | a | b | c | grade |\n| --- | --- | --- | --- | --- | --- |'
    expect(read(`${state}\n| st-1 | REL | free | \`20\` | A |`)).toMatchObject([{ sentence: 'REL, free: `20`' }])
    expect(read(`${wide}\n| p-1 | prompt | 1 | 2 | 3 | A |`)).toMatchObject([{ sentence: 'prompt: a 1; b 2; c 3' }])
  })

  test('names the source where it is told', () => {
    const [first] = read(table('| a-1 | b | note §2.2.5; B LilyGo-Modem-Series #332; C |'))
    expect(first).toMatchObject({
      evidence: ['note', 'B', 'C'],
      source: '§2.2.5; LilyGo-Modem-Series #332; another manual of the maker',
    })
  })

  test.each([
    ['| a-1 | b | F |', 'x.md:3: "F" is no grade'],
    ['| a-1 | b |  |', 'x.md:3: "" is no grade'],
    ['| a-1 | E |', 'x.md:3: the row has 2 cells; the table has 3.'],
    ['| one | b | E |', 'x.md:3: "one" is no ID'],
  ])('refuses %s', (row, sentence) => {
    expect(() => read(table(row))).toThrow(RequirementError)
    expect(() => read(table(row))).toThrow(sentence)
  })
})

test('the marks that fit a requirement', () => {
  const [mixed, seen] = read(table('| a-1 | b | note; C; E |', '| a-2 | b | A; B; D |'))
  expect(gradesOf(mixed!)).toEqual(['documented', 'chosen'])
  expect(gradesOf(seen!)).toEqual(['observed'])
})
