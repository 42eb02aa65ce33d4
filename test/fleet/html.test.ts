import { expect, test } from 'vitest'
import { fleetHtml } from '../../src/fleet/report/html-report.ts'
import { stormyReport } from './stormy-run.ts'

test('the page loads nothing, its script alone runs, and what names say stays text', () => {
  const report = stormyReport()
  const html = fleetHtml({ ...report, lost: { byCause: { '</script><script>alert(1)</script>': 1 } } }, 'n0nce')
  expect(html).toContain("default-src 'none'; style-src 'unsafe-inline'; script-src 'nonce-n0nce'")
  expect(html).not.toContain('<script>alert')
  expect(html).not.toMatch(/(src|href)=|url\(|@import/)
  expect(html).toContain('<h1>Two storms &lt;&amp;&gt;</h1>')
  expect(html).toContain('2 of 6 expectations are missed.')
  const [, data] = /id="plots">(.*?)<\/script>/.exec(html)!
  const { recovery } = JSON.parse(data!)
  expect(
    recovery.lines.map(({ label, values }: { label: string; values: number[] }) => [label, values.at(-1)]),
  ).toEqual([
    ['north', 98],
    ['herd', 99],
  ])
})
