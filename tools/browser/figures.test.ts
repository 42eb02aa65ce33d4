import { writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { serveConsole } from '../../src/console/server/console-server.ts'
import { readPageFiles } from '../../src/console/server/page-files.ts'
import { serveFiles } from '../../src/console/server/show-files.ts'
import type { TimelineEntry } from '../../src/console/server/timeline.ts'
import { consolePage } from '../../src/launch/package.ts'
import { chromium } from './playwright.ts'

const perSecond = 20_000
const seconds = 60
const frameUs = 1e6 / 60

const line = { line: 'at0', chain: 1 } as const
const rows: readonly TimelineEntry[] = [
  { ...line, kind: 'at-in', part: 'command', bytes: 'AT+CMQTTPUB=0,1,60\r' },
  { ...line, kind: 'at-out', part: 'final', bytes: '\r\nOK\r\n' },
  { kind: 'mqtt-out', connection: 1, client: 0, bytes: '@\x02\0\x07', packet: { type: 'puback', packetId: 7 } },
  { ...line, kind: 'at-out', part: 'result', bytes: '\r\n+CMQTTPUB: 0,0\r\n' },
]

interface TraceEvent {
  readonly name: string
  readonly ph: string
  readonly ts: number
  readonly dur?: number
  /** Of the processor. */
  readonly tdur?: number
  readonly pid: number
  readonly tid: number
  readonly args?: { readonly name?: string }
}

/** Work of the page's main thread in each sixtieth of a second, ms. Of the renderers it is the busiest. */
function frames(events: readonly TraceEvent[]): readonly number[] {
  const threads = events.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
  const all = threads.map((main) =>
    events.filter(
      ({ name, ph, pid, tid }) => ph === 'X' && /RunTask$/.test(name) && pid === main.pid && tid === main.tid,
    ),
  )
  const [tasks = []] = all.sort((a, b) => busy(b) - busy(a))
  const first = tasks.reduce((least, { ts }) => Math.min(least, ts), Number.POSITIVE_INFINITY)
  const work: number[] = []
  for (const { ts, dur = 0, tdur = dur } of tasks) {
    const frame = Math.floor((ts - first) / frameUs)
    work[frame] = (work[frame] ?? 0) + tdur / 1000
  }
  return Array.from(work, (ms) => ms ?? 0)
}

const busy = (tasks: readonly TraceEvent[]): number => tasks.reduce((sum, { dur = 0 }) => sum + dur, 0)

const quantile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length * share)] ?? 0

test(`${perSecond} rows a second for ${seconds} s, following`, async () => {
  const { served, stop } = serveFiles([])
  const console = await serveConsole({ host: '127.0.0.1', port: 0, files: readPageFiles(consolePage), served })
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--disable-gpu'] })
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
  served.timeline.add({ kind: 'note', text: 'first', t: 0 })
  await page.addInitScript(`new MutationObserver((_, self) => {
    if (!document.querySelector('.row:not([hidden])')) return
    self.disconnect()
    globalThis.firstRow = performance.now()
  }).observe(document, { childList: true, subtree: true })`)
  await page.goto(console.url)
  await page.locator('.row:visible').first().waitFor()
  const began = await page.evaluate(
    `({ paint: performance.getEntriesByName('first-contentful-paint')[0].startTime, row: globalThis.firstRow })`,
  )
  await page.keyboard.press('f')
  const trace = join(tmpdir(), 'atmqtt-console-trace.json')
  await browser.startTracing(page, { path: trace, categories: ['toplevel', 'devtools.timeline', '__metadata'] })
  const start = performance.now()
  let sent = 1
  while (performance.now() - start < seconds * 1000) {
    const wanted = Math.floor(((performance.now() - start) * perSecond) / 1000)
    for (; sent <= wanted; sent++) served.timeline.add({ ...rows[sent % rows.length]!, t: performance.now() - start })
    await sleep(5)
  }
  const { traceEvents } = JSON.parse(String(await browser.stopTracing())) as { traceEvents: readonly TraceEvent[] }
  served.timeline.end('Measured.')
  await page.getByText('Measured.').waitFor({ timeout: 60_000 })
  const count = (await page.locator('.count').textContent())!
  const gaps = await page.locator('.row[data-kind=gap]:visible').count()
  const work = frames(traceEvents)
  const figures = [
    `- ${new Date().toISOString().slice(0, 10)}, ${cpus()[0]!.model}, ${cpus().length} cores, Chromium ${browser.version()}`,
    `- ${sent - 1} rows in ${seconds} s; the page then has ${count}, gaps in view: ${gaps}`,
    `- main thread, ms of work a frame of 16.7 ms: median ${quantile(work, 0.5).toFixed(1)}, p95 ${quantile(work, 0.95).toFixed(1)}, p99 ${quantile(work, 0.99).toFixed(1)}`,
    `- first paint and first row, ms: ${JSON.stringify(began)}`,
  ].join('\n')
  writeFileSync(join(import.meta.dirname, '..', '..', '.cache', 'console-figures.md'), `${figures}\n`)
  process.stdout.write(`${figures}\n`)
  expect(count).toContain(` of ${String(sent).replace(/\B(?=(\d{3})+$)/g, ',')} rows`)
  await browser.close()
  await console.close()
  stop()
})
