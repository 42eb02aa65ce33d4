import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { type BrowserContext, chromium } from '../../../tools/browser/playwright.ts'

const names = ['chromium', 'chromium-browser', 'google-chrome']
const executable = (process.env.PATH ?? '')
  .split(delimiter)
  .flatMap((folder) => names.map((name) => join(folder, name)))
  .find((path) => existsSync(path))

/** Why tests in a browser can't run here: for `test.skipIf`. In CI a missing one fails instead. */
export const chromiumMissing = executable ? undefined : missing()

export interface Chromium {
  readonly context: BrowserContext
  /** Ends it and removes what it has written. */
  close(): Promise<void>
}

/** Starts the system's Chromium without a window, with a profile of its own, and nothing that calls home. */
export async function startChromium(args: readonly string[] = []): Promise<Chromium> {
  const folder = mkdtempSync(join(tmpdir(), 'atmqtt-chromium-'))
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: executable ?? 'chromium',
    headless: true,
    chromiumSandbox: false,
    args: [
      ...['--disable-gpu', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
      ...args,
    ],
  })
  const close = async () => {
    await context.close()
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
  return { context, close }
}

function missing(): string {
  const sentence = 'Chromium is not installed: apt-get install chromium'
  if (process.env.CI) throw new Error(sentence)
  return sentence
}
