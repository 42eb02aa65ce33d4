import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Explainer } from '../../src/explain/public.ts'
import type { RunningModule } from '../../src/launch/running-module.ts'
import { startModule } from '../../src/launch/start-module.ts'
import { runHere } from '../support/cli.ts'
import { consoleOf, type OpenedTestConsole, TestPage } from '../support/console/page.ts'
import { TypingHost } from '../support/console/typed-session.ts'
import { dissect, tsharkMissing } from '../support/programs/tshark.ts'

let module: RunningModule
let opened: OpenedTestConsole
let page: TestPage
const folder = mkdtempSync(join(tmpdir(), 'atmqtt-exports-'))

beforeAll(async () => {
  module = await startModule({ broker: true })
  opened = await consoleOf(module)
  const host = new TypingHost(module)
  await host.connect(module.broker!, 'meter-7', ',"anna","s3cret-pass"')
  await host.publish('room/kitchen', 'very warm')
  page = await TestPage.open(opened.host, { token: opened.view, after: 0 })
})
afterAll(async () => {
  await opened.close()
  await module.close()
  rmSync(folder, { recursive: true })
})

async function exported(kind: 'trace' | 'at' | 'pcapng' | 'report', from = 1): Promise<string> {
  const { done, parts, error } = await page.ask({ export: kind, from, to: 100_000 })
  if (error !== undefined) throw new Error(error)
  const path = join(folder, (done as { name: string }).name)
  writeFileSync(path, Buffer.from(parts, 'base64'))
  return path
}

test('a selection as .at plays at once', async () => {
  const path = await exported('at')
  const { code, out, err } = await runHere(['play', '--memory', path])
  expect([code, out.includes('1 passed'), err]).toEqual([0, true, ''])
})

test('a trace is one that explain reads, without secrets', async () => {
  const text = readFileSync(await exported('trace'), 'utf8')
  expect(text).toMatch(/^ +\d+\.\d{3} host < AT\+CMQTTSTART\\r$/m)
  expect(text).toMatch(/mqtt:1 > PUBLISH qos=1 id=1 topic="room\/kitchen" payload="very warm"$/m)
  const explainer = new Explainer()
  explainer.feed(new TextEncoder().encode(text))
  expect(explainer.end().shape).toBe('trace')
  expect(text).not.toContain('s3cret')
})

test.skipIf(tsharkMissing)('a capture is one that tshark reads', async () => {
  const path = await exported('pcapng')
  expect(dissect(path, 'mqtt', ['mqtt.msgtype']).flat()).toEqual(['1', '2', '3', '4'])
  expect(dissect(path, 'mqtt.msgtype == 1', ['mqtt.username', 'mqtt.passwd'])).toEqual([['anna', '***********']])
})

test('a bug report has rows, profile and version, and no topic, payload, name or password', async () => {
  const text = readFileSync(await exported('report'), 'utf8')
  for (const part of [/^- atmqtt \d/m, /profile sim767x/, /AT\+CMQTTTOPIC=0,12/, /PUBLISH .*qos=1/])
    expect(text).toMatch(part)
  for (const secret of ['room/kitchen', 'very warm', 'meter-7', 'anna', 's3cret']) expect(text).not.toContain(secret)
})

test('rows that are not there are refused with a sentence', async () => {
  const { error } = await page.ask({ export: 'trace', from: 5, to: 4 })
  expect(error).toBe('Choose 1 to 500000 rows, the first one first.')
})
