import { execFileSync } from 'node:child_process'
import {
  closeSync,
  constants,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { bytesOf, concat } from '../at/syntax/bytes.ts'
import type { Log } from '../io/runtime/runtime.ts'
import { SetupError } from '../io/setup-error.ts'
import { encode } from '../mqtt/public.ts'
import { login, rig } from './testing.ts'
import { openTrace } from './trace-file.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atmqtt-trace-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const file = (): string => join(folder, 'trace.txt')
const lines = (): string[] => readFileSync(file(), 'utf8').trimEnd().split('\n')

describe('a trace', () => {
  test('has one line an event, on the disk at once, secrets hidden', () => {
    const { module, clock, type } = rig()
    openTrace(file(), module, { clock, profile: 'sim767x' })
    clock.advance(12_345)
    type('AT+CMQTTSTART\r')
    expect(lines().slice(2, 4)).toEqual([
      '   12.345 at0 < AT+CMQTTSTART\\r',
      expect.stringContaining('   12.345 at0 > AT+CMQTTSTART\\r\\r\\nOK\\r\\n'),
    ])
    type(login('swordfish').replace('AT+CMQTTSTART\r', ''))
    expect(lines().slice(-3)).toEqual([
      '   12.345 mqtt:1 > CONNECT version=3 clientId="dev" clean=1 keepAlive=60 user="user" password=***',
      '   12.345 mqtt:1 < CONNACK returnCode=0',
      '   12.345 at0 > \\r\\n+CMQTTCONNECT: 0,0\\r\\n',
    ])
    expect(lines().join()).not.toContain('swordfish')
  })

  test('says how to read it, and each run is appended', () => {
    const { module, clock, type } = rig()
    openTrace(file(), module, { clock, profile: 'sim767x' }).close()
    const second = openTrace(file(), module, { clock, profile: 'sim767x' })
    type('AT\r')
    second.close()
    type('ATI\r')
    expect(lines().map((line) => line.slice(0, 14))).toEqual([
      '# atmqtt trace',
      '# profile sim7',
      '    0.000 # th',
      '# atmqtt trace',
      '# profile sim7',
      '    0.000 at0 ',
      '    0.000 at0 ',
      '    0.000 # th',
    ])
  })

  test('names the profile and the seed, each fault and what is done to the module, what touched nothing, and its end', () => {
    const { module, clock, faults, type } = rig()
    const trace = openTrace(file(), module, { clock, profile: 'a76xx', seed: 7, faults })
    faults.start('result-late', { afterMs: 5 })
    faults.startAtCommand('AT+CMQTTPUB*', 'ok-lost')
    clock.advance(1000)
    module.network('silent')
    faults.stop('result-late')
    type('AT\r')
    trace.close()
    trace.close()
    expect(lines()[1]).toBe('# profile a76xx, seed 7')
    expect(lines().filter((line) => / # /.test(line.slice(9)))).toEqual([
      '    0.000 # fault result-late started {"afterMs":5}',
      '    1.000 # network silent',
      '    1.000 # fault result-late ended',
      '    1.000 # fault result-late touched nothing',
      '    1.000 # fault ok-lost never started: AT+CMQTTPUB* did not come',
      '    1.000 # the trace ends here',
    ])
  })

  test('shows every kind of packet', () => {
    const { module, clock, type, peers } = rig()
    type(login('secret'))
    openTrace(file(), module, { clock, profile: 'sim767x' })
    const message = { topic: bytesOf('a/"b"'), payload: bytesOf('\x01') }
    const filter = bytesOf('a/#')
    const packets = [
      encode({ type: 'publish', ...message, qos: 1, packetId: 5, retain: true, dup: true }),
      encode({ type: 'publish', ...message, qos: 0, packetId: 0, retain: false, dup: false }),
      encode({ type: 'subscribe', packetId: 2, filters: [{ filter, qos: 1 }] }),
      encode({ type: 'suback', packetId: 2, granted: [1, 128] }),
      encode({ type: 'unsubscribe', packetId: 3, filters: [filter] }),
      encode({ type: 'pingresp' }),
      bytesOf('\xffgarbage'),
    ]
    // All at once: what a server may not send ends the connection.
    peers[0]?.send(concat(packets))
    const shown = lines().filter((line) => line.includes('mqtt:1 <'))
    expect(shown.map((line) => line.split(' < ')[1])).toEqual([
      'PUBLISH qos=1 id=5 dup=1 retain=1 topic="a/\\x22b\\x22" payload="\\x01"',
      'PUBLISH qos=0 topic="a/\\x22b\\x22" payload="\\x01"',
      'SUBSCRIBE id=2 filter="a/#" qos=1',
      'SUBACK id=2 granted=1,128',
      'UNSUBSCRIBE id=3 filter="a/#"',
      'PINGRESP',
      'no MQTT: \\xffgarbage',
    ])
  })

  test('shows a will', () => {
    const { module, clock, type } = rig()
    openTrace(file(), module, { clock, profile: 'sim767x' })
    const [start, acquire, connect] = login('secret').split('\r')
    type(`${start}\r${acquire}\rAT+CMQTTWILLTOPIC=0,1\rwAT+CMQTTWILLMSG=0,3,2\rbye${connect}\r`)
    expect(lines().find((line) => line.includes('CONNECT version'))).toContain(
      'keepAlive=60 will="w" willPayload="bye" willQos=2 user=',
    )
  })
})

test('at its limit a trace becomes FILE.1 and begins anew: no more than two limits are stored', () => {
  const { module, clock, type } = rig()
  const limitBytes = 1000
  openTrace(file(), module, { clock, profile: 'sim767x', limitBytes: limitBytes })
  for (let i = 0; i < 100; i++) type('AT+CSQ\r')
  const [now, before] = [file(), `${file()}.1`].map((path) => readFileSync(path, 'utf8'))
  for (const text of [now!, before!]) {
    expect(text.startsWith('# atmqtt trace')).toBe(true)
    expect(text.length).toBeLessThanOrEqual(limitBytes)
  }
  expect(readdirSync(folder).sort()).toEqual(['trace.txt', 'trace.txt.1'])
  expect(now).toContain('AT+CSQ')
})

test('nobody else may read a trace, nor the one before it', () => {
  const { module, clock, type } = rig()
  openTrace(file(), module, { clock, profile: 'sim767x', limitBytes: 1000 })
  for (let i = 0; i < 20; i++) type('AT+CSQ\r')
  for (const path of [file(), `${file()}.1`]) expect(statSync(path).mode & 0o777).toBe(0o600)
})

test('a trace that goes on counts what is there already', () => {
  const { module, clock, type } = rig()
  writeFileSync(file(), 'x'.repeat(900))
  openTrace(file(), module, { clock, profile: 'sim767x', limitBytes: 1000 })
  type('AT\r')
  expect(readFileSync(`${file()}.1`, 'utf8')).toMatch(/^x{900}# atmqtt trace/)
})

describe('a file that can not be written', () => {
  test.each([
    ['no such folder', 'missing', () => join(folder, 'none', 'trace.txt')],
    ['a folder', 'invalid', () => folder],
  ])('%s is a setup error', (_title, code, path) => {
    const { module, clock } = rig()
    const attempt = () => openTrace(path(), module, { clock, profile: 'sim767x' })
    expect(attempt).toThrow(SetupError)
    expect(attempt).toThrow(expect.objectContaining({ code, message: expect.stringContaining(path()) }))
  })

  test.runIf(existsSync('/dev/full'))('a full disk', () => {
    const { module, clock } = rig()
    expect(() => openTrace('/dev/full', module, { clock, profile: 'sim767x' })).toThrow(SetupError)
  })
})

test('a trace whose file fails later reports it once and does not disturb the module', () => {
  const { module, clock, type, heard } = rig()
  const logged: string[] = []
  const log: Log = { log: (level, message) => logged.push(`${level}: ${message}`) }
  execFileSync('mkfifo', [file()])
  const reader = openSync(file(), constants.O_RDONLY | constants.O_NONBLOCK)
  openTrace(file(), module, { clock, profile: 'sim767x', log })
  closeSync(reader)
  type('AT\r')
  type('AT\r')
  expect(heard()).toBe('AT\r\r\nOK\r\n'.repeat(2))
  expect(logged).toEqual(['error: the trace ends here: its file can not be written'])
})
