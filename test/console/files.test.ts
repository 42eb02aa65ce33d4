import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { DeviceState } from '../../src/console/device-state.ts'
import type { TimelineRow } from '../../src/console/protocol.ts'
import { serveConsole } from '../../src/console/server/console-server.ts'
import { serveFiles } from '../../src/console/server/show-files.ts'
import { demoLogs } from '../../src/explain/demo-logs.ts'
import { startModule } from '../../src/launch/start-module.ts'
import { anyPage, TestPage, tokenOf } from '../support/console/page.ts'
import { TypingHost } from '../support/console/typed-session.ts'
import { until } from '../support/until.ts'

const folder = mkdtempSync(join(tmpdir(), 'atmqtt-files-'))
const [trace, pcapng] = ['session.trace', 'session.pcapng'].map((name) => join(folder, name)) as [string, string]

beforeAll(async () => {
  const module = await startModule({ broker: true, trace, pcapng })
  const host = new TypingHost(module)
  await host.connect(module.broker!, 'meter-7', ',"anna","s3cret-pass"')
  await host.subscribe('room/#')
  await host.publish('room/1', 'warm')
  await until(() => host.output.includes('RXEND'), 'its own message')
  module.fault('network-silent')
  for (let i = 0; i < 600; i++) host.type('AT\r')
  await module.close()
})
afterAll(() => rmSync(folder, { recursive: true }))

async function* pieces(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 5000) yield bytes.subarray(at, at + 5000)
}

async function shown(...texts: readonly (string | Uint8Array)[]) {
  const files = texts.map((text, i) => ({ name: `file-${i}`, bytes: pieces(Buffer.from(text as string)) }))
  const { served, read, stop } = serveFiles(files)
  await read()
  const { timeline } = served
  const rows = [...timeline.history.rows(1, 1e6)].map(({ json }) => JSON.parse(json) as TimelineRow)
  const state = (seq = rows.length): DeviceState => timeline.stateAt(seq)!.state
  const result = {
    rows,
    state,
    shapes: (served.about.source as { shapes: readonly string[] }).shapes,
    pairs: served.align?.() ?? [],
  }
  after.push(stop)
  return result
}

const after: (() => void)[] = []
afterAll(() => {
  for (const stop of after) stop()
})

const types = (rows: readonly TimelineRow[]) =>
  rows.flatMap((row) => (row.kind === 'mqtt-in' || row.kind === 'mqtt-out' ? [`${row.kind} ${row.packet?.type}`] : []))
const session = ['mqtt-out connect', 'mqtt-in connack', 'mqtt-out subscribe', 'mqtt-in suback', 'mqtt-out publish']

test('a trace is shown with its packets, interventions and chains; its state is that of the module', async () => {
  const { rows, shapes, state } = await shown(readFileSync(trace, 'utf8'))
  expect(shapes).toEqual(['trace'])
  expect(types(rows).slice(0, 5)).toEqual(session)
  const result = rows.find((row) => row.kind === 'at-out' && row.bytes.includes('+CMQTTPUB: 0,0'))!
  const chain = rows.filter((row) => row.chain === result.chain)
  expect(chain[0]).toMatchObject({ kind: 'at-in', bytes: 'AT+CMQTTTOPIC=0,6\r', line: 'host' })
  expect(types(chain)).toEqual(['mqtt-out publish', 'mqtt-in puback'])
  expect(rows.filter(({ kind }) => kind === 'act').map((row) => 'text' in row && row.text)).toContain(
    'fault network-silent started',
  )
  const published = rows.find((row) => row.kind === 'mqtt-out' && row.packet?.type === 'publish')
  expect(published).toMatchObject({ packet: { topic: 'room/1', payload: 'warm', qos: 1 }, client: 0 })
  expect(state(result.seq)).toMatchObject({ inferred: true, service: 'started', clients: { 0: { kind: 'connected' } } })
  // It has the state of the module itself behind each thousand lines.
  expect(state()).toMatchObject({ power: 'on', clients: { 0: { kind: 'connected', clientId: 'meter-7' } } })
  expect(state().inferred).toBeUndefined()
})

test('a capture has the same packets with their bytes, and no password', async () => {
  const { rows, shapes } = await shown(readFileSync(pcapng))
  expect(shapes).toEqual(['pcapng'])
  expect(types(rows).slice(0, 5)).toEqual(session)
  const connect = rows.find((row) => row.kind === 'mqtt-out')!
  expect(connect).toMatchObject({
    bytes: expect.stringMatching(/^\x10.*MQ/),
    packet: { username: 'anna', password: '***' },
  })
  expect(JSON.stringify(rows)).not.toContain('s3cret')
})

test('a pasted log is shown with what the host printed, what explain infers and finds, and without its password', async () => {
  const { rows, shapes, state } = await shown(demoLogs[1]!.text)
  expect(shapes).not.toContain('none')
  expect(rows).toContainEqual(expect.objectContaining({ kind: 'at-in', part: 'command', bytes: 'AT+CMQTTSTART\r' }))
  expect(rows).toContainEqual(expect.objectContaining({ kind: 'note', text: expect.stringContaining('build 4f2c') }))
  expect(rows.filter(({ kind }) => kind === 'finding')).not.toEqual([])
  expect(state()).toMatchObject({ inferred: true, service: 'started', clients: { 0: { kind: 'acquired' } } })
  expect(JSON.stringify(rows)).not.toContain('tomato-42')
})

test('a trace of before there were lines with the state opens as well', async () => {
  const old = readFileSync(trace, 'utf8').replaceAll(/^# state .*\n/gm, '')
  const { rows, state } = await shown(old)
  expect(types(rows).slice(0, 5)).toEqual(session)
  expect(state()).toMatchObject({ inferred: true, service: 'started' })
})

test('two runs stand side by side: what both said, and what one said alone', async () => {
  const recording = (code: number): string =>
    `@strict\n@at 0.000000\n> AT\n@at 0.010000\n<\n< OK\n\n@at 1.000000\n> AT+CSQ\n@at 1.010000\n<\n< +CSQ: ${code},99\n<\n< OK\n`
  const { rows, pairs } = await shown(recording(20), recording(21))
  const text = (seq: number | undefined): string | undefined => {
    const row = rows.find((each) => each.seq === seq)
    return row && 'bytes' in row ? row.bytes.trim() : undefined
  }
  expect(pairs.map(({ left, right, same }) => [text(left), text(right), same])).toEqual([
    ['AT', 'AT', true],
    ['OK', 'OK', true],
    ['AT+CSQ', 'AT+CSQ', true],
    ['+CSQ: 20,99', '+CSQ: 21,99', false],
    ['OK', 'OK', true],
  ])
})

test('a page has the first rows of a long file while the rest is read', async () => {
  const bytes = new TextEncoder().encode('AT+CSQ\r\n+CSQ: 23,99\r\n\r\nOK\r\n'.repeat(4000))
  const pieces = async function* () {
    yield bytes
  }
  const { served, read, stop } = serveFiles([{ name: 'long.log', bytes: pieces() }])
  const opened = await serveConsole({ host: '127.0.0.1', port: 0, files: anyPage, served })
  const page = await TestPage.open(opened.address, { token: tokenOf(opened.viewUrl), after: 0 })
  const reading = read()
  await page.row((row) => row.kind === 'at-out')
  expect(served.timeline.ended).toBe(undefined)
  await opened.close()
  await reading
  stop()
})
