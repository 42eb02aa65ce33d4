import { connect } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { maxFrameBytes } from '../../src/console/protocol.ts'
import { serveConsole } from '../../src/console/server/console-server.ts'
import { serveModule } from '../../src/console/server/start-console.ts'
import type { RunningModule } from '../../src/launch/running-module.ts'
import { startModule } from '../../src/launch/start-module.ts'
import { anyPage, consoleOf, type OpenedTestConsole, TestPage } from '../support/console/page.ts'
import { until } from '../support/until.ts'

let module: RunningModule
let opened: OpenedTestConsole

beforeAll(async () => {
  module = await startModule()
  opened = await consoleOf(module)
})

afterAll(async () => {
  await opened.close()
  await module.close()
})

/** What comes back for bytes on a raw socket. */
function raw(request: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect(opened.port, '127.0.0.1', () => socket.write(request))
    const done = () => resolve(answer)
    socket.on('data', (bytes) => {
      answer += bytes.toString('latin1')
      if (answer.startsWith('HTTP/1.1 101')) socket.destroy()
    })
    socket.on('close', done).on('error', done)
  })
}

const upgrade = (host: string | undefined, origin: string | undefined): string =>
  [
    'GET /stream HTTP/1.1',
    ...(host === undefined ? [] : [`Host: ${host}`]),
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==',
    ...(origin === undefined ? [] : [`Origin: ${origin}`]),
    '\r\n',
  ].join('\r\n')

const statusOf = (answer: string): string => /^HTTP\/1.1 (\d+)/.exec(answer)?.[1] ?? 'none'

test('a page of its own address is let in, also as localhost', async () => {
  const { port } = opened
  for (const name of [`127.0.0.1:${port}`, `localhost:${port}`])
    expect(statusOf(await raw(upgrade(name, `http://${name}`)))).toBe('101')
})

test('twelve wrong pairs of Host and Origin are refused before anything is upgraded', async () => {
  const { port } = opened
  const own = `127.0.0.1:${port}`
  const pairs: readonly (readonly [string | undefined, string | undefined])[] = [
    [`evil.example:${port}`, `http://evil.example:${port}`],
    [`127.evil.example:${port}`, `http://127.evil.example:${port}`],
    [`127.0.0.1.evil.example:${port}`, `http://127.0.0.1.evil.example:${port}`],
    ['127.0.0.1', 'http://127.0.0.1'],
    [`127.0.0.1:${port - 1}`, `http://127.0.0.1:${port - 1}`],
    [`0.0.0.0:${port}`, `http://0.0.0.0:${port}`],
    [own, undefined],
    [own, 'null'],
    [own, `https://${own}`],
    [own, 'http://evil.example'],
    [own, `http://${own}.evil.example`],
    [undefined, `http://${own}`],
  ]
  expect(pairs).toHaveLength(12)
  for (const [host, origin] of pairs)
    expect([host, origin, statusOf(await raw(upgrade(host, origin)))]).toEqual([host, origin, '403'])
})

test('a page is served to names of the list alone, and is told what a page may do', async () => {
  const own = await fetch(`http://127.0.0.1:${opened.port}/`)
  expect(own.status).toBe(200)
  const policy = own.headers.get('content-security-policy')!
  for (const part of [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "require-trusted-types-for 'script'",
  ])
    expect(policy).toContain(part)
  expect(policy).not.toMatch(/unsafe|data:|\*/)
  expect(own.headers.get('x-content-type-options')).toBe('nosniff')
  expect(own.headers.get('cross-origin-resource-policy')).toBe('same-origin')
  expect(own.headers.get('access-control-allow-origin')).toBeNull()
  const foreign = await raw(`GET / HTTP/1.1\r\nHost: evil.example:${opened.port}\r\n\r\n`)
  expect(statusOf(foreign)).toBe('403')
  expect(foreign).not.toContain('<title>')
})

test('no endpoint serves a token, and nothing but the files of the page', async () => {
  const { host, drive, view, port } = opened
  for (const path of [
    '/',
    '/page.js',
    '/stream',
    '/token',
    '/..%2f..%2fpackage.json',
    '/../package.json',
    '/%2e%2e/package.json',
  ]) {
    const answer = await raw(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
    expect([path, statusOf(answer)]).toEqual([path, path === '/' || path === '/page.js' ? '200' : '404'])
    expect(answer).not.toContain(drive)
    expect(answer).not.toContain(view)
  }
  expect(
    statusOf(await raw(`POST / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`)),
  ).toBe('405')
})

test('tokens have 128 bits, stand in the fragment alone, and the two are not the same', () => {
  for (const [url, token] of [
    [opened.url, opened.drive],
    [opened.viewUrl, opened.view],
  ] as const) {
    expect(url).toBe(`http://${opened.host}/#token=${token}`)
    expect(Buffer.from(token, 'base64url')).toHaveLength(16)
  }
  expect(opened.drive).not.toBe(opened.view)
})

test.each<readonly [string, unknown]>([
  ['no token', { after: null }],
  ['a wrong one', { token: 'AAAAAAAAAAAAAAAAAAAAAA', after: null }],
  ['the beginning of the right one', 'cut'],
  ['a question first', { id: 1, stateAt: 1 }],
  ['no JSON', 'text'],
])('who begins with %s is told nothing and closed', async (_, greeting) => {
  const page = await TestPage.open(opened.host)
  const text =
    greeting === 'cut'
      ? JSON.stringify({ token: opened.drive.slice(0, -1), after: null })
      : greeting === 'text'
        ? 'hello'
        : JSON.stringify(greeting)
  page.socket.send(text)
  await until(() => page.closed, 'the end')
  expect(page.closed).toEqual({ code: 1008 })
  expect(page.messages).toEqual([{ error: expect.stringContaining('token') }])
})

test('a frame has at most 64 KiB, both ways', async () => {
  const page = await TestPage.open(opened.host, { token: opened.view, after: null })
  await until(() => page.hello, 'hello')
  for (const message of page.messages)
    expect(Buffer.byteLength(JSON.stringify(message))).toBeLessThanOrEqual(maxFrameBytes)
  page.socket.send(JSON.stringify({ id: 1, complete: 'A'.repeat(maxFrameBytes) }))
  await until(() => page.closed, 'the end')
  expect(page.closed).toEqual({ code: 1009 })
})

test('the view token sees and may not act; the drive token may', async () => {
  const view = await TestPage.open(opened.host, { token: opened.view, after: null })
  const drive = await TestPage.open(opened.host, { token: opened.drive, after: null })
  await until(() => view.hello && drive.hello, 'hello')
  expect([view.hello!.role, drive.hello!.role]).toEqual(['view', 'drive'])
  expect((await view.ask({ do: { op: 'network', state: 'down' } })).error).toMatch(/^This page may only look/)
  expect(module.snapshot().network.coverage).toBe('up')
  expect((await drive.ask({ do: { op: 'network', state: 'down' } })).done).toEqual({})
  expect(module.snapshot().network.coverage).toBe('down')
  expect((await drive.ask({ do: { op: 'network', state: 'sideways' } })).error).toBe(
    '"state" is "sideways": it must be "down", "up" or "silent".',
  )
  await view.row((row) => row.kind === 'act' && row.op === 'network')
  await drive.ask({ do: { op: 'network', state: 'up' } })
})

test('what is published to be kept is listed with its size and QoS; without a broker that is a sentence', async () => {
  const [withBroker, without] = [await startModule({ broker: true }), await startModule({ broker: false })]
  const consoles = [await consoleOf(withBroker), await consoleOf(without)] as const
  const [page, other] = await Promise.all(
    consoles.map(({ host, drive }) => TestPage.open(host, { token: drive, after: null })),
  )
  await page!.ask({ do: { op: 'publish', topic: 'kept/1', payload: 'on', qos: 1, retain: true } })
  await page!.ask({ do: { op: 'publish', topic: 'gone/1', payload: 'on' } })
  expect((await page!.ask({ do: { op: 'retained' } })).done).toEqual({
    topics: [{ topic: 'kept/1', bytes: 2, qos: 1 }],
    more: 0,
  })
  expect((await page!.ask({ do: { op: 'publish', topic: 'kept/#', payload: '' } })).error).toContain('without + and #')
  expect((await other!.ask({ do: { op: 'retained' } })).error).toMatch(/^There is no embedded broker/)
  for (const each of consoles) await each.close()
  for (const each of [withBroker, without]) await each.close()
})

test('an address that other machines reach has to be asked for', async () => {
  const { served, stop } = serveModule(module)
  const options = { host: '0.0.0.0', port: 0, files: anyPage, served }
  await expect(serveConsole(options)).rejects.toThrow(
    'Other machines reach a console on 0.0.0.0, without encryption: who reads its token may do everything.',
  )
  const exposed = await serveConsole({ ...options, exposed: true })
  expect(exposed.address).toMatch(/^0\.0\.0\.0:\d+$/)
  await exposed.close()
  stop()
})
