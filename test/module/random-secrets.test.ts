import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sim767x } from '../../src/at/profiles/sim767x.ts'
import { bytesOf, textOf } from '../../src/at/syntax/bytes.ts'
import { EventFeed, openTrace, watchBytes } from '../../src/control/public.ts'
import { virtualClock } from '../../src/io/runtime/clock-virtual.ts'
import { hostedLine } from '../../src/io/testing/memory-host.ts'
import { memoryStore } from '../../src/io/tls/certificate-store.ts'
import { Module } from '../../src/module/public.ts'
import { openCapture } from '../../src/recording/capture-file.ts'
import { Recorder } from '../../src/recording/recorder.ts'
import { shown } from '../../src/transcript/player/mismatch.ts'

/** What a host sends, and what of it nobody may see. */
interface Sent {
  readonly text: string
  readonly secrets: readonly string[]
}

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const sec1 = privateKey.export({ type: 'sec1', format: 'pem' }).toString()

/** Any 12 characters in a row of a key's body. */
const windows = (pem: string): readonly string[] =>
  pem
    .split(/[\r\n]+/)
    .filter((line) => !line.startsWith('-'))
    .flatMap((line) => Array.from({ length: Math.max(0, line.length - 11) }, (_, at) => line.slice(at, at + 12)))

const password = fc.stringMatching(/^[A-Za-z0-9!#$%&()*+./<>@^_{|}~-]{12}$/)
const pin = fc.stringMatching(/^[2-9]\d{7}$/)
const sign = fc.constantFrom('=', ' =', '= ', ' ', ':', '=  ', '  = ')
const anyCase = (name: string) => fc.constantFrom(name, name.toLowerCase(), name[0] + name.slice(1).toLowerCase())
const misspelled = (name: string) =>
  fc.oneof(
    { weight: 3, arbitrary: anyCase(name) },
    { weight: 1, arbitrary: fc.nat(name.length - 1).map((at) => name.slice(0, at) + name.slice(at + 1)) },
    // A letter too many that is taken back.
    { weight: 2, arbitrary: fc.nat(name.length - 1).map((at) => `${name.slice(0, at)}QX\b\b${name.slice(at)}`) },
  )
const start = fc.constantFrom('AT+', 'at+', 'AT', 'AT+CSQ;+', 'ATE1;+', 'AT+CMQTTCFG="version",0,4;+')
const end = fc.constantFrom('\r', '\r\n', '\n\r')
const quoted = (text: string) => fc.constantFrom(`"${text}"`, `"${text}`, text)

const connect = fc
  .tuple(start, misspelled('CMQTTCONNECT'), sign, password, end)
  .chain(([at, name, is, secret, cr]) =>
    quoted(secret).map(
      (text): Sent => ({ text: `${at}${name}${is}0,"tcp://b:1883",60,1,"u",${text}${cr}`, secrets: [secret] }),
    ),
  )
const keyPassword = fc
  .tuple(
    fc.constantFrom('CSSLCFG', 'CMQTTSSLCFG', 'csslcfg'),
    fc.constantFrom('password', 'pasword', 'PASSWORD'),
    password,
    end,
  )
  .chain(([name, word, secret, cr]) =>
    quoted(secret).map((text): Sent => ({ text: `AT+${name}="${word}",0,${text}${cr}`, secrets: [secret] })),
  )
const pinEntry = fc
  .tuple(start, anyCase('CPIN'), sign, pin, end)
  .chain(([at, name, is, secret, cr]) =>
    quoted(secret).map((text): Sent => ({ text: `${at}${name}${is}${text}${cr}`, secrets: [secret] })),
  )
const key = fc
  .tuple(
    start,
    misspelled('CCERTDOWN'),
    fc.constantFrom('"key.pem"', '"k"', 'key.pem'),
    fc.constantFrom('right', 'short', 'long', 'zero', 'edited'),
    fc.constantFrom(pkcs8, sec1, pkcs8.replaceAll('\n', '\r\n')),
    fc.boolean(),
  )
  .map(([at, name, file, size, pem, repeats]): Sent => {
    const n = pem.length
    const length = { right: `${n}`, short: `${n - 100}`, long: '20000', zero: '0', edited: `9\b${n}` }[size]
    const text = `${at}${name}=${file},${length}\r${pem}`
    return { text: repeats ? `${text}\rA/${pem}\r` : `${text}\r`, secrets: [...windows(pem)] }
  })
const harmless = fc
  .constantFrom('AT\r', 'AT+CSQ\r', 'AT+CPIN?\r', 'AT+CMQTTSTART\r', 'ATE0\r', 'ATE1\r')
  .map((text): Sent => ({ text, secrets: [] }))

const session = fc.record({
  sent: fc.array(fc.oneof(connect, keyPassword, pinEntry, key, harmless), { minLength: 1, maxLength: 5 }),
  sizes: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 }),
  urcs: fc.array(fc.boolean(), { minLength: 1, maxLength: 7 }),
  echo: fc.boolean(),
})

test('whatever a host sends, echoed or not, cut anywhere, URCs between, no secret is anywhere [tls-32]', () => {
  const folder = mkdtempSync(join(tmpdir(), 'atmqtt-secrets-'))
  try {
    fc.assert(
      fc.property(session, ({ sent, sizes, urcs, echo }) => {
        const places = play(folder, sent.map(({ text }) => text).join(''), sizes, urcs, echo)
        const found = sent
          .flatMap(({ secrets }) => secrets)
          .flatMap((secret) =>
            Object.entries(places).flatMap(([place, text]) =>
              text.includes(secret) ? [`${secret} in ${place}: ${text.slice(-3000)}`] : [],
            ),
          )
        expect(found.slice(0, 1)).toEqual([])
      }),
      { numRuns: 150 },
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
}, 120_000)

/** All that anybody may see of a session. */
function play(folder: string, typed: string, sizes: readonly number[], urcs: readonly boolean[], echo: boolean) {
  const clock = virtualClock()
  const logged: string[] = []
  const log = { log: (...what: readonly unknown[]) => void logged.push(JSON.stringify(what)) }
  const module = new Module({
    profile: sim767x,
    clock,
    dialer: { dial: () => nowhere },
    log,
    certificates: memoryStore(),
  })
  const { moduleEnd, host } = hostedLine()
  module.attach(moduleEnd, 'at0')
  host.open()
  const recording: string[] = []
  const recorder = new Recorder({ redact: true, write: (text) => recording.push(text) })
  const heard: string[] = []
  host.onData((bytes) => {
    heard.push(textOf(bytes))
    recorder.take('module', bytes, clock.now())
  })
  const say = (text: string): void => {
    recorder.take('host', bytesOf(text), clock.now())
    host.write(bytesOf(text))
  }
  const told = { in: '', out: '' }
  new EventFeed(module, clock).watch((event) => {
    if (event.event === 'line') told[event.direction] += event.bytes
  })
  const paths = { trace: join(folder, 'trace'), capture: join(folder, 'capture') }
  rmSync(paths.trace, { force: true })
  const trace = openTrace(paths.trace, module, { clock, log })
  const capture = openCapture({ path: paths.capture, application: 'test', epochMs: 0, onFailure() {} })
  const captured = { in: '', out: '' }
  watchBytes(module, {
    line(name, direction, bytes) {
      captured[direction] += textOf(bytes)
      capture.line(name, direction, bytes, clock.now())
    },
    mqtt() {},
    ended() {},
  })
  if (!echo) say('ATE0\r')
  for (let at = 0, i = 0; at < typed.length; i++) {
    const size = sizes[i % sizes.length]!
    say(typed.slice(at, at + size))
    at += size
    if (urcs[i % urcs.length]) module.urc('+CREG: 1')
  }
  clock.advance(600_000)
  recorder.finish()
  trace.close()
  capture.close()
  return {
    'events, in': told.in,
    'events, out': told.out,
    trace: readFileSync(paths.trace, 'latin1'),
    pcapng: readFileSync(paths.capture, 'latin1'),
    'pcapng, in': captured.in,
    'pcapng, out': captured.out,
    recording: recording.join(''),
    'recording, without times': recording.join('').replace(/^@at.*\n/gm, ''),
    log: logged.join('\n'),
    report: shown(bytesOf(typed.slice(0, 400))),
  }
}

const nowhere = { write: () => true, pause() {}, resume() {}, close() {}, destroy() {} }
