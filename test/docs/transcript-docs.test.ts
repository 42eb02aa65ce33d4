import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parseTranscript } from '../../src/transcript/language/parse.ts'

const page = readFileSync(new URL('../../docs/reference/transcripts.md', import.meta.url), 'utf8')
const examples = [...page.matchAll(/^```at\n(.*?)^```/gms)].map((match) => match[1]!)
/** Marks and directives at the beginning of a code span: `> AT+CSQ`. */
const spans = [...page.matchAll(/`((?:[<>~]|@[a-z])[^`\n]*)`/g)].map((match) => match[1]!)

describe('the page on transcripts', () => {
  test('has examples', () => {
    expect(examples.length).toBeGreaterThan(6)
  })

  test.each(examples)('this is a transcript:\n%s', (text) => {
    expect(parseTranscript(text, 'docs/reference/transcripts.md').steps.length).toBeGreaterThan(0)
  })

  test('shows every mark and every directive in an example', () => {
    const all = examples.join('\n')
    for (const mark of ['> ', '>> ', '< ', '<< ', '<prompt', '~ ', '~~ '])
      expect(all).toMatch(new RegExp(`^${mark}`, 'm'))
    for (const empty of ['<', '~']) expect(all.split('\n')).toContain(empty)
    const unknown = () => parseTranscript('@nothing', 'x.at')
    const directives = catchMessage(unknown)
      .split('\n')[0]!
      .match(/@[a-z]+/g)!
      .slice(1)
    expect(new Set(directives).size).toBe(16)
    for (const directive of directives) expect(page).toMatch(new RegExp(`\`${directive}\\b`))
  })

  test('its code spans that are steps are ones', () => {
    const complete = spans.filter(
      (span) => !/…|TITLE|NAME|GRADE|ID|^@(begin|end|lenient|strict|peer)$|^[<>~]{1,2}$|^~~/.test(span),
    )
    expect(complete.length).toBeGreaterThan(12)
    for (const span of complete) {
      const [before, behind] = /^@(cite|profile|needs|only)/.test(span) ? [span, '> AT'] : [span, '']
      const lines = span.startsWith('@at') ? `${span}\n> AT` : `${before}\n${behind}`
      expect(() => parseTranscript(lines, span)).not.toThrow()
    }
  })
})

function catchMessage(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    return (error as Error).message
  }
  return ''
}
