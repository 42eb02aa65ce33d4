import { afterEach, expect, test } from 'vitest'
import type { DeviceState } from '../../src/console/device-state.ts'
import { patched } from '../../src/console/merge-patch.ts'
import type { TimelineRow } from '../../src/console/protocol.ts'
import type { RunningModule } from '../../src/launch/running-module.ts'
import { startModule } from '../../src/launch/start-module.ts'
import { consoleOf, type OpenedTestConsole, TestPage } from '../support/console/page.ts'
import { TypingHost } from '../support/console/typed-session.ts'
import { until } from '../support/until.ts'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function opened(options = {}): Promise<{ module: RunningModule; console: OpenedTestConsole; host: TypingHost }> {
  const module = await startModule({ broker: true, ...options })
  closers.push(() => module.close())
  const console = await consoleOf(module)
  closers.push(() => console.close())
  return { module, console, host: new TypingHost(module) }
}

/** `at-in AT+CSQ\r` */
const shown = (row: TimelineRow): string => {
  if (row.kind === 'at-in' || row.kind === 'at-out') return `${row.kind} ${row.part} ${row.bytes}`
  if (row.kind === 'mqtt-in' || row.kind === 'mqtt-out') return `${row.kind} ${row.packet?.type}`
  return row.kind
}

test('a publish is one chain: commands, prompts, data, the packet, its acknowledgement, the result', async () => {
  const { module, console, host } = await opened()
  await host.connect(module.broker!)
  await host.publish('room/1', 'warm')
  const page = await TestPage.open(console.host, { token: console.view, after: 0 })
  const result = await page.row((row) => row.kind === 'at-out' && row.bytes.includes('+CMQTTPUB: 0,0'))
  const chain = page.rows().filter((row) => row.chain === result.chain)
  expect(chain.map(shown)).toEqual([
    'at-in command AT+CMQTTTOPIC=0,6\r',
    'at-out echo AT+CMQTTTOPIC=0,6\r',
    'at-out prompt \r\n>\r\n',
    'at-in data room/1',
    'at-out echo room/1',
    'at-out final \r\nOK\r\n',
    'at-in command AT+CMQTTPAYLOAD=0,4\r',
    'at-out echo AT+CMQTTPAYLOAD=0,4\r',
    'at-out prompt \r\n>\r\n',
    'at-in data warm',
    'at-out echo warm',
    'at-out final \r\nOK\r\n',
    'at-in command AT+CMQTTPUB=0,1,60\r',
    'mqtt-out publish',
    'at-out echo AT+CMQTTPUB=0,1,60\r',
    'at-out final \r\nOK\r\n',
    'mqtt-in puback',
    'at-out result \r\n+CMQTTPUB: 0,0\r\n',
  ])
  const times = page.rows().map(({ t }) => t)
  expect(times).toEqual([...times].sort((a, b) => a - b))
  expect(page.rows().map(({ seq }) => seq)).toEqual(page.rows().map((_, i) => i + 1))
})

test('data is a row of its own, also behind data in which a command with a secret stood', async () => {
  const { module, console, host } = await opened()
  await host.connect(module.broker!)
  await host.publish('home/thermostat-17/set', 'AT+CPIN=1234')
  await host.publish('room/1', 'warm')
  const page = await TestPage.open(console.host, { token: console.view, after: 0 })
  await page.row((row) => row.kind === 'at-out' && row.part === 'echo' && row.bytes === 'warm')
  const data = page.rows().flatMap((row) => (row.kind === 'at-in' && row.part === 'data' ? [row.bytes] : []))
  expect(data).toEqual(['home/thermostat-17/set', 'AT+CPIN=***', 'room/1', 'warm'])
})

test('a received message is one chain: packet, acknowledgement, URC; a subscription with its answer another', async () => {
  const { module, console, host } = await opened()
  await host.connect(module.broker!)
  await host.subscribe('lamp/#')
  const page = await TestPage.open(console.host, { token: console.drive, after: 0 })
  await until(() => page.hello, 'hello')
  expect(page.hello!.broker).toBe(true)
  await page.ask({ do: { op: 'publish', topic: 'lamp/2', payload: 'on', qos: 1 } })
  const end = await page.row((row) => row.kind === 'at-out' && row.bytes.includes('RXEND'))
  expect(
    page
      .rows()
      .filter(({ chain }) => chain === end.chain)
      .map(shown),
  ).toEqual([
    'mqtt-in publish',
    'mqtt-out puback',
    'at-out urc \r\n+CMQTTRXSTART: 0,6,2\r\n',
    'at-out urc +CMQTTRXTOPIC: 0,6\r\n',
    'at-out data lamp/2',
    'at-out urc \r\n+CMQTTRXPAYLOAD: 0,2\r\n',
    'at-out data on',
    'at-out urc \r\n+CMQTTRXEND: 0\r\n',
  ])
  const suback = page.rows().find((row) => row.kind === 'mqtt-in' && row.packet?.type === 'suback')!
  expect(
    page
      .rows()
      .filter(({ chain }) => chain === suback.chain)
      .map(shown),
  ).toEqual([
    'at-in command AT+CMQTTSUB=0,6,1\r',
    'at-out echo AT+CMQTTSUB=0,6,1\r',
    'at-out prompt \r\n>\r\n',
    'at-in data lamp/#',
    'mqtt-out subscribe',
    'at-out echo lamp/#',
    'at-out final \r\nOK\r\n',
    'mqtt-in suback',
    'at-out result \r\n+CMQTTSUB: 0,0\r\n',
  ])
})

test('the state at any row is the snapshot before it with the changes between', async () => {
  const { module, console, host } = await opened()
  await host.connect(module.broker!)
  await host.publish('a', 'b')
  module.fault('registration-denied')
  const page = await TestPage.open(console.host, { token: console.view, after: 0 })
  await page.row((row) => row.kind === 'act' && row.text.includes('registration-denied'))
  const rows = page.rows()
  const topic = rows.find((row) => row.kind === 'at-in' && row.bytes === 'AT+CMQTTPAYLOAD=0,1\r')!
  const { done } = await page.ask({ stateAt: topic.seq - 1 })
  const { state } = done as { state: DeviceState }
  expect(state.clients?.['0']).toMatchObject({ kind: 'connected', clientId: 'meter-7', staged: { topic: 'a' } })
  expect(state.service).toBe('started')
  expect(state.lines?.host).toMatchObject({ hasHost: true, mode: 'command' })
  const [first] = page.messages.flatMap((message) => ('snapshot' in message ? [message.snapshot] : []))
  let replayed: object = first!.state
  for (const row of rows) if (row.kind === 'state') replayed = patched(replayed, row.patch)
  const last = (await page.ask({ stateAt: 1e9 })).done as { state: DeviceState; seq: number }
  expect(replayed).toEqual(last.state)
  expect(Object.values(last.state.faults ?? {})).toMatchObject([{ name: 'registration-denied' }])
})

test('interventions are rows, whoever made them, and a fault ends in the chain in which it began', async () => {
  const { module, console } = await opened()
  const page = await TestPage.open(console.host, { token: console.drive, after: 0 })
  module.sim('remove')
  module.sim('insert')
  const fault = module.fault('network-silent')
  await page.ask({ do: { op: 'endFault', fault } })
  await page.row((row) => row.kind === 'act' && row.op === 'faultEnded')
  const acts = page.rows().filter((row) => row.kind === 'act')
  expect(acts.map(({ op }) => op)).toEqual(expect.arrayContaining(['sim', 'sim', 'fault', 'faultEnded']))
  const [began, ended] = ['fault', 'faultEnded'].map((op) => acts.find((row) => row.op === op)!)
  expect(began!.chain).toBe(ended!.chain)
})

test('what is typed in the page runs on a line of its own; a cause that explain knows is a row', async () => {
  const { console } = await opened()
  const page = await TestPage.open(console.host, { token: console.drive, after: 0 })
  await until(() => page.hello, 'hello')
  expect((await page.ask({ complete: 'AT+CMQTTPU' })).done).toMatchObject({ hits: ['AT+CMQTTPUB'] })
  const wrong = ['AT+CMQTTSTART', 'AT+CMQTTACCQ=0,"a",0', 'AT+CMQTTCONNECT=0,"mqtt://a.example:1883",60,1']
  for (const text of wrong) await page.ask({ do: { op: 'type', text } })
  await page.row((row) => row.kind === 'at-out' && row.part === 'final' && row.line === 'console')
  const finding = await page.row(({ kind }) => kind === 'finding')
  expect(finding).toMatchObject({ line: 'console', severity: 'error', id: 'scheme' })
  const wrongRow = page.rows().find((row) => row.kind === 'at-in' && row.bytes.includes('mqtt://'))!
  expect(finding).toMatchObject({ rows: expect.arrayContaining([wrongRow.seq]) })
})

test('a page resumes behind the last row that it has, of the same run alone', async () => {
  const { console, host } = await opened()
  await host.say('AT\r', 'OK')
  const before = await TestPage.open(console.host, { token: console.view, after: 0 })
  await before.row((row) => row.kind === 'at-out' && row.part === 'final')
  const after = before.rows().at(-1)!.seq
  before.socket.close()
  await host.say('AT+CSQ\r', 'OK')
  const again = await TestPage.open(console.host, { token: console.view, run: before.hello!.run, after })
  await again.row((row) => row.kind === 'at-out' && row.part === 'information')
  expect(again.rows()[0]!.seq).toBe(after + 1)
  const other = await TestPage.open(console.host, { token: console.view, run: 'another', after })
  await other.row((row) => row.kind === 'at-out' && row.part === 'information')
  expect(other.rows()[0]!.seq).toBe(1)
})

test('passwords are in no message; a long payload is not cut silently', async () => {
  const { module, console, host } = await opened()
  await host.connect(module.broker!, 'c', ',"user","s3cret-pass"')
  await host.subscribe('t')
  const payload = '\x01'.repeat(9000)
  const page = await TestPage.open(console.host, { token: console.drive, after: 0 })
  await page.ask({ do: { op: 'publish', topic: 't', payload } })
  const row = await page.row((each) => each.kind === 'mqtt-in' && each.packet?.type === 'publish')
  expect(row).toMatchObject({ length: 9006 })
  const { parts } = await page.ask({ bytesOf: row.seq })
  expect(Buffer.from(parts, 'base64').toString('latin1')).toContain(payload)
  const connect = page.rows().find((each) => each.kind === 'mqtt-out' && each.packet?.type === 'connect')!
  expect(connect).toMatchObject({
    packet: { username: 'user', password: '***' },
    bytes: expect.stringContaining('***********'),
  })
  expect(JSON.stringify(page.messages)).not.toContain('s3cret')
})
