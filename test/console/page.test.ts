import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { pageWithFrames } from '../../src/console/file-page.ts'
import { framesOfFiles } from '../../src/console/server/file-frames.ts'
import { showFiles } from '../../src/console/server/show-files.ts'
import { showLine } from '../../src/console/server/show-line.ts'
import { consolePage } from '../../src/launch/package.ts'
import { CuttableWay, PageUser } from '../support/console/browser-page.ts'
import { type Chromium, chromiumMissing, startChromium } from '../support/programs/chromium.ts'

describe.skipIf(chromiumMissing)(`the console in Chromium${chromiumMissing ? `: ${chromiumMissing}` : ''}`, () => {
  let chromium: Chromium
  let way: CuttableWay
  let user: PageUser | undefined
  beforeAll(async () => {
    way = await CuttableWay.open()
    chromium = await startChromium([
      `--host-resolver-rules=MAP localhost 127.0.0.1:${way.port}, MAP rebound.test 127.0.0.1`,
      // The browser's own guard, which others do not have: what is tried is the server.
      '--disable-features=LocalNetworkAccessChecks',
    ])
    await chromium.context.grantPermissions(['clipboard-read', 'clipboard-write'])
  }, 60_000)
  afterEach(async () => {
    const complaints = user?.complaints ?? []
    await user?.close()
    user = undefined
    expect(complaints).toEqual([])
  })
  afterAll(async () => {
    await chromium?.close()
    way?.close()
  })

  const open = async (...options: Parameters<typeof PageUser.open> extends [unknown, ...infer Rest] ? Rest : never) => {
    user = await PageUser.open(chromium, ...options)
    return user
  }

  test('1, 2: AT, MQTT and a fault in one list on one clock; a click lights up the chain of a publish, with times', async () => {
    const it = await open()
    const { page } = it
    await it.connect()
    await it.publish('room/1', 'warm')
    await page.locator('#fault-search').fill('renamed')
    await page.locator('summary', { hasText: 'subscribe-result-renamed' }).click()
    await page.getByRole('button', { name: 'Start subscribe-result-renamed' }).click()
    await it.row('fault subscribe-result-renamed started').waitFor()
    const times = (await page.locator('.row:visible .time').allTextContents()).map(Number)
    expect(times).toEqual([...times].sort((a, b) => a - b))
    expect(await page.locator('.row[data-lane=mqtt]:visible .at').allTextContents()).toContain('')
    await it.row('PUBLISH room/1').click()
    const hops = page.locator('.chain li')
    await hops.first().waitFor()
    expect((await hops.locator('.hop-kind').allTextContents()).join()).toBe(
      'Command,Echo,Answer,Data,Echo,Answer,Command,Echo,Answer,Data,Echo,Answer,Command,MQTT out,Echo,Answer,MQTT in,Answer',
    )
    const between = await hops.locator('.hop-time').allTextContents()
    expect(between).toEqual(['start', ...between.slice(1).map(() => expect.stringMatching(/^\+[\d.]+ (µs|ms|s)$/))])
    expect(await page.locator('.row.chained:visible').count()).toBeGreaterThan(8)
    await hops.filter({ hasText: 'PUBACK' }).getByRole('button').click()
    await page.locator('.row[aria-selected=true]:visible', { hasText: 'PUBACK' }).waitFor()
  })

  test('1, 7: a finding is a row with its advice, and a badge leads to it; a filter keeps the open row in view, or leaves it', async () => {
    const it = await open()
    const { page } = it
    await it.type('AT+CMQTTSTART', '+CMQTTSTART: 0')
    await it.type('AT+CMQTTACCQ=0,"dev-1"', 'OK')
    await it.type('AT+CMQTTCONNECT=0,"mqtt://a.example:1883",60,1', 'ERROR')
    await page.getByRole('button', { name: /finding/ }).click()
    await page.getByRole('heading', { name: /^Row \d+ · Finding/ }).waitFor()
    expect(await page.locator('.finding li').count()).toBeGreaterThan(0)
    expect(await page.locator('.finding .fields').textContent()).toBe('Command+CMQTTCONNECTClient0Lineconsole')
    const restsOn = page.locator('.rests-on button').first()
    const seq = /\d+/.exec((await restsOn.textContent())!)![0]
    await restsOn.click()
    await page.getByRole('heading', { name: `Row ${seq} ·` }).waitFor()
    await page.getByRole('button', { name: /finding/ }).click()
    const text = (await page.locator('.finding strong').textContent())!
    await page.locator('#filter-text').fill(text.slice(0, 12))
    await page.getByText(/without the text\.$/).waitFor()
    await page.locator('.row[data-kind=finding][aria-selected=true]:visible').waitFor()
    expect(await page.getByRole('button', { name: 'Follow' }).getAttribute('aria-pressed')).toBe('false')
    await page.locator('#filter-text').fill('zebra')
    await page.getByText('Click a row').waitFor()
    await page.getByText(/^Kinds/).click()
    await page.getByRole('button', { name: 'Only Finding' }).click()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Only Finding' }).waitFor({ state: 'hidden' })
    expect(new URL(page.url()).hash).toBe('#kinds=finding&text=zebra')
  })

  test('3, 5, 6: the device in words, as it is and as any row left it; network, SIM, signal and power from the page; a click copies', async () => {
    const it = await open()
    const { page } = it
    await it.connect()
    expect(await it.fact('Client 0').textContent()).toContain(`Connected to ${it.broker} as dev-1.`)
    await page.getByRole('spinbutton', { name: 'Signal' }).fill('4')
    await page.keyboard.press('Enter')
    await it.fact('Signal').filter({ hasText: 'Poor: connections get lost, -105 dBm.' }).waitFor()
    await page.getByRole('button', { name: 'down', exact: true }).click()
    await it.fact('Network').filter({ hasText: 'No coverage.' }).waitFor()
    await it.row('+CMQTTCONNLOST: 0,3').waitFor()
    await it.row('+CMQTTCONNECT: 0,0').click()
    await page.getByText(/^As row \d+ left it/).waitFor()
    expect(await it.fact('Network').textContent()).toContain('Registered at home.')
    expect(await it.fact('Signal').textContent()).toContain('Excellent, -67 dBm.')
    await it.fact('Client 0').click()
    expect(await page.evaluate('navigator.clipboard.readText()')).toContain(`Client 0: Connected to ${it.broker}`)
    await page.getByRole('button', { name: 'Back to now' }).click()
    await it.fact('Network').filter({ hasText: 'No coverage.' }).waitFor()
    await page.getByRole('button', { name: 'remove' }).click()
    await it.fact('SIM').filter({ hasText: 'Not inserted.' }).waitFor()
    await page.getByRole('button', { name: 'off', exact: true }).click()
    await it.fact('Power').filter({ hasText: 'Off: it answers nothing.' }).waitFor()
    await page.getByRole('button', { name: 'Cut the power and start' }).click()
    await it.row('the power was cut and is on again').waitFor()
    await it
      .fact('Power')
      .filter({ hasText: /On|Starting/ })
      .waitFor()
  })

  test('4: raw and decoded, text and hex, all bytes of a long one; what is secret is marked and not in the page', async () => {
    const it = await open()
    const { page } = it
    await it.connect(',"me","hunter2"')
    await it.row('AT+CMQTTCONNECT').first().click()
    await page.locator('.detail mark').first().waitFor()
    expect(await page.locator('.raw').textContent()).toContain('60,1,"me",***\\r')
    expect(await page.content()).not.toContain('hunter2')
    await page.getByRole('button', { name: 'Back to now' }).click()
    await it.type('AT+CMQTTSUB=0,1,1', '→ AT+CMQTTSUB')
    await page.getByRole('heading', { name: 'Data for' }).waitFor()
    await it.type('#', '+CMQTTSUB: 0,0')
    await page.getByRole('textbox', { name: 'Topic' }).last().fill('<img src=x onerror="document.title=1">')
    await page.getByRole('textbox', { name: 'Payload' }).fill(`${'x'.repeat(5000)}\u0001end`)
    await page.getByRole('button', { name: 'Publish' }).click()
    await it.row('← PUBLISH <img src=x onerror=').click()
    await page.getByRole('heading', { name: /^Text, 50\d\d bytes$/ }).waitFor()
    expect(await page.locator('.raw').textContent()).toMatch(/x\\x01end$/)
    expect(await page.locator('.hex').textContent()).toMatch(/78 01 65 6e 64 +x?x?x?\.end|01 65 6e 64/)
    expect(await page.locator('.fields').textContent()).toContain('topic<img src=x onerror=')
    expect([await page.title(), await page.locator('#console img').count()]).toEqual(['atmqtt console', 0])
  })

  test('6: commands with completion and history, a fault with its parameters and a stop, retained messages', async () => {
    const it = await open()
    const { page } = it
    const command = page.locator('#command')
    await command.pressSequentially('at+cmqtts')
    await command.press('Tab')
    await page.getByRole('option', { name: 'AT+CMQTTSUB' }).waitFor()
    await command.press('ArrowDown')
    await command.press('ArrowDown')
    await command.press('Enter')
    expect(await command.inputValue()).toBe('AT+CMQTTSTART')
    await command.press('Enter')
    await it.row('+CMQTTSTART: 0').waitFor()
    await command.pressSequentially('AT+CMQTTACCQ')
    await command.press('Tab')
    await page.locator('.forms', { hasText: 'AT+CMQTTACCQ=<client_index>' }).waitFor()
    await command.press('Escape')
    await command.fill('')
    await command.press('ArrowUp')
    expect(await command.inputValue()).toBe('AT+CMQTTSTART')
    await page.locator('#fault-search').fill('ok delayed')
    await page.locator('summary', { hasText: 'ok-delayed' }).click()
    await page.getByRole('textbox', { name: /^afterMs/ }).fill('50')
    await page.getByRole('button', { name: 'Start ok-delayed' }).click()
    await page.getByRole('button', { name: 'Stop ok-delayed' }).click()
    await it.row('fault ok-delayed ended').waitFor()
    await page.getByRole('textbox', { name: 'Topic' }).last().fill('kept/1')
    await page.getByRole('textbox', { name: 'Payload' }).fill('on')
    await page.getByRole('checkbox', { name: 'retain' }).check()
    await page.getByRole('button', { name: 'Publish' }).click()
    await page.getByText('published to kept/1').waitFor()
    await page.getByText('Retained messages').click()
    await page.locator('.retained li', { hasText: 'kept/1' }).waitFor()
  })

  test('7: filters say how many rows they hide and why, and are in the address', async () => {
    const it = await open()
    const { page } = it
    await it.connect()
    await it.publish('room/1', 'warm')
    await page.locator('#filter-text').fill('room')
    await page.getByText(/^\d+ rows are hidden: \d+ by kind, \d+ without the text\.$/).waitFor()
    await page.getByText(/^\d of \d+ rows$/).waitFor()
    await page.reload()
    await it.row('PUBLISH room/1').waitFor()
    expect([await page.locator('#filter-text').inputValue(), new URL(page.url()).hash]).toEqual(['room', '#text=room'])
    await page.locator('#filter-text').fill('zebra')
    await page.getByText('Nothing is left to show: take a filter away.').waitFor()
    await page.getByRole('button', { name: 'Show the usual rows' }).click()
    await page.getByText(/^Kinds/).click()
    await page.getByRole('checkbox', { name: 'Echo' }).check()
    await page.locator('.row[data-kind=echo]:visible').first().waitFor()
    await page.getByRole('combobox', { name: 'Client' }).selectOption('1')
    await page.getByText(/of no such client\. Nothing is left/).waitFor()
  })

  test('8: pause freezes the view only; a lost connection is a banner, and it goes on behind the last row', async () => {
    const it = await open({}, way)
    const { page } = it
    await it.type('AT', 'OK')
    await page.keyboard.press('Escape')
    await page.keyboard.press('p')
    await page.getByText(/^Paused: the view stands still/).waitFor()
    it.module.urc('+ONE: 1')
    await page.getByText(/, \d new rows? so far/).waitFor()
    expect(await it.row('+ONE: 1').count()).toBe(0)
    await page.keyboard.press('p')
    await it.row('+ONE: 1').waitFor()
    way.cut()
    await page.getByText('The connection to atmqtt is lost.').waitFor()
    it.module.urc('+TWO: 2')
    way.isOpen = true
    await it.row('+TWO: 2').waitFor()
    expect(await it.row('+ONE: 1').count()).toBe(1)
    await it.module.close()
    await page.getByText('The module has ended. The rows stay here to be read.').waitFor()
    it.complaints.length = 0
  })

  test('9: a transcript, a trace, a capture and a bug report of rows; a link to a row', async () => {
    const it = await open()
    const { page } = it
    await it.connect(',"me","hunter2"')
    await it.publish('room/1', 'warm')
    await page.keyboard.press('Escape')
    const saved = async (name: string) => {
      const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name }).click()])
      return readFileSync(await file.path(), 'latin1')
    }
    await page.keyboard.press('e')
    expect(await saved('Transcript (.at)')).toMatch(/> AT\+CMQTTSTART[\s\S]*\+CMQTTPUB: 0,0/)
    expect(await saved('Trace')).toContain('AT+CMQTTPUB=0,1,60\\r')
    expect(await saved('Capture (pcapng)')).toMatch(/^\n\r\r\n/)
    await page.getByRole('button', { name: 'Copy as a bug report' }).click()
    await page.getByText('Copied: the bug report').waitFor()
    const report = String(await page.evaluate('navigator.clipboard.readText()'))
    expect(report).toContain('profile sim767x')
    expect(report).not.toMatch(/hunter2|room|warm/)
    await page.keyboard.press('Escape')
    await it.row('SUBSCRIBE').or(it.row('PUBACK')).click()
    await page.getByRole('heading', { name: /^Row \d+ · MQTT in/ }).waitFor()
    await page.keyboard.press('l')
    const link = String(await page.evaluate('navigator.clipboard.readText()'))
    expect(link).toMatch(/#row=\d+$/)
    await page.keyboard.press('Escape')
    await page.getByText('Click a row').waitFor()
    await page.goto(link)
    await page.getByRole('heading', { name: /^Row \d+ · MQTT in/ }).waitFor()
    await page.reload()
    await page.getByRole('heading', { name: /^Row \d+ · MQTT in/ }).waitFor()
  })

  test('9: two logs side by side, and one that opens from a disk as one file', async () => {
    const logs = [
      'ATE0\r\nOK\r\nAT+CSQ\r\n+CSQ: 23,99\r\n\r\nOK\r\n',
      'ATE0\r\nOK\r\nAT+CSQ\r\n+CSQ: 4,99\r\n\r\nOK\r\n',
    ]
    const files = () => logs.map((text, i) => ({ name: `log-${i}`, bytes: pieces(text) }))
    const shown = await showFiles(files(), { port: 0 })
    const page = await chromium.context.newPage()
    await page.goto(shown.url)
    await page.getByRole('button', { name: 'Side by side' }).click()
    const differing = page.locator('.row[data-kind=differs]:visible')
    await differing.first().waitFor()
    expect(await differing.allTextContents()).toEqual([expect.stringMatching(/\+CSQ: 23.*\+CSQ: 4/)])
    expect(await page.locator('.lanes').textContent()).toContain('log-0log-1')
    await page.getByText(/^1 of \d+ places differ$/).waitFor()
    await shown.close()
    const folder = mkdtempSync(join(tmpdir(), 'atmqtt-page-'))
    const file = join(folder, 'log.html')
    writeFileSync(
      file,
      pageWithFrames(readFileSync(join(consolePage, 'file.html'), 'utf8'), await framesOfFiles(files().slice(1))),
    )
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    await page.goto(pathToFileURL(file).href)
    await page.locator('.row:visible', { hasText: '+CSQ: 4,99' }).click()
    await page.locator('.hop-text', { hasText: 'AT+CSQ' }).waitFor()
    expect(asked.filter((url) => !/^(file|blob|data):/.test(url))).toEqual([])
    await page.close()
    rmSync(folder, { recursive: true })
  })

  test('10: everything by keyboard; nothing against axe, light, dark and 390 px wide', async () => {
    const it = await open()
    const { page } = it
    await page.keyboard.press(':')
    await page.keyboard.type('AT+CSQ')
    await page.keyboard.press('Enter')
    await it.row('+CSQ: 23').waitFor()
    await page.keyboard.press('Escape')
    await page.keyboard.press('k')
    await page.locator('.row[aria-selected=true]:visible').waitFor()
    await page.keyboard.press('r')
    await page.keyboard.press('Home')
    await page.locator('.row[aria-selected=true][aria-rowindex="1"]').waitFor()
    expect(await page.locator('#rows').getAttribute('aria-activedescendant')).toMatch(/^row-\d+$/)
    await page.evaluate('for (const each of document.querySelectorAll("details")) each.open = true')
    expect(await it.accessibility()).toEqual([])
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keys' }).waitFor()
    expect(await it.accessibility()).toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('dialog', { name: 'Keys' }).waitFor({ state: 'hidden' })
    await page.keyboard.press('e')
    await page.emulateMedia({ colorScheme: 'dark' })
    expect(await it.accessibility()).toEqual([])
    await page.setViewportSize({ width: 390, height: 844 })
    expect(await it.accessibility()).toEqual([])
    await page.emulateMedia({ colorScheme: 'light' })
    expect(await it.accessibility()).toEqual([])
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390)
  })

  test('11: the line of a real module in the same page, with what it tells of the state; a chain without a result says so', async () => {
    const line = await showLine('/dev/ttyUSB2', { port: 0 })
    const page = await chromium.context.newPage()
    const say = (side: 'host' | 'module', text: string) => line.hear(side, new TextEncoder().encode(text))
    await page.goto(line.url)
    say('host', 'AT+CMQTTSTART\r')
    say('module', 'AT+CMQTTSTART\r\r\nOK\r\n\r\n+CMQTTSTART: 0\r\n')
    say('host', 'AT+CMQTTSUB=0,1,1\r')
    say('module', 'AT+CMQTTSUB=0,1,1\r\r\n>')
    say('host', 't')
    say('module', 't\r\nOK\r\n')
    const row = (text: string) => page.locator('.row:visible', { hasText: text })
    await row('← t').or(row('OK')).last().click()
    await row('→ AT+CMQTTSUB').click()
    await page.getByText('No result so far.').waitFor()
    expect(await page.locator('.device').textContent()).toMatch(/started/i)
    expect(await page.locator('#command').count()).toBe(0)
    say('module', '\r\n+CMQTTSUB: 0,0\r\n')
    await row('+CMQTTSUB: 0,0').click()
    await page.locator('.chain', { hasText: '+CMQTTSUB: 0,0' }).waitFor()
    expect(await page.getByText('No result so far.').count()).toBe(0)
    await page.close()
    await line.close()
  })

  test('12: the other address may look, not act', async () => {
    const it = await open()
    const { page } = it
    await page.goto('about:blank')
    await page.goto(it.console.viewUrl)
    await page.getByText('This address may look, not act').waitFor()
    expect([await page.locator('#command').count(), await page.getByText('view only').count()]).toEqual([0, 1])
    expect(page.url()).not.toContain('token')
    await page.goto('about:blank')
    await page.goto(it.console.url.replace(/token=.*/, 'token=wrong'))
    await page.getByText('This token is not that of the console').waitFor()
  })

  test('a name that leads here only now, and a page of another origin, get nothing', async () => {
    const it = await open()
    const { page } = it
    const [host, port] = it.console.address.split(':') as [string, string]
    const other = createServer((_, response) => response.end('<!doctype html><title>other</title>'))
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    // What the name led to before: from then on all requests go to the console.
    await page.route(`http://rebound.test:${port}/attack`, (route) =>
      route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>attack</title>' }),
    )
    const tried = async (from: string, to: string) => {
      await page.goto(from)
      return page.evaluate(attack, to)
    }
    expect(await tried(`http://rebound.test:${port}/attack`, `rebound.test:${port}`)).toEqual([403, 'closed'])
    expect(await tried(`http://127.0.0.1:${(other.address() as AddressInfo).port}/`, `${host}:${port}`)).toEqual([
      'no answer',
      'closed',
    ])
    other.close()
    it.complaints.length = 0
  })
})

async function* pieces(text: string): AsyncIterable<Uint8Array> {
  yield new TextEncoder().encode(text)
}

/** In the page: asks for the page of the console, and opens its stream. */
const attack = async (host: string): Promise<unknown[]> => {
  const { fetch, WebSocket } = globalThis as unknown as {
    fetch(url: string): Promise<{ status: number }>
    WebSocket: new (url: string) => { onopen: () => void; onclose: () => void }
  }
  const page = await fetch(`http://${host}/`).then(
    ({ status }) => status,
    () => 'no answer',
  )
  const stream = await new Promise((resolve) => {
    const socket = new WebSocket(`ws://${host}/stream`)
    socket.onopen = () => resolve('open')
    socket.onclose = () => resolve('closed')
  })
  return [page, stream]
}
