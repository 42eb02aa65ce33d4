import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { profiles } from '../../src/at/public.ts'
import { type Control, startControl } from '../../src/control/public.ts'
import { nodeDialer } from '../../src/io/net/dialer-node.ts'
import { nodeClock } from '../../src/io/runtime/clock-node.ts'
import type { Log } from '../../src/io/runtime/runtime.ts'
import { listenTcp, type TcpListener } from '../../src/io/transports/tcp.ts'
import { Module } from '../../src/module/public.ts'
import type { Page } from '../../tools/browser/playwright.ts'
import { type Chromium, chromiumMissing, startChromium } from '../support/programs/chromium.ts'
import { until } from '../support/until.ts'

const script = readFileSync(new URL('../browser/attacks.js', import.meta.url), 'utf8')

/** What a browser speaks in each of the script's attacks. */
const protocols = { post: 'HTTP', preflight: 'HTTP', webSocket: 'HTTP', form: 'HTTP', tls: 'TLS', turn: 'STUN' }
const attacks = Object.entries(protocols)

describe.skipIf(chromiumMissing)(`a web page in Chromium${chromiumMissing ? `: ${chromiumMissing}` : ''}`, () => {
  let module: Module
  let at: TcpListener
  let control: Control
  let server: Server
  let chromium: Chromium
  let page: Page
  const logged: string[] = []
  const attack = (...given: readonly string[]) =>
    page.evaluate(([name, ...rest]) => Reflect.get(globalThis, 'attacks')[name!](...rest), given)
  const log: Log = { log: (_, message, fields) => void logged.push(`${message} ${JSON.stringify(fields)}`) }

  beforeAll(async () => {
    const dialer = nodeDialer({ clock: nodeClock })
    module = new Module({ profile: profiles.sim767x!, clock: nodeClock, dialer, log })
    at = await listenTcp({ host: '127.0.0.1', port: 0, log })
    module.attach(at, 'tcp')
    control = await startControl({ host: '127.0.0.1', port: 0, module, clock: nodeClock, log })
    server = createServer((_, response) =>
      response.end(`<!doctype html><title>page</title><body><script>${script}</script></body>`),
    )
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    chromium = await startChromium()
  }, 60_000)

  beforeEach(async () => {
    page = await chromium.context.newPage()
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    logged.length = 0
  })

  afterAll(async () => {
    await chromium?.close()
    server?.closeAllConnections()
    server?.close()
    await control?.close()
    await module?.close()
  })

  test.each(attacks)('%s: it runs no AT command [line-67]', async (name, protocol) => {
    await attack(name, at.address, '\r\nAT+CMQTTSTART\r\nAT+CPOF\r\n')
    await until(() => logged.some((line) => line.includes(`speaks ${protocol}`)), 'turned away', 20_000)
    await page.close()
    expect([module.state().service.mqtt.kind, module.state().cellular.power.kind]).toEqual(['stopped', 'on'])
    expect(module.state().unknownCommands).toEqual([])
  })

  test.each(attacks)('%s: it does nothing on the control port', async (name, protocol) => {
    await attack(name, control.address, '\r\n{"op":"power","state":"off"}\r\n')
    await until(() => logged.some((line) => line.includes(`no ${protocol} port`)), 'turned away', 20_000)
    await page.close()
    expect(module.state().cellular.power.kind).toBe('on')
  })
})
