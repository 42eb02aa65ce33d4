import { expect, test } from 'vitest'
import { profiles } from '../../src/at/profiles/profiles.ts'
import { bytesOf, escapeBytes, textOf } from '../../src/at/syntax/bytes.ts'
import { askVirtual } from '../../src/cli/learn/virtual-twin.ts'
import { compare } from '../../src/conformance/learn/comparison.ts'
import { learntProfile } from '../../src/conformance/learn/learnt-profile.ts'
import { learntTranscripts } from '../../src/conformance/learn/learnt-transcripts.ts'
import { learntHtml, learntMarkdown } from '../../src/conformance/learn/report.ts'
import { type About, reportOf } from '../../src/conformance/reports/report.ts'
import { reportHtml } from '../../src/conformance/reports/report-html.ts'
import { reportJunit } from '../../src/conformance/reports/report-junit.ts'
import { Explainer } from '../../src/explain/explain.ts'
import { htmlReport } from '../../src/explain/report/html-report.ts'
import { TranscriptMismatch } from '../../src/transcript/language/transcript-error.ts'
import { learnFrom } from '../support/conformance/learning.ts'

/** What acts in a browser, in Markdown, in XML, in a log viewer and on a terminal; one character a byte. */
const hostile =
  '<img src=x onerror=alert(1)></code></td><script>alert(2)</script>`[x](javascript:alert(3))`|![y](z)]]>&"\'```\x1b[2J\x9b31m\x00\xff\u202e'
const asBytes = Buffer.from(hostile, 'utf8').toString('latin1')

/** C0 without tab and line feed, C1, DEL, and what reorders text. */
const acts = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/

/** Elements, and attributes of elements, that are in a page. */
function inPage(html: string) {
  const style = /<style>[\s\S]*?<\/style>/g
  const tags = [...html.replace(style, '').matchAll(/<([a-z][a-z\d]*)((?:\s[^<>]*)?)>/gi)]
  return { names: tags.map(([, name]) => name!.toLowerCase()), attributes: tags.map(([, , all]) => all!).join('\n') }
}

function checkPage(html: string): void {
  expect(html).not.toMatch(acts)
  const { names, attributes } = inPage(html)
  expect(names.filter((name) => ['img', 'iframe', 'object', 'embed', 'link', 'form', 'svg'].includes(name))).toEqual([])
  expect(attributes).not.toMatch(/\son\w+=|javascript:/i)
  expect(html).not.toContain('<script>alert')
}

/** What is left of Markdown without its code: no element, no link that somebody else has put there. */
function checkMarkdown(text: string): void {
  expect(text).not.toMatch(acts)
  const prose = text
    .replace(/^```json\n[\s\S]*?\n```$/gm, '')
    .replace(/`[^`\n]*`/g, '')
    .replace(/\\./g, '')
  expect(prose).not.toMatch(/[<`]|\]\(/)
}

const about: About = { tool: 'atmqtt', module: hostile, profile: hostile, startedAt: '2026-01-01', ms: 1, others: 0 }

test('conformance: page and JUnit of a module that answers so', () => {
  const got = escapeBytes(bytesOf(asBytes))
  const rows = [{ state: 'differs', expected: 'OK', got }] as const
  const place = { fileName: 'a.at', line: 1 }
  const mismatch = new TranscriptMismatch(place, { expected: 'OK', got, lastSent: 'AT', reason: hostile, rows })
  const conditions = { profiles: [], needs: [] }
  const one = { fileName: 'a.at', line: 1, title: hostile, shows: [], needs: [], conditions, ms: 1 }
  const failed = { ...one, outcome: { kind: 'failed', mismatch } }
  const report = reportOf([failed] as unknown as Parameters<typeof reportOf>[0], about)
  checkPage(reportHtml(report))
  const xml = reportJunit(report)
  expect(xml).not.toMatch(acts)
  expect(xml.replace(/<!\[CDATA\[[\s\S]*?\]\]>/g, '')).not.toMatch(/<img|<script|\]\]>/)
})

test('learn: page, Markdown, profile and transcripts of a module that answers so', async () => {
  const take = (bytes: Uint8Array, pass: (bytes: Uint8Array) => void) =>
    pass(bytesOf(textOf(bytes).replace(/(Model: |Revision: |\+CESQ: |\+CSQ: )[^\r\n]*/g, (_, name) => name + asBytes)))
  const { learnt, permissions } = await learnFrom(profiles.sim767x!, {
    prepare: ({ line }) => void line.tap('in', { take }),
  })
  const profile = learntProfile(learnt, '2026-12-01')
  const twin = await askVirtual(profile.profile, permissions, 'instant')
  const compared = compare(learnt, twin.learnt, { theirs: permissions, ours: twin.permissions })
  const source = { tool: 'atmqtt', date: '2026-12-01', ms: 1, learnt, profile, compared }
  const [html, markdown] = [learntHtml(source), learntMarkdown(source)]
  expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;')
  expect(markdown).toContain('<img src=x onerror=alert(1)>')
  checkPage(html)
  checkMarkdown(markdown)
  for (const { text } of learntTranscripts(learnt.asked, permissions)) expect(text).toMatch(/^[\x20-\x7e\n]*$/)
}, 60_000)

test('explain: the page of a log that has it', () => {
  const log = `> AT+CMQTTACCQ=0,"${hostile}",1\n< OK\n> AT+CMQTTCONNECT=0,"tcp://${hostile}",60,1\n< OK\n< +CMQTTCONNECT: 0,32\n< ${hostile}\n`
  const explainer = new Explainer({ keepsRows: true })
  explainer.feed(Buffer.from(log, 'utf8'))
  const report = explainer.end()
  const html = htmlReport(report, explainer.rows(report), hostile)
  expect(html).toContain('&lt;img src=x onerror=alert(1)')
  checkPage(html)
})
