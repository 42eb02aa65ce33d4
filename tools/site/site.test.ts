import { readdirSync, readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Chromium, chromiumMissing, startChromium } from '../../test/support/programs/chromium.ts'
import type { Page } from '../browser/playwright.ts'

const out = join(import.meta.dirname, '..', '..', '.cache', 'site', 'out')
const pages = readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.html'))

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.woff2': 'font/woff2',
}

/** The files of the site, as any server has them. */
const server = createServer(({ url }, response) => {
  const path = decodeURIComponent(new URL(url!, 'http://site').pathname)
  try {
    const file = join(out, path.endsWith('/') ? `${path}index.html` : path)
    response.setHeader('content-type', types[extname(file)] ?? 'text/plain')
    response.end(readFileSync(file))
  } catch {
    response.writeHead(404).end()
  }
})

let site: string
let chromium: Chromium
const elsewhere: string[] = []
const complaints: string[] = []
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  site = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  if (!chromiumMissing) chromium = await startChromium()
})
afterAll(async () => {
  await chromium?.close()
  server.close()
})

async function open(path: string): Promise<Page> {
  const page = await chromium.context.newPage()
  page.on('request', (request) => {
    if (!request.url().startsWith(site) && !request.url().startsWith('data:')) elsewhere.push(request.url())
  })
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(`${path}: ${message.text()}`)
  })
  page.on('pageerror', (error) => complaints.push(`${path}: ${error.message}`))
  await page.goto(`${site}/${path}`, { waitUntil: 'load' })
  return page
}

test('no link of the site is dead, anchors included', () => {
  const html = new Map(pages.map((name) => [`/${name}`, readFileSync(join(out, name), 'utf8')]))
  const ids = new Map(
    [...html].map(([path, text]) => [path, new Set([...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id))]),
  )
  const dead: string[] = []
  let count = 0
  for (const [path, text] of html)
    for (const [, href] of text.replace(/<script[\s\S]*?<\/script>/g, '').matchAll(/<a\b[^>]*? href="([^"]+)"/g)) {
      const { pathname, hash, origin } = new URL(href!.replaceAll('&amp;', '&'), `http://site${path}`)
      if (origin !== 'http://site') continue
      count++
      const target = decodeURIComponent(pathname.endsWith('/') ? `${pathname}index.html` : pathname)
      const isThere = html.has(target) || statSync(join(out, target), { throwIfNoEntry: false })?.isFile()
      const anchor = decodeURIComponent(hash.slice(1))
      const hasAnchor = anchor === '' || anchor === 'VPContent' || ids.get(target)?.has(anchor)
      if (!isThere || !hasAnchor) dead.push(`${path}: ${href}`)
    }
  expect(count).toBeGreaterThan(5000)
  expect([...new Set(dead)]).toEqual([])
})

test('a page is small enough to read: at most 120 KB without the menu', () => {
  const texts = pages.map(
    (name) => [name, /<main[\s\S]*<\/main>/.exec(readFileSync(join(out, name), 'utf8'))?.[0].length ?? 0] as const,
  )
  expect(texts.filter(([, length]) => length > 120_000)).toEqual([])
})

test('the site is small, and so is each menu', () => {
  const sizeOf = (name: string) => statSync(join(out, name)).size
  const total = readdirSync(out, { recursive: true, encoding: 'utf8' }).reduce((sum, name) => sum + sizeOf(name), 0)
  expect(total).toBeLessThan(12_500_000)
  expect(pages.length).toBeGreaterThan(270)
  const menus = pages.map(
    (name) => [name, /<aside[\s\S]*?<\/aside>/.exec(readFileSync(join(out, name), 'utf8'))?.[0]] as const,
  )
  expect(menus.filter(([, menu]) => (menu?.length ?? 0) > 30_000).map(([name]) => name)).toEqual([])
})

test('there is a page for each result code, titled as a terminal shows it', () => {
  const titles = pages
    .filter((name) => name.startsWith('docs/reference/codes/'))
    .map((name) => /<title>(.*?)<\/title>/.exec(readFileSync(join(out, name), 'utf8'))?.[1])
  expect(titles).toHaveLength(36 + 3 + 1)
  expect(titles.filter((title) => title?.startsWith('+CMQTT')).length).toBeGreaterThan(25)
  expect(titles).toContain('+CMQTTCONNECT: 0,32: handshake failed | atmqtt')
})

describe.skipIf(chromiumMissing)('in Chromium', () => {
  test.each([
    ['0,34', '+CMQTTCONNECT: 0,34'],
    ['+CMQTTCONNECT: 0,32', '+CMQTTCONNECT: 0,32'],
    ['CMQTTCONNLOST', '+CMQTTCONNLOST'],
    ['handshake failed', 'handshake failed'],
  ])('search finds %s', async (words, title) => {
    const page = await open('index.html')
    await page.locator('#local-search button').click()
    await page.locator('.search-input').fill(words)
    const first = page.locator('.results .result').first()
    await first.waitFor()
    expect(await first.textContent()).toContain(title)
    await first.click()
    await page.waitForURL(/docs/)
    expect(await page.locator('h1').textContent()).toContain(title.split(':')[0])
    await page.close()
  })

  test('on a telephone of 390 px nothing is wider than the screen', async () => {
    for (const path of ['index.html', 'README.html', 'docs/reference/codes/err-32.html', 'docs/reference/cli.html']) {
      const page = await open(path)
      await page.setViewportSize({ width: 390, height: 800 })
      expect([path, await page.evaluate('document.documentElement.scrollWidth')]).toEqual([path, 390])
      await page.close()
    }
  })

  test('menus, buttons and titles have their words, and braces of the pages are there', async () => {
    const page = await open('index.html')
    expect(await page.locator('.VPNavBarTitle').textContent()).toContain('atmqtt')
    expect(await page.locator('.VPHero .actions').textContent()).toContain('Thirty seconds')
    expect(await page.locator('body').textContent()).not.toContain('{{')
    const transcripts = await open('docs/reference/transcripts.html')
    expect(await transcripts.locator('main').textContent()).toContain('{{ and }}')
    await Promise.all([page.close(), transcripts.close()])
  })

  test('a page of a code has what it means, what a log shows and the faults', async () => {
    const page = await open('docs/reference/codes/err-26.html')
    const headings = await page.locator('main h2').allTextContents()
    expect(headings.map((text) => text.replace(/[^\w, ]/g, '').trim())).toEqual([
      'What it means, and what to do',
      'What a log shows, and how to get it',
      'Faults that provoke it',
      'How to read it',
    ])
    await page.close()
  })

  test('what stands between signs and braces is text', async () => {
    const page = await open('docs/reference/cli.html')
    expect(await page.locator('main').textContent()).toContain('--tcp HOST:PORT')
    const codes = await open('docs/reference/codes/err-0.html')
    expect(await codes.locator('h1').textContent()).toContain('operation succeeded')
    await Promise.all([page.close(), codes.close()])
  })

  describe.each([
    ['of the site', () => `${site}/explain-my-log.html`],
    ['from a disk', () => pathToFileURL(join(out, 'explain-my-log.html')).href],
  ])('Explain my log, %s', (_, address) => {
    const log = 'AT+CPIN?\n+CME ERROR: SIM not inserted\n'

    async function opened() {
      const page = await chromium.context.newPage()
      const requests: string[] = []
      page.on('request', (request) => requests.push(request.url()))
      page.on('console', (message) => complaints.push(`explain: ${message.text()}`))
      page.on('pageerror', (error) => complaints.push(`explain: ${error.message}`))
      await page.goto(address(), { waitUntil: 'load' })
      return { page, requests }
    }

    test('a log that is pasted: the finding stands beside its row, a password is hidden, no request leaves', async () => {
      const { page, requests } = await opened()
      const login = 'AT+CMQTTCONNECT=0,"tcp://x.s1.eu.hivemq.cloud:8883",60,1,"u","geheim-4711"'
      await page
        .locator('#log')
        .fill(`AT+CMQTTACCQ=0,"<img src=x onerror=alert(1)>",1\nOK\n${login}\nOK\n+CMQTTCONNECT: 0,32\n`)
      await page.locator('#explain').click()
      const finding = page.locator('.finding').first()
      await finding.waitFor()
      expect(await finding.textContent()).toContain('tls-sni')
      expect(await page.locator('#result').textContent()).toContain('<img src=x onerror=alert(1)>')
      expect(await page.locator('#result').textContent()).not.toContain('4711')
      expect(await page.locator('#result img').count()).toBe(0)
      expect(requests).toEqual([address()])
      await page.close()
    })

    test('a file that is dropped, and one that is chosen', async () => {
      const { page, requests } = await opened()
      const data = await page.evaluateHandle(
        `(() => { const data = new DataTransfer(); data.items.add(new File([${JSON.stringify(log)}], 'dropped.log')); return data })()`,
      )
      await page.dispatchEvent('body', 'drop', { dataTransfer: data })
      await page.locator('#result h2', { hasText: 'dropped.log' }).waitFor()
      expect(await page.locator('.finding').first().textContent()).toContain('sim-absent')
      await page
        .locator('#file')
        .setInputFiles({ name: 'chosen.log', mimeType: 'text/plain', buffer: Buffer.from(log) })
      await page.locator('#result h2', { hasText: 'chosen.log' }).waitFor()
      expect(requests).toEqual([address()])
      await page.close()
    })

    test('each example shows a finding; what is no log gets a sentence; the report is saved', async () => {
      const { page, requests } = await opened()
      for (const button of await page.locator('#examples button').all()) {
        await button.click()
        await page.locator('.finding').first().waitFor()
      }
      const download = page.waitForEvent('download')
      await page.locator('#save').click()
      expect((await download).suggestedFilename()).toBe('explained-log.html')
      await page.locator('#log').fill('nothing of the kind')
      await page.locator('#explain').click()
      await page.locator('#state', { hasText: 'There are no AT commands' }).waitFor()
      expect(await page.locator('.finding').count()).toBe(0)
      expect(requests.filter((url) => !url.startsWith('blob:'))).toEqual([address()])
      await page.close()
    })

    test('on a telephone of 390 px nothing is wider than the screen, before and behind', async () => {
      const { page } = await opened()
      await page.setViewportSize({ width: 390, height: 800 })
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390)
      await page.locator('#examples button').nth(1).click()
      await page.locator('.finding').first().waitFor()
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390)
      await page.close()
    })
  })

  test('the late offline is the landing page, whole', async () => {
    const page = await open('index.html')
    expect(await page.locator('h1').allTextContents()).toContainEqual(expect.stringContaining('The late offline'))
    expect(await page.locator('.VPHome').textContent()).toContain('FAILED: the meter is online')
    await page.close()
  })

  test('the menu leads to Explain my log', async () => {
    const page = await open('index.html')
    await page.locator('.VPNavBar a', { hasText: 'Explain my log' }).click()
    await page.waitForURL(/explain-my-log\.html$/)
    expect(await page.locator('h1').textContent()).toBe('Explain my log')
    await page.close()
  })

  test('no page complains on the console, and no request leaves the site', async () => {
    const page = await open('index.html')
    for (const path of pages) await page.goto(`${site}/${path}`, { waitUntil: 'load' })
    await page.close()
    expect(complaints).toEqual([])
    expect(elsewhere).toEqual([])
  })
})
