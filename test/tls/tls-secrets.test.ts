import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { bytesOf } from '../../src/at/public.ts'
import { escapeBytes } from '../../src/at/syntax/bytes.ts'
import { virtualClock } from '../../src/io/runtime/clock-virtual.ts'
import { closeAll, listenTcp, storeOf } from '../../src/io/tls/testing-tls.ts'
import { SecretWatch } from '../support/tls/secret-watch.ts'
import { closeModules, TlsModule, type TlsModuleOptions, textIn } from '../support/tls/tls-module.ts'
import { listenMqtts, makeTlsPeers, type TlsPeers } from '../support/tls/tls-peers.ts'
import { until } from '../support/until.ts'

let world: TlsPeers
beforeAll(async () => {
  world = await makeTlsPeers()
})
const watches: SecretWatch[] = []
afterEach(async () => {
  for (const watch of watches.splice(0)) watch.close()
  await closeModules()
  closeAll()
})

const key = 'MC4CAQ\r\nAwBQ+YDK2VwBC\x08IEIK,"ATA/k\r'
const other = 'b3RoZXIgc2Vjc\nmV0IGtleQ=='
const stars = (text: string): string => '*'.repeat(text.length)
const masked = (text: string): string => text.replaceAll(key, stars(key)).replaceAll(other, stars(other))
const down = (name = 'k.pem', of = key): string => `AT+CCERTDOWN="${name}",${of.length}\r`
const escaped = (text: string): string => escapeBytes(bytesOf(text))

async function watched(options: TlsModuleOptions = {}, echo = true) {
  const tls = new TlsModule({ store: storeOf({ 'old.pem': 'old' }), ...options })
  const host = await tls.attach('at0', echo)
  const received: string[] = []
  host.end.onData((bytes) => received.push(textIn(bytes)!))
  const watch = new SecretWatch(tls)
  watches.push(watch)
  /** What was typed and what came back, whole, but for the keys. */
  const expectShown = (typed: string, line = 'at0') => {
    expect(watch.seen('in', line)).toBe(masked(typed))
    expect(watch.told('in', line)).toBe(told(masked(typed)))
    if (line !== 'at0') return
    expect(watch.seen('out')).toBe(masked(received.join('')))
    expect(watch.told('out')).toBe(told(masked(received.join(''))))
    watch.expectHidden([key, other])
  }
  return { tls, host, watch, received, expectShown }
}

/** In events what was taken back is hidden too. */
const told = (text: string): string => escaped(text.replace(/[^\b]\x08/g, '*\b'))

/** What a host types; each is stored under `k.pem` at the end. */
const scripts: readonly (readonly [string, string, string])[] = [
  ['a key', `${down()}${key}`, key],
  ['a key between other commands', `AT+CSQ\r${down()}${key}AT+CSQ\r`, key],
  ['CR LF after each', `AT+CSQ\r\n${down()}\n${key}\r\nAT+CSQ\r\n`, key],
  ['two keys', `${down('j.pem', other)}${other}\r\n${down()}${key}AT\r`, key],
  ['behind a command that waits for the store', `AT+CCERTLIST\r${down()}${key}AT+CCERTLIST\r`, key],
  ['behind one on the same line', `AT+CCERTDELE="old.pem";+CCERTDOWN="k.pem",${key.length}\r${key}AT\r`, key],
  ['repeated with A/', `${down('k.pem', other)}${other}A/${other}AT\r`, other],
  ['a command edited with backspace', `AT+CCERTLIST\rAT+CCERTDOX\bWN="k.pem",${key.length}\r${key}AT\r`, key],
]

describe.each([
  ['sim767x, echo', { profile: 'sim767x' }, true],
  ['sim767x, no echo', { profile: 'sim767x' }, false],
  ['a76xx, echo', { profile: 'a76xx' }, true],
] as const)('%s', (_, options, echo) => {
  const typedIn = async (script: string, stored: string, pieces: readonly string[]) => {
    const { tls, host, watch, received, expectShown } = await watched(options, echo)
    for (const piece of pieces) host.type(piece)
    expect(textIn(tls.store.read('k.pem'))).toBe(stored)
    expectShown(script)
    expect(received.join('').includes(stored)).toBe(echo && options.profile === 'sim767x')
    expect(watch.everything().states).not.toBe('')
    watch.close()
    watches.splice(watches.indexOf(watch), 1)
    await closeModules()
  }

  test.each(scripts)('%s, whole and byte by byte', async (_, script, stored) => {
    await typedIn(script, stored, [script])
    await typedIn(script, stored, [...script])
  })

  test.each(scripts)('%s, cut anywhere', async (_, script, stored) => {
    for (let at = 1; at < script.length; at++) await typedIn(script, stored, [script.slice(0, at), script.slice(at)])
  })
})

describe('typed ahead while CONNECT is under way on an a76xx', () => {
  const start = 'AT+CMQTTSTART\rAT+CMQTTACCQ=0,"a",1\r'
  const connecting = async (port: number, rest = '') => {
    const clock = virtualClock()
    const started = await watched({ profile: 'a76xx', clock })
    const typed = `${start}AT+CMQTTCONNECT=0,"tcp://127.0.0.1:${port}",60,1${rest}\r`
    started.host.type(typed)
    return { ...started, typed, clock }
  }
  const ways: [string, (text: string) => readonly string[]][] = [
    ['whole', (text) => [text]],
    ['byte by byte', (text) => [...text]],
    ['in threes', (text) => text.match(/[\s\S]{1,3}/g) ?? []],
  ]

  test.each(ways)('%s, behind a CONNECT that fails', async (_, cut) => {
    const { port, hellos } = await listenTcp(() => {})
    const { tls, host, typed, clock, watch, expectShown } = await connecting(port)
    await until(() => hellos.length === 1, 'the ClientHello')
    const ahead = `AT+CSQ\r${down()}${key}AT\r`
    for (const piece of cut(ahead)) host.type(piece)
    watch.expectHidden([key])
    clock.advance(300_000)
    expect(textIn(tls.store.read('k.pem'))).toBe(key)
    expectShown(typed + ahead)
  })

  test.each(ways)('%s, for a prompt on the line of a CONNECT that succeeds', async (_, cut) => {
    const { port } = await listenMqtts(world.servers.right)
    const { tls, host, typed, expectShown } = await connecting(port, `;+CCERTDOWN="k.pem",${key.length}`)
    for (const piece of cut(key)) host.type(piece)
    await until(() => tls.store.read('k.pem'), 'the key')
    expect(textIn(tls.store.read('k.pem'))).toBe(key)
    expectShown(typed + key)
  })

  test('a host that leaves, and a reset: what is dropped is never shown', async () => {
    for (const drop of ['leave', 'reset']) {
      const { port, hellos } = await listenTcp(() => {})
      const { tls, host, watch, typed, clock } = await connecting(port)
      await until(() => hellos.length === 1, 'the ClientHello')
      host.type(down() + key.slice(0, -1))
      if (drop === 'leave') host.end.close()
      else tls.module.reset()
      expect(watch.seen('in')).toBe(typed)
      host.end.open()
      clock.advance(300_000)
      watch.expectHidden([key])
    }
  })

  test('another line is shown as ever, at once', async () => {
    const { port, hellos } = await listenTcp(() => {})
    const { tls, host, watch, typed, clock, expectShown } = await connecting(port)
    const second = await tls.attach('at1', true)
    await until(() => hellos.length === 1, 'the ClientHello')
    host.type(down() + key)
    const half = `AT+CSQ\r${down('j.pem', other)}${other.slice(0, 5)}`
    second.type(half)
    expect(watch.seen('in', 'at1')).toBe(`${half.slice(0, -5)}*****`)
    second.type(other.slice(5))
    expectShown(half + other.slice(5), 'at1')
    clock.advance(300_000)
    expectShown(typed + down() + key)
  })
})

test('two lines taken up in one step: each has its own stars', async () => {
  const { port, hellos } = await listenTcp(() => {})
  const { tls, host, expectShown } = await watched({ profile: 'a76xx' })
  const second = await tls.attach('at1', true)
  const connect = (index: number) => `AT+CMQTTCONNECT=${index},"tcp://127.0.0.1:${port}",60,1\r`
  const first = `AT+CMQTTSTART\rAT+CMQTTACCQ=0,"a",1\rAT+CMQTTACCQ=1,"b",1\r${connect(0)}${down()}${key}`
  const plain = `${connect(1)}${'AT+CSQ\r'.repeat(12)}`
  host.type(first)
  second.type(plain)
  await until(() => hellos.length === 2, 'two ClientHellos')
  tls.module.network('down')
  expect(textIn(tls.store.read('k.pem'))).toBe(key)
  expectShown(first)
  expectShown(plain, 'at1')
})

test('who begins to watch in the midst of a key sees stars alone', async () => {
  const tls = new TlsModule()
  const host = await tls.attach('at0', true)
  host.type(down() + key.slice(0, 10))
  const watch = new SecretWatch(tls)
  watches.push(watch)
  host.type(`${key.slice(10)}AT\r`)
  expect(watch.seen('in')).toBe(`${stars(key.slice(10))}AT\r`)
  expect(watch.seen('out')).toBe(`${stars(key.slice(10))}\r\nOK\r\nAT\r\r\nOK\r\n`)
  watch.expectHidden([key])
})

test('the data of other prompts is shown', async () => {
  const { host, expectShown, watch } = await watched()
  const typed = 'AT+CMQTTSTART\rAT+CMQTTACCQ=0,"a"\rAT+CMQTTTOPIC=0,5\rtopic'
  host.type(typed)
  expectShown(typed)
  expect(watch.seen('in').endsWith('topic')).toBe(true)
})
