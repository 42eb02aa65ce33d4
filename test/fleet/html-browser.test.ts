import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { fleetHtml } from '../../src/fleet/report/html-report.ts'
import { chromiumMissing, startChromium } from '../support/programs/chromium.ts'
import { stormyReport } from './stormy-run.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What the page has. */
interface InPage {
  readonly document: {
    querySelectorAll(selector: string): { readonly length: number }
    readonly documentElement: { readonly scrollWidth: number }
  }
  readonly axe: { run(): Promise<{ readonly violations: readonly { readonly id: string }[] }> }
}

test.skipIf(chromiumMissing)(
  'the page draws its plots under its own policy, loads nothing, and axe finds nothing, light and dark, wide and narrow',
  { timeout: 60_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'atmqtt-fleet-'))
    const url = pathToFileURL(join(folder, 'report.html')).href
    writeFileSync(new URL(url), fleetHtml(stormyReport(), 'n0nce'))
    const { context, close } = await startChromium()
    try {
      const page = await context.newPage()
      const said: string[] = []
      page.on('console', (message) => said.push(message.text()))
      page.on('pageerror', (error) => said.push(error.message))
      page.on('request', (request) => request.url() !== url && said.push(request.url()))
      await page.goto(url)
      await page.evaluate(axe)
      for (const [width, colorScheme] of [
        [1440, 'light'],
        [390, 'dark'],
      ] as const) {
        await page.setViewportSize({ width, height: 900 })
        await page.emulateMedia({ colorScheme })
        const seen = await page.evaluate(async () => {
          const { document, axe } = globalThis as unknown as InPage
          return {
            plots: document.querySelectorAll('canvas[role=img]').length,
            width: document.documentElement.scrollWidth,
            violations: (await axe.run()).violations.map(({ id }) => id),
          }
        })
        expect(seen).toEqual({ plots: 8, width, violations: [] })
      }
      expect(said).toEqual([])
    } finally {
      await close()
      rmSync(folder, { recursive: true })
    }
  },
)
