import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectAsync, type MqttClient } from 'mqtt'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { bytesOf, textOf } from '../../src/at/public.ts'
import { callControl } from '../../src/control/public.ts'
import { hostedLine } from '../../src/io/testing/memory-host.ts'
import { memoryStore } from '../../src/io/tls/certificate-store.ts'
import { type RunningModule, type StartOptions, startModule } from '../../src/launch/public.ts'
import { restorable } from '../../src/launch/restorable-store.ts'
import { launchedHost } from '../support/launch/launched-host.ts'
import type { TestHost } from '../support/module/module-host.ts'
import { until } from '../support/until.ts'

const folder = mkdtempSync(join(tmpdir(), 'atmqtt-fresh-'))
const running: RunningModule[] = []
const clients: MqttClient[] = []
afterEach(async () => {
  for (const client of clients.splice(0)) await client.endAsync(true)
  for (const module of running.splice(0)) await module.close()
})
afterAll(() => rmSync(folder, { recursive: true }))

async function started(options: StartOptions = {}) {
  const module = await startModule(options)
  running.push(module)
  return { module, host: await launchedHost(module) }
}

/** The boot lines of `sim767x`, which follow; then the echo is off again. */
async function restarted(host: TestHost): Promise<void> {
  await host.expectLines('QCRDY', '+CPIN: READY', 'SMS DONE', 'PB DONE')
  host.send('ATE0')
  await host.expectBytes('ATE0\r\r\nOK\r\n')
}

const serverOf = ({ broker }: RunningModule): string => `tcp://127.0.0.1:${new URL(broker!).port}`

async function connected(host: TestHost, server: string, rest = '60,1'): Promise<void> {
  await host.says('AT+CMQTTSTART', 'OK', '+CMQTTSTART: 0')
  await host.says('AT+CMQTTACCQ=0,"me"', 'OK')
  await host.says(`AT+CMQTTCONNECT=0,"${server}",${rest}`, 'OK', '+CMQTTCONNECT: 0,0')
}

/** A client of a broker; `got`: what it has received. */
async function onlooker(url: string, topic: string): Promise<string[]> {
  const client = await connectAsync(url, { reconnectPeriod: 0 })
  clients.push(client)
  client.on('error', () => {})
  const got: string[] = []
  client.on('message', (name, payload) => got.push(`${name} ${payload}`))
  await client.subscribeAsync(topic)
  return got
}

describe('fresh restores', () => {
  test('settings, AT&W, PDP definitions, SIM and network; lines keep their hosts, and boot lines follow', async () => {
    const { module, host } = await started({ sim: false })
    await host.says('AT+CMEE=2;+CGDCONT=2,"IP","other";&W', 'OK')
    module.sim('insert')
    module.network('silent')
    module.radio({ signal: 3, zone: 8 })
    module.fresh()
    await host.expectMatch(/^.*QCRDY\r\n\r\n\+CPIN: NOT INSERTED\r\n/s)
    host.send('ATE0')
    await host.expectBytes('ATE0\r\r\nOK\r\n')
    await host.says('AT+CGDCONT?', '+CGDCONT: 1,"IP","internet","",,,,,,,,,,,', 'OK')
    await host.says('AT+CMEE?', '+CMEE: 2', 'OK')
    const { network, sim } = module.snapshot()
    expect([network.signal, network.zone, network.coverage, sim.kind]).toEqual([23, 0, 'up', 'removed'])
  })

  test('faults, and their numbers with their chance', async () => {
    const module = await startModule({ seed: 5 })
    running.push(module)
    const { moduleEnd, host } = hostedLine()
    module.attach(moduleEnd, 'line')
    host.open()
    let got = ''
    host.onData((bytes) => {
      got += textOf(bytes)
    })
    const answers = (): string => {
      got = ''
      expect(module.fault('bytes-corrupted', { probability: 0.2, direction: 'out' })).toBe(1)
      host.write(bytesOf('AT+CGMM;+CGMR;+CGSN\r'))
      return got
    }
    const first = answers()
    module.fresh()
    expect(module.faults()).toEqual([])
    expect(answers()).toBe(first)
    expect(first).not.toContain('SIM7672G-MNGV')
  })

  test('a schedule of faults begins again', async () => {
    const faults = join(folder, 'schedule.json')
    writeFileSync(faults, JSON.stringify({ faults: [{ fault: 'prompt-lost', afterCommands: 1 }] }))
    const { module, host } = await started({ faults })
    expect(module.faults()).toEqual([])
    await host.says('AT', 'OK')
    expect(module.faults().map(({ name }) => name)).toEqual(['prompt-lost'])
    module.fresh()
    expect(module.faults()).toEqual([])
    await host.expectLines('QCRDY', '+CPIN: READY', 'SMS DONE', 'PB DONE')
    host.send('ATE0')
    await host.expectBytes('ATE0\r\r\nOK\r\n')
    expect(module.faults()).toEqual([])
    await host.says('AT', 'OK')
    expect(module.faults().map(({ id, name }) => [id, name])).toEqual([[1, 'prompt-lost']])
  })

  test('certificates that the module has written or deleted; those that others have put there stay', async () => {
    const state = join(folder, 'state')
    const { module, host } = await started({ state })
    const certs = join(state, 'certs')
    writeFileSync(join(certs, 'kept.pem'), 'one')
    await host.says('AT+CCERTDELE="kept.pem"', 'OK')
    await host.data('AT+CCERTDOWN="new.pem",3', 'new')
    writeFileSync(join(certs, 'other.pem'), 'other')
    expect(readdirSync(certs).sort()).toEqual(['new.pem', 'other.pem'])
    module.fresh()
    expect(readdirSync(certs).sort()).toEqual(['kept.pem', 'other.pem'])
    expect(readFileSync(join(certs, 'kept.pem'), 'utf8')).toBe('one')
  })

  test('the broker: sessions and retained messages are gone, no will is published, its ports go on', async () => {
    const { module, host } = await started({ broker: true })
    const before = await onlooker(module.broker!, '#')
    await host.says('AT+CMQTTSTART', 'OK', '+CMQTTSTART: 0')
    await host.says('AT+CMQTTACCQ=0,"me"', 'OK')
    await host.data('AT+CMQTTWILLTOPIC=0,1', 'w')
    await host.data('AT+CMQTTWILLMSG=0,4,1', 'gone')
    await host.says(`AT+CMQTTCONNECT=0,"${serverOf(module)}",60,0`, 'OK', '+CMQTTCONNECT: 0,0')
    await host.data('AT+CMQTTSUB=0,1,1', 'q', '+CMQTTSUB: 0,0')
    await host.data('AT+CMQTTTOPIC=0,1', 'r')
    await host.data('AT+CMQTTPAYLOAD=0,4', 'kept')
    await host.says('AT+CMQTTPUB=0,1,60,1', 'OK', '+CMQTTPUB: 0,0')
    await until(() => before.length === 1, 'the retained message')

    module.fresh()
    await restarted(host)
    const after = await onlooker(module.broker!, '#')
    await clients.at(-1)!.publishAsync('q', 'for the old session', { qos: 1 })
    await connected(host, serverOf(module), '60,0')
    await clients.at(-1)!.publishAsync('end', '', { qos: 1 })
    await until(() => after.includes('end '), 'the last message')
    await host.expectQuiet()
    expect([before, after]).toEqual([['r kept'], ['q for the old session', 'end ']])
  })

  test('connections to other servers, half-open ones too: they see an end', async () => {
    const sockets: Socket[] = []
    const server = createServer((socket) => {
      sockets.push(socket.on('error', () => {}))
      socket.once('data', () => socket.write(Buffer.of(0x20, 2, 0, 0)))
    }).listen(0, '127.0.0.1')
    await until(() => server.listening, 'listening')
    const address = `tcp://127.0.0.1:${(server.address() as { port: number }).port}`
    const { module, host } = await started()
    await connected(host, address)
    module.network('down')
    await host.expectLines('+CMQTTCONNLOST: 0,3', '+CMQTTNONET')
    module.network('up')
    await connected(host, address)
    expect(sockets.map(({ closed }) => closed)).toEqual([false, false])
    module.fresh()
    await until(() => sockets.every(({ closed }) => closed), 'both have ended')
    server.close()
  })
})

test('over the control port', async () => {
  const { module, host } = await started({ control: true })
  await host.says('AT+CMQTTSTART', 'OK', '+CMQTTSTART: 0')
  const [name, port] = module.control!.split(':')
  expect(await callControl({ host: name!, port: Number(port) }, { op: 'fresh' })).toEqual({ ok: true })
  await restarted(host)
  await host.says('AT+CMQTTSTART', 'OK', '+CMQTTSTART: 0')
})

test('with power at the first opening: a module whose line has a host boots, another one stays off', async () => {
  const module = await startModule({ power: 'open' })
  running.push(module)
  const { moduleEnd, host } = hostedLine()
  module.attach(moduleEnd, 'line')
  host.open()
  module.fresh()
  const alone = await startModule({ power: 'open' })
  running.push(alone)
  alone.power('on')
  alone.fresh()
  expect([module.snapshot().power, alone.snapshot().power]).toEqual(['on', 'off'])
})

test('a store takes back each change, also where a file was written, removed and written again', () => {
  const inner = memoryStore()
  inner.write('a', bytesOf('1'))
  const store = restorable(inner)
  store.write('a', bytesOf('2'))
  store.remove('a')
  store.write('a', bytesOf('3'))
  store.write('b', bytesOf('b'))
  inner.write('c', bytesOf('by another'))
  store.restore()
  expect(inner.list()).toEqual(['a', 'c'])
  expect(inner.read('a')).toEqual(bytesOf('1'))
  store.restore()
  expect(store.list()).toEqual(['a', 'c'])
})
