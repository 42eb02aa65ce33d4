import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { PageUser } from '../../test/support/console/browser-page.ts'
import { startChromium } from '../../test/support/programs/chromium.ts'

const folder = join(import.meta.dirname, '..', '..', 'docs', 'img')
const sizes = [
  [1440, 900],
  [1024, 768],
  [390, 844],
] as const

test('pictures of the console', async () => {
  mkdirSync(folder, { recursive: true })
  const chromium = await startChromium()
  const user = await PageUser.open(chromium)
  const { page } = user
  await page.setViewportSize({ width: 1440, height: 900 })
  await session(user)
  for (const [width, height] of sizes)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.setViewportSize({ width, height })
      await page.emulateMedia({ colorScheme })
      await page.waitForTimeout(400)
      await page.screenshot({ path: join(folder, `console-${width}-${colorScheme}.png`) })
    }
  expect(user.complaints).toEqual([])
  await user.close()
  await chromium.close()
})

/** A device that publishes, is sent something, and loses its connection. */
async function session(user: PageUser): Promise<void> {
  const { page } = user
  await user.connect()
  await user.type('AT+CMQTTSUB=0,6,1', '→ AT+CMQTTSUB')
  await page.getByRole('heading', { name: 'Data for' }).waitFor()
  await user.type('lamp/#', '+CMQTTSUB: 0,0')
  for (const value of ['21.4', '21.5', '21.7']) await user.publish('room/1', value)
  await page.locator('#fault-search').fill('reset')
  await page.locator('summary', { hasText: 'socket-reset' }).click()
  await page.getByRole('button', { name: 'Start socket-reset' }).click()
  await user.row('+CMQTTCONNLOST').waitFor()
  await user.row('PUBLISH room/1').last().click()
  await page.getByRole('heading', { name: /^Row \d+/ }).waitFor()
}
