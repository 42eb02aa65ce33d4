import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { profiles } from '../../src/at/public.ts'
import { type EmbeddedBroker, startBroker } from '../../src/broker/embedded-broker.ts'
import { nodeDialer } from '../../src/io/net/dialer-node.ts'
import { nodeClock } from '../../src/io/runtime/clock-node.ts'
import { Module } from '../../src/module/public.ts'
import type { Page } from '../../tools/browser/playwright.ts'
import { type Chromium, chromiumMissing, startChromium } from '../support/programs/chromium.ts'
import { type PageServer, servePage } from '../support/programs/page-server.ts'
import { silentLog } from '../support/silent-log.ts'

/** The code of the guide, as a reader would copy it. */
const guide = /```js\n(.*?)```/s.exec(
  readFileSync(new URL('../../docs/guide/browser.md', import.meta.url), 'utf8'),
)![1]!

describe.skipIf(chromiumMissing)(`atmqtt/driver in Chromium${chromiumMissing ? `: ${chromiumMissing}` : ''}`, () => {
  let broker: EmbeddedBroker
  let module: Module
  let server: PageServer
  let chromium: Chromium
  let page: Page
  let scene: (name: string, argument?: string) => Promise<unknown>
  const complaints: string[] = []

  beforeAll(async () => {
    broker = await startBroker({ host: '127.0.0.1', port: 0 })
    const dialer = nodeDialer({ clock: nodeClock })
    module = new Module({ profile: profiles.sim767x!, clock: nodeClock, dialer, log: silentLog })
    server = await servePage(guide.replace('mqtt://broker.example', broker.url))
    module.attach(server.moduleEnd, 'line')
    chromium = await startChromium()
    page = await chromium.context.newPage()
    page.on('pageerror', ({ message }) => complaints.push(message))
    await page.goto(server.url)
    scene = (name, argument) =>
      page.evaluate(([name, argument]) => Reflect.get(globalThis, 'scenes')[name!](argument), [name, argument] as const)
  }, 60_000)

  afterAll(async () => {
    await chromium?.close()
    await server?.close()
    await module?.close()
    await broker?.close()
  })

  test('the code in the guide: a click, and a message comes back', async () => {
    await page.click('#connect')
    await page.getByText('hello/page: Grüße').waitFor()
    // It keeps the line; the next test has it for itself.
    await page.reload()
  })

  test('the client: connect, subscribe, publish, messages, end; a payload is a Uint8Array whose text is its UTF-8', async () => {
    const said = 'Grüße, 世界 🌍'
    expect(await scene('client', broker.url)).toEqual({
      heard: ['connect', [{ topic: 'büro/+', qos: 1 }], 'message büro/🌡', 'message büro/🌡', 'close', 'end'],
      text: [true, said, said, [...new TextEncoder().encode(said)]],
      bytes: [true, Array.from({ length: 256 }, (_, i) => i)],
    })
  })

  test('a device that is pulled out and put back: the client opens the port again and subscribes again', async () => {
    const lost = ['close', 'reconnect', 'connect']
    expect(await scene('replugged', broker.url)).toEqual(['connect', ...lost, 'still here', 'close', 'end'])
  })

  test('the typed modem: online, connect, subscribe, text and every byte through a broker and back', async () => {
    const text = [...new TextEncoder().encode('Grüße, 世界 🌍')]
    expect(await scene('modem', `tcp://127.0.0.1:${broker.port}`)).toEqual([
      ['büro/🌡', text],
      ['büro/🌡', Array.from({ length: 256 }, (_, i) => i)],
    ])
  })

  test('another speed opens the port anew', async () => {
    const before = server.bauds.length
    expect(await scene('speed')).toBe(true)
    expect(server.bauds.slice(before)).toEqual([115_200, 921_600])
  })

  test('a device that is unplugged closes the port, and whether the command was done is not known', async () => {
    expect(await scene('unplugged')).toEqual({
      closed: 'The device has been lost.',
      command: 'UnknownOutcomeError: The port was closed during AT+UNPLUG: whether it was done is not known.',
    })
  })

  test('there was no uncaught error', () => {
    expect(complaints).toEqual([])
  })
})
