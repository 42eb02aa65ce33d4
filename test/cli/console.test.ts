import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, expect, test } from 'vitest'
import { demoLogs } from '../../src/explain/demo-logs.ts'
import { endAll, run, start, startModule } from '../support/cli.ts'
import { TestPage, tokenOf } from '../support/console/page.ts'
import { freePort } from '../support/free-port.ts'
import { until } from '../support/until.ts'

const folder = mkdtempSync(join(tmpdir(), 'atmqtt-console-test-'))
afterEach(endAll)
afterAll(() => rmSync(folder, { recursive: true }))

const addressOf = (url: string): string => new URL(url).host

test('the ready line has both addresses; no token is in the trace, the log or standard error', async () => {
  const trace = join(folder, 'module.trace')
  const free = ['--no-broker', '--log', 'debug', '--trace', trace]
  const module = await startModule(...free, '--console', '127.0.0.1:0')
  const { console: url, consoleView } = module.ready as unknown as { console: string; consoleView: string }
  const page = await TestPage.open(addressOf(url), { token: tokenOf(url), after: null })
  await until(() => page.hello, 'hello')
  expect(page.hello!.role).toBe('drive')
  await page.ask({ do: { op: 'type', text: 'AT' } })
  await page.row((row) => row.kind === 'at-out' && row.part === 'final')
  const view = await TestPage.open(addressOf(consoleView), { token: tokenOf(consoleView), after: null })
  await until(() => view.hello, 'hello')
  expect(view.hello!.role).toBe('view')
  const written = readFileSync(trace, 'utf8') + module.err()
  expect(written).toContain('console < AT')
  for (const token of [tokenOf(url), tokenOf(consoleView)]) expect(written).not.toContain(token)
  module.child.kill('SIGTERM')
  expect(await module.ended).toBe(0)
  await until(() => page.closed, 'the end')
  expect(page.messages).toContainEqual({ ended: 'The module has ended.' })
})

test('a port that is named and taken is exit 3; the default moves to the next one', async () => {
  const port = await freePort()
  const server = createServer().listen(port, '127.0.0.1')
  const taken = await run([
    'module',
    '--no-pty',
    '--no-broker',
    '--tcp',
    '127.0.0.1:0',
    '--console',
    `127.0.0.1:${port}`,
  ])
  expect(taken).toMatchObject({ code: 3, err: expect.stringContaining(`TCP port ${port} on 127.0.0.1 is in use`) })
  server.close()
  const [one, other] = [await startModule('--no-broker', '--console'), await startModule('--no-broker', '--console')]
  const addresses = [one, other].map(({ ready }) => addressOf((ready as unknown as { console: string }).console))
  expect(new Set(addresses).size).toBe(2)
  expect(other.err()).toContain('console port 7680 is taken, so another one is used')
})

test('an address that other machines reach needs a flag, and says what it opens', async () => {
  const args = ['module', '--json', '--no-pty', '--no-broker', '--tcp', '127.0.0.1:0', '--console', '0.0.0.0:0']
  const refused = await run(args)
  expect(refused).toMatchObject({ code: 3, err: expect.stringContaining('Say so with --console-exposed') })
  const allowed = start([...args, '--console-exposed'])
  await until(() => allowed.out().includes('"event":"ready"'), 'ready')
  expect(allowed.err()).toMatch(
    /other machines reach 0\.0\.0\.0:\d+ \(the page of the console, and with its token everything/,
  )
})

test('a saved log is shown without a module; what is no file is a sentence', async () => {
  const path = join(folder, demoLogs[0]!.name)
  writeFileSync(path, demoLogs[0]!.text)
  const cli = start(['console', path, '--json', '--at', '127.0.0.1:0'])
  await until(() => cli.out().includes('"event":"ready"'), 'ready')
  const { console: url } = JSON.parse(cli.out()) as { console: string }
  const page = await TestPage.open(addressOf(url), { token: tokenOf(url), after: 0 })
  await page.row((row) => row.kind === 'finding')
  expect(page.hello!.source).toMatchObject({ kind: 'file', names: [demoLogs[0]!.name] })
  expect((await page.ask({ do: { op: 'reset' } })).error).toMatch(/^There is no module behind these rows/)
  cli.child.kill('SIGINT')
  expect(await cli.ended).toBe(0)
  expect(await run(['console', join(folder, 'none')])).toMatchObject({
    code: 2,
    err: expect.stringContaining("can't be read"),
  })
})

test('record and term show the line of a module in the console', async () => {
  const { ready } = await startModule('--no-broker')
  const shown = async (args: readonly string[]) => {
    const cli = start([...args, '--console', '127.0.0.1:0'])
    const url = await until(() => /http:\S+#token=\S+/.exec(cli.out() + cli.err())?.[0], 'the address')
    const page = await TestPage.open(addressOf(url), { token: tokenOf(url), after: null })
    await until(() => page.hello, 'hello')
    expect(page.hello!.source).toMatchObject({ kind: 'line' })
    return { cli, page }
  }
  const answered = (page: TestPage) => page.row((row) => row.kind === 'at-out' && row.bytes.includes('+CSQ: '))
  const listen = `127.0.0.1:${await freePort()}`
  const file = join(folder, 'shown.at')
  const record = await shown(['record', '--tcp', ready.tcp!, '--tcp-listen', listen, '--to', file])
  const host = connect(Number(listen.split(':')[1]), '127.0.0.1', () => host.write('AT+CSQ\r'))
  await answered(record.page)
  host.destroy()
  record.cli.child.kill('SIGTERM')
  await record.cli.ended
  expect(readFileSync(file, 'latin1')).not.toContain('token')
  const term = await shown(['term', '--tcp', ready.tcp!])
  term.cli.child.stdin.write('AT+CSQ\n')
  await answered(term.page)
})
