import { describe, expect, test } from 'vitest'
import { lineageOf } from '../../src/at/profiles/profiles.ts'
import { defaultProfile, type Profile, profiles, textOf } from '../../src/at/public.ts'
import { startBroker } from '../../src/broker/embedded-broker.ts'
import { Modem } from '../../src/driver/commands/modem.ts'
import type { Received } from '../../src/driver/protocol/answer.ts'
import { PortClosedError } from '../../src/driver/protocol/errors.ts'
import { type KnownDialects, probeDialect } from '../../src/driver/setup/dialect/probe-dialect.ts'
import { nodeClock } from '../../src/io/runtime/clock-node.ts'
import { virtualClock } from '../../src/io/runtime/clock-virtual.ts'
import type { Module } from '../../src/module/public.ts'
import { loadProfile } from '../../src/profile-file/public.ts'
import { drivenModule } from '../support/driver/driven-module.ts'
import { replies, ScriptedPort } from '../support/driver/scripted-port.ts'
import { until } from '../support/until.ts'
import { inVirtualTime } from '../support/virtual-time.ts'

/** All that a module knows, but what was typed last: also which unknown commands its log has warned of. */
function remembered(module: Module) {
  const { lines: _typed, ...state } = module.state()
  return state
}

/** Probes a module of this firmware; the driver is told nothing of it. */
async function probed(profile: Profile, known?: KnownDialects) {
  const { module, modem, sent, close } = drivenModule({ profile })
  modem.profile = defaultProfile
  await modem.general.echo({ echo: 0 })
  const before = sent().length
  const state = remembered(module)
  const found = await probeDialect(modem, nodeClock, known)
  expect(remembered(module)).toEqual(state)
  const asked = sent().slice(before).split('\r').slice(0, -1)
  await close()
  return { found, asked }
}

const named = (profile: Profile): [string, Profile] => [profile.name, profile]
/**
 * The `=?` lines tell these apart. A profile whose lines are those of another one has that one in `answersLike` of
 * `profiles.ts`, and is in the list below: only its model tells it from its base.
 */
const everyProfile = Object.values(profiles)
  .filter(({ name }) => lineageOf(name).length === 1)
  .map(named)
const alike = Object.values(profiles)
  .filter(({ name }) => lineageOf(name).length > 1)
  .map(named)
const who = ['AT+CGMM', 'AT+CGMR', 'AT+SIMCOMATI']

describe.each(everyProfile)('%s', (_, profile) => {
  test('is found out with questions that change nothing', async () => {
    const { found, asked } = await probed(profile)
    expect(found).toEqual({ ...profile, title: `${profile.identity.model}, ${profile.identity.revision}` })
    expect(asked.slice(0, 3)).toEqual(who)
    expect(asked.slice(3).every((line) => line.endsWith('=?'))).toBe(true)
    expect(asked).toHaveLength(12)
  })

  test('is found out under an unknown model name', async () => {
    const other = loadProfile({ extends: profile.name, identity: { model: 'NB-99', revision: 'R1', build: 'B1' } })
    const { found } = await probed(other)
    expect(found).toEqual({ ...other, title: 'NB-99, R1' })
  })
})

describe.each(alike)('%s, which answers like another one', (name, profile) => {
  test('is found out by its model, or taken for the other one', async () => {
    expect(lineageOf(name)).toContain((await probed(profile)).found.name)
  })

  test('under an unknown model name it may be taken for the other one', async () => {
    const other = loadProfile({ extends: name, identity: { model: 'NB-99' } })
    const { found } = await probed(other)
    expect(lineageOf(name)).toContain(found.name)
  })
})

test('an A7670C is told from its family by its model', async () => {
  expect((await probed(profiles['a7670c-v11']!)).found.name).toBe('a7670c-v11')
  const other = loadProfile({ extends: 'a7670c-v11', identity: { model: 'A7672S' } })
  expect((await probed(other)).found.name).toBe('a76xx')
})

describe('firmwares that mix features', () => {
  test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    [
      'the older one with a newer one’s configuration',
      { extends: 'sim7600', mqtt: { hasVersionConfig: true, pubTimeout: [5, 180], acquireTakesVersion: false } },
      { hasVersionConfig: true, pubTimeout: [5, 180], acquireTakesVersion: false, hasTopicInput: true },
    ],
    [
      'the note’s one with SUBTOPIC, topics in quotes and long payloads',
      { extends: 'sim767x', mqtt: { hasTopicInput: true, quotedTopics: 'argtopic', maxPayloadBytes: 10_240 } },
      { hasTopicInput: true, quotedTopics: 'argtopic', maxPayloadBytes: 10_240, contexts: 0 },
    ],
    [
      'a prompt without line end and results in front of OK',
      {
        extends: 'sim767x-v106',
        prompt: '\r\n>',
        mqtt: { startResultFirst: true, discTimeout: [1, 90] },
      },
      { discTimeout: [1, 90], contexts: 15, hasTopicInput: false },
    ],
    [
      'the A76XX without its own',
      {
        extends: 'a76xx',
        mqtt: { quotedTopics: 'none', hasTopicInput: false },
        tls: { keys: [], maxFileName: 64, maxCertificateName: 50 },
      },
      { quotedTopics: 'none', hasTopicInput: false, pubTimeout: [1, 180] },
    ],
  ])('%s', async (_, file, mqtt) => {
    const profile = loadProfile(file)
    const { found } = await probed(profile)
    expect(found.mqtt).toMatchObject(mqtt)
    const { startResultFirst: _order, ...rest } = profile.mqtt
    expect(found.mqtt).toMatchObject(rest)
    const { row: _row, unsetSuites: _unset, ...tls } = profile.tls
    expect(found.tls).toMatchObject(tls)
  })

  test('the driver works on one whatever its prompt and the order of its results', async () => {
    const broker = await startBroker({ host: '127.0.0.1', port: 0 })
    const mixed = { extends: 'sim767x', prompt: '\r\n> ', mqtt: { startResultFirst: true, connectFailure: 'withheld' } }
    const { modem, close } = drivenModule({ profile: loadProfile(mixed) })
    modem.profile = await probeDialect(modem, nodeClock)
    const messages: Received[] = []
    modem.chat.on('message', (message) => messages.push(message))
    await modem.mqtt.start()
    await modem.mqtt.acquire({ clientIndex: 0, clientId: 'mixed' })
    const serverAddress = `tcp://127.0.0.1:${broker.port}`
    await modem.mqtt.connect({ clientIndex: 0, serverAddress, keepaliveTime: 60, cleanSession: 1 })
    await modem.mqtt.subscribe({ clientIndex: 0, qos: 1 }, 'a/b')
    await modem.mqtt.topic({ clientIndex: 0 }, 'a/b')
    await modem.mqtt.payload({ clientIndex: 0 }, 'hello')
    await modem.mqtt.publish({ clientIndex: 0, qos: 1, pubTimeout: 60 })
    await until(() => messages.length === 1, 'the message')
    expect(textOf(messages[0]!.payload)).toBe('hello')
    await close()
    await broker.close()
  })
})

describe('what is known', () => {
  test('is not asked again: of the same modem, and of the same firmware behind another port', async () => {
    const { modem, sent, close } = drivenModule()
    const first = await probeDialect(modem, nodeClock)
    const before = sent().length
    expect(await probeDialect(modem, nodeClock)).toBe(first)
    expect(sent().slice(before).split('\r').slice(0, -1)).toEqual(who)
    await close()
    const known: KnownDialects = new Map()
    const { found } = await probed(profiles.a76xx!, known)
    const again = await probed(profiles.a76xx!, known)
    expect(again.found).toBe(found)
    expect(again.asked).toEqual(who)
  })

  test('is not taken for another revision', async () => {
    const known: KnownDialects = new Map()
    await probed(profiles.a76xx!, known)
    const other = loadProfile({
      extends: 'a76xx',
      identity: { revision: 'A110B02A7670M7' },
      mqtt: { pubTimeout: [5, 60] },
    })
    expect((await probed(other, known)).found.mqtt.pubTimeout).toEqual([5, 60])
  })
})

/** Probes a module of fixed replies. */
async function scripted(table: Parameters<typeof replies>[0], otherwise = 'ERROR') {
  const clock = virtualClock()
  const answer = replies(table)
  const port = new ScriptedPort((text) => (text.replace(/\r$/, '') in table ? answer(text) : `\r\n${otherwise}\r\n`))
  const modem = new Modem({ port, clock })
  return { found: await inVirtualTime(clock, probeDialect(modem, clock)), seconds: clock.now() / 1000, port, clock }
}

describe('a firmware that says little', () => {
  test.each([
    ['SIM7600E-H', 'sim7600'],
    ['SIMCOM_SIM7600G-H', 'sim7600'],
    ['A7672S-FASE', 'a76xx'],
    ['SIM7652E', 'sim767x'],
    ['EC25', 'sim767x'],
  ])('no =? at all: %s is taken for %s', async (model, name) => {
    const { found } = await scripted({ 'AT+CGMM': `+CGMM: ${model}`, 'AT+CGMR': 'R1' })
    const { mqtt, tls } = profiles[name]!
    expect(found).toMatchObject({ name, mqtt, tls, identity: { model, revision: 'R1' } })
  })

  test('it is waited for while it starts', async () => {
    const { found, seconds } = await scripted({ 'AT+CGMM': ['ERROR', '+CME ERROR: 14', 'A7670E-FASE'] })
    expect(found.name).toBe('a76xx')
    expect(seconds).toBeGreaterThan(0.9)
    expect(seconds).toBeLessThan(2)
  })

  test('one that never tells its model gets the default', async () => {
    const { found, seconds } = await scripted({})
    expect(found.name).toBe('sim767x')
    expect(seconds).toBeLessThan(6)
  })

  test('junk in a reply changes nothing', async () => {
    const { found } = await scripted({
      'AT+CGMM': 'SIM7672E',
      'AT+CMQTTPAYLOAD=?': '+CMQTTPAYLOAD: (0-1),(1-',
      'AT+CMQTTPUB=?': '+CSQ: (9-9)',
      'AT+CMQTTDISC=?': '+CMQTTDISC: ,,,,',
      'AT+CSSLCFG=?': '+CSSLCFG: "\x80,(',
    })
    expect(found.mqtt).toEqual(profiles.sim767x!.mqtt)
    expect(found.tls).toEqual(profiles.sim767x!.tls)
  })
})

test('a port that goes ends the probe at once', async () => {
  const clock = virtualClock()
  const port = new ScriptedPort(() => '')
  const probe = probeDialect(new Modem({ port, clock }), clock)
  clock.after(100, () => port.unplug())
  await expect(inVirtualTime(clock, probe)).rejects.toMatchObject({ missing: 'closed' })
  const gone = new Modem({ port: new ScriptedPort(), clock })
  await gone.close()
  await expect(probeDialect(gone, clock)).rejects.toThrow(PortClosedError)
})
