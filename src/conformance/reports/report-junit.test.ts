import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bytesOf, escapeBytes } from '../../at/syntax/bytes.ts'
import { TranscriptMismatch } from '../../transcript/language/transcript-error.ts'
import { type About, reportOf } from './report.ts'
import { reportHtml } from './report-html.ts'
import { reportJunit } from './report-junit.ts'

const about: About = {
  tool: 'atmqtt',
  module: 'memory',
  profile: 'x',
  startedAt: '2026-01-01T00:00:00Z',
  ms: 1,
  others: 0,
}

/** A report of one failed and one skipped case, with these texts wherever a module or a file has one. */
function reportWith(text: string, got: string) {
  const place = { fileName: `${text}.at`, line: 1, cite: text }
  const rows = [{ state: 'differs', expected: 'OK', got }] as const
  const mismatch = new TranscriptMismatch(place, { expected: 'OK', got, lastSent: got, reason: text, rows })
  const one = { fileName: `${text}.at`, line: 1, title: text, shows: [], needs: [], conditions: conditions(), ms: 1 }
  const results = [
    { ...one, outcome: { kind: 'failed', mismatch } as const },
    { ...one, outcome: { kind: 'skipped', reason: text } as const },
  ]
  return reportOf(results as unknown as Parameters<typeof reportOf>[0], { ...about, module: text, profile: text })
}

const conditions = () => ({ profiles: [], needs: [] })

/** XML 1.0: its characters, CDATA sections that end, and outside of them no sign that stands for markup. */
function checkXml(xml: string): void {
  expect(xml).not.toMatch(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u)
  const rest = xml.replace(/<!\[CDATA\[[\s\S]*?\]\]>/g, '')
  expect(rest).not.toContain(']]>')
  expect(rest).not.toContain('<![')
  const open: string[] = []
  for (const [, close, name, attributes, empty] of rest.matchAll(
    /<(\/?)([\w?-]+)((?:\s[\w-]+="[^"<]*")*)\s*([?/]?)>/g,
  )) {
    expect(attributes).not.toMatch(/&(?!(lt|gt|amp|quot|apos|#x?[0-9A-Fa-f]+);)/)
    if (close) expect(open.pop()).toBe(name)
    else if (!empty) open.push(name!)
  }
  expect(open).toEqual([])
  expect(rest.replace(/<(\/?)([\w?-]+)((?:\s[\w-]+="[^"<]*")*)\s*([?/]?)>/g, '')).not.toContain('<')
}

test(']]> does not end a section, however often', () => {
  const xml = reportJunit(reportWith('a]]>b]]>c', 'd]]>e]]>f'))
  checkXml(xml)
  expect(xml).toContain('d]]\\x3ee]]\\x3ef')
})

test('whatever bytes a module answers, whatever a case is called: XML', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(']]>', '\x00', '\x1b', '\ufffe', '\ud800', '<&">'),
  )
  const bytes = fc.uint8Array().map((answer) => escapeBytes(bytesOf(String.fromCharCode(...answer))))
  fc.assert(fc.property(texts, bytes, (text, got) => checkXml(reportJunit(reportWith(text, got)))))
})

test('the page shows no character that reorders text', () => {
  expect(reportHtml(reportWith('\u202egnp', 'x'))).toContain('\\u{202e}gnp')
})
