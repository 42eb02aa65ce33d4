import { afterEach, describe, expect, test } from 'vitest'
import { lineageOf, profiles, profilesForModel } from '../../src/at/profiles/profiles.ts'
import { bytesOf, textOf } from '../../src/at/syntax/bytes.ts'
import { intoKnownState, moduleSnapshotOf } from '../../src/conformance/known-state.ts'
import { probeModule } from '../../src/conformance/probe-module.ts'
import { SilentModule } from '../../src/conformance/silent-module.ts'
import { nodeDialer } from '../../src/io/net/dialer-node.ts'
import { virtualClock } from '../../src/io/runtime/clock-virtual.ts'
import { memoryStore } from '../../src/io/tls/certificate-store.ts'
import { memoryLine } from '../../src/io/transports/memory.ts'
import { shared } from '../../src/io/wrappers/shared.ts'
import { Module } from '../../src/module/public.ts'
import { parseTranscript } from '../../src/transcript/language/parse.ts'
import { playTranscript } from '../../src/transcript/player/play.ts'
import { startBytePeer } from '../support/byte-peer.ts'
import { silentLog } from '../support/silent-log.ts'
import { inVirtualTime } from '../support/virtual-time.ts'

const open: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

function started(name = 'sim767x', profile = profiles[name]!) {
  const clock = virtualClock()
  const certificates = memoryStore()
  const dialer = nodeDialer({ clock, certificates })
  const module = new Module({ profile, clock, dialer, log: silentLog, certificates })
  open.push(() => module.close())
  const line = memoryLine()
  module.attach(line.accepted, 'test')
  const host = shared(line.dial())
  const play = (text: string, values = {}) =>
    inVirtualTime(clock, playTranscript(parseTranscript(text, 'left.at'), host.take(), { clock, values }))
  const restore = async (left: Awaited<ReturnType<typeof moduleSnapshotOf>>, settingsLeft = false) =>
    inVirtualTime(clock, intoKnownState(host.take(), clock, { ...left, settingsLeft }), 20)
  return {
    clock,
    module,
    host,
    play,
    restore,
    look: () => inVirtualTime(clock, moduleSnapshotOf(host.take(), clock), 20),
  }
}

/** What the cases assume: echo, CMEE 2, no service, no client, contexts and radio as after a start. */
const known = `@strict
> AT+CMEE?
<< AT+CMEE?\\r
<
< +CMEE: 2
<
< OK
@lenient
> AT+CMQTTDISC?
< ERROR
> AT+CFUN?
< +CFUN: 1
< OK
> AT+CREG?
< +CREG: 0,1
< OK
> AT+NETOPEN?
< +NETOPEN: 0
< OK
> AT+CCERTLIST
< OK
> AT+CMQTTSTART
~ +CMQTTSTART: 0
< OK
~
> AT+CMQTTCFG?
< +CMQTTCFG: 0,1,120
< +CMQTTCFG: 1,1,120
< OK`

const start = '> AT+CMQTTSTART\n~ +CMQTTSTART: 0\n< OK\n~\n> AT+CMQTTACCQ=0,"left0"\n< OK\n'
const connected = `${start}> AT+CMQTTCONNECT=0,"tcp://{peer}",60,1\n< OK\n< +CMQTTCONNECT: 0,0\n`

const left = {
  nothing: '> AT\n< OK',
  'a prompt of 10240 bytes': '> AT+CCERTDOWN="left.pem",10240\n<prompt',
  'a prompt of 3 bytes': `${start}> AT+CMQTTWILLTOPIC=0,3\n<prompt\n>> ab`,
  'a line half typed': '>> AT+CMQT',
  'results switched off': '> ATQ1\n> AT',
  'no echo': '> ATE0\n< OK',
  'errors as numbers': '> AT+CMEE=1\n< OK',
  'the service': '> AT+CMQTTSTART\n~ +CMQTTSTART: 0\n< OK\n~',
  'two clients': `${start}> AT+CMQTTACCQ=1,"left1"\n< OK\n> AT+CMQTTCFG="checkUTF8",1,0\n< OK`,
  'a connection': connected,
  'a prompt while connected': `${connected}> AT+CMQTTSUB=0,1024,0\n<prompt\n>> abc`,
  'reports of registration': '> AT+CREG=1\n< OK\n> AT+CEREG=2\n< OK',
  'open sockets': '> AT+NETOPEN\n< OK\n< +NETOPEN: 0',
  'a context': '> AT+CSSLCFG="sslversion",3,3\n< OK\n> AT+CSSLCFG="authmode",9,1\n< OK',
  'a certificate': '> AT+CCERTDOWN="left.pem",3\n<prompt\n>> abc\n< OK',
} as const

describe.each(Object.keys(profiles))('%s: a known state, whatever was left', (name) => {
  test.each(Object.entries(left))('%s', async (_, text) => {
    const peer = await startBytePeer()
    open.push(peer.stop)
    const { play, restore, look } = started(name)
    const snapshot = await look()
    await play(text, { peer: peer.address })
    await restore(snapshot)
    await play(known)
    await restore(snapshot)
    await play('> AT+CSSLCFG?\n< +CSSLCFG: 0,4,0,1,300,"","",""{*}\n'.concat(contexts, '< OK'))
  })
})

const contexts = Array.from({ length: 9 }, (_, i) => `< +CSSLCFG: ${i + 1},4,0,1,300,"","",""{*}\n`).join('')

test.each(Object.keys(profiles))('%s: a radio that is off is switched on', async (name) => {
  const { host, play, restore, look } = started(name)
  const snapshot = await look()
  host.take().write(bytesOf('AT+CFUN=4\r'))
  await restore(snapshot)
  await play(known)
})

test('a CONNECT under way is waited for', async () => {
  const peer = await startBytePeer({ connack: 'silent' })
  open.push(peer.stop)
  const { play, restore, look, clock } = started()
  const snapshot = await look()
  await play(`${start}> AT+CMQTTCFG="optimeout",0,120\n< OK\n> AT+CMQTTCONNECT=0,"tcp://{peer}",60,1\n< OK`, {
    peer: peer.address,
  })
  const before = clock.now()
  await restore(snapshot)
  expect(clock.now() - before).toBeGreaterThan(100_000)
  await play(known)
})

test('names of files in a context are taken back by a reset', async () => {
  const { play, restore, look } = started()
  const snapshot = await look()
  await play('> AT+CCERTDOWN="left.pem",3\n<prompt\n>> abc\n< OK\n> AT+CSSLCFG="cacert",0,"left.pem"\n< OK')
  await restore(snapshot, true)
  await play(known)
  await restore(snapshot)
  await play(`> AT+CSSLCFG?\n< +CSSLCFG: 0,4,0,1,300,"","",""{*}\n${contexts}< OK`)
})

test('certificates from before the run are kept', async () => {
  const { play, restore, look } = started()
  await play('> AT+CCERTDOWN="mine.pem",3\n<prompt\n>> abc\n< OK')
  const snapshot = await look()
  await play('> AT+CCERTDOWN="left.pem",3\n<prompt\n>> abc\n< OK')
  await restore(snapshot)
  await play('> AT+CCERTLIST\n< +CCERTLIST: "mine.pem"\n< OK')
})

test('a module that does not answer is given up in bounded time, with one sentence', async () => {
  const clock = virtualClock()
  const sent: Uint8Array[] = []
  const line = memoryLine()
  line.accepted.start({ data: (bytes) => sent.push(bytes) })
  const given = inVirtualTime(clock, moduleSnapshotOf(line.dial(), clock))
  await expect(given).rejects.toThrow(SilentModule)
  await expect(given).rejects.toThrow('The module does not answer AT+CMEE? for 10 s: look at its power and its line.')
  expect(clock.now()).toBeLessThan(30_000)
  expect(sent.reduce((sum, { length }) => sum + length, 0)).toBeGreaterThan(10_240)
})

test.each([
  ['echoes', (line: string) => line, 'The module sends AT+CMEE? back and does not answer it'],
  ['knows ERROR alone', () => '\r\nERROR\r\n', 'it says "ERROR"'],
  ['says anything', () => '\x1b[2J\x9b\r\n', 'it says "\\x1b[2J\\x9b"'],
  ['hangs up', () => undefined, 'The module hangs up and does not answer AT+CMEE?'],
])('a module that %s is told apart', async (_, answer, sentence) => {
  const clock = virtualClock()
  const line = memoryLine()
  const host = line.dial()
  line.accepted.start({
    data: (bytes) => {
      const text = answer(textOf(bytes))
      if (text === undefined) void line.accepted.close()
      else line.accepted.write(bytesOf(text))
    },
  })
  const given = inVirtualTime(clock, moduleSnapshotOf(host, clock))
  await expect(given).rejects.toThrow(SilentModule)
  await expect(given).rejects.toThrow(sentence)
})

/** One that neither its keys nor its model tell apart is taken for the one that it answers like. */
test.each(Object.keys(profiles))('%s is recognised', async (name) => {
  const { host, clock } = started(name)
  const found = (await inVirtualTime(clock, probeModule(host.take(), clock), 20)).profile
  const [closest] = profilesForModel(profiles[name]!.identity.model)
  expect(found).toBe(lineageOf(name).length === 1 ? name : closest!.name)
})

test.each(['SIMCOM_SIM7800E', 'SIM7906G-M2'])('%s is of the family of the SIM7600', async (model) => {
  const profile = profiles.sim7600!
  const { host, clock } = started('sim7600', { ...profile, identity: { ...profile.identity, model } })
  expect(await inVirtualTime(clock, probeModule(host.take(), clock), 20)).toEqual({ model, profile: 'sim7600' })
})
