import { describe, expect, test } from 'vitest'
import { frozen } from '../../test/support/frozen.ts'
import { isImei, profiles } from '../at/public.ts'
import { type AnyGroup, isLeaf } from './leaf.ts'
import { loadProfile, ProfileError, profileData } from './load-profile.ts'
import { profileFields } from './profile-fields.ts'

const names = Object.keys(profiles)
const messageOf = (json: unknown): string => {
  try {
    loadProfile(json)
  } catch (error) {
    expect(error).toBeInstanceOf(ProfileError)
    return (error as Error).message
  }
  return 'accepted'
}

describe.each(names)('%s', (name) => {
  test('extended by nothing is itself', () => expect(loadProfile({ extends: name })).toEqual(profiles[name]))
  test('its data, saved and read again, is itself, whatever it is said to extend', () => {
    for (const base of names) {
      const saved = JSON.stringify(profileData(profiles[name]!, base))
      expect(loadProfile(JSON.parse(saved))).toEqual(profiles[name])
    }
  })
  test('every value of it passes on its own', () => {
    for (const [path, value] of leaves(profileFields as unknown as AnyGroup, profiles[name]))
      expect([path, messageOf(nested(path, value, { extends: name }))]).toEqual([path, 'accepted'])
  })
})

/** Every value of a profile with its path. */
function leaves(group: AnyGroup, profile: unknown, at: readonly string[] = []): (readonly [string[], unknown])[] {
  return Object.entries(group).flatMap(([key, field]) => {
    const value = (profile as Record<string, unknown>)[key]
    return isLeaf(field) ? [[[...at, key], value] as const] : leaves(field, value, [...at, key])
  })
}

const nested = ([key, ...rest]: readonly string[], value: unknown, outer: object = {}): object => ({
  ...outer,
  [key!]: rest.length === 0 ? value : nested(rest, value),
})

test('a given value replaces that of the base, all others stay', () => {
  const base = frozen(profiles.a76xx!)
  const profile = loadProfile({
    extends: 'a76xx',
    name: 'our-board',
    identity: { model: 'A7672S-FASE' },
    boot: [{ afterMs: 0, text: 'RDY' }],
    mqtt: { pubTimeout: [5, 60], startWhenStarted: 23 },
  })
  expect(profile).toEqual({
    ...base,
    name: 'our-board',
    boot: [{ afterMs: 0, text: 'RDY' }],
    identity: { ...base.identity, model: 'A7672S-FASE' },
    mqtt: { ...base.mqtt, pubTimeout: [5, 60], startWhenStarted: 23 },
  })
  expect(loadProfile({ extends: 'sim7600', mqtt: { startWhenStarted: null } }).mqtt.startWhenStarted).toBeNull()
})

describe('an error names the key, its value and what is allowed, in one sentence', () => {
  const all = names.map((name) => `"${name}"`).join(', ')
  test.each([
    [[], 'A profile must be a JSON object, such as {"extends":"sim767x"}.'],
    ['sim767x', 'A profile must be a JSON object, such as {"extends":"sim767x"}.'],
    [null, 'A profile must be a JSON object, such as {"extends":"sim767x"}.'],
    [{}, `"extends" is missing: it must be one of ${all}.`],
    [{ extends: 'sim800' }, `"extends" is "sim800": it must be one of ${all}.`],
  ])('%j', (json, message) => expect(messageOf(json)).toBe(message))

  test.each([
    [{ mqtt: { maxPayloadBytes: 0 } }, '"mqtt.maxPayloadBytes" is 0: it must be a whole number from 1 to 65535.'],
    [{ mqtt: { maxPayloadBytes: 1.5 } }, '"mqtt.maxPayloadBytes" is 1.5: it must be a whole number from 1 to 65535.'],
    [{ mqtt: { maxPayloadBytes: '9' } }, '"mqtt.maxPayloadBytes" is "9": it must be a whole number from 1 to 65535.'],
    [
      { mqtt: { pubTimeout: [180, 60] } },
      '"mqtt.pubTimeout" is [180,60]: it must be two whole numbers from 1 to 65535, the smaller one first.',
    ],
    [
      { mqtt: { pubTimeout: [60] } },
      '"mqtt.pubTimeout" is [60]: it must be two whole numbers from 1 to 65535, the smaller one first.',
    ],
    [
      { mqtt: { discDefaultTimeout: 30 } },
      '"mqtt.discDefaultTimeout" is 30: it must be 0 or in "mqtt.discTimeout", 60 to 180.',
    ],
    [{ mqtt: { tlsError: 36 } }, '"mqtt.tlsError" is 36: it must be an <err> code from 1 to 35.'],
    [
      { mqtt: { startWhenStarted: 0 } },
      '"mqtt.startWhenStarted" is 0: it must be an <err> code from 1 to 35, or null for a bare ERROR.',
    ],
    [{ mqtt: [] }, '"mqtt" is []: it must be an object.'],
    [
      { cme: { constructor: 'x' } },
      '"cme" is {"constructor":"x"}: it must be an object of numbers and their words, such as {"10":"SIM not inserted"}.',
    ],
    [
      { title: { length: [{ toString: 0 }] } },
      '"title" is {"length":[{"toString":0}]}: it must be 1 to 200 characters of printable ASCII.',
    ],
    [{ mqtt: { quotedTopics: 'yes' } }, '"mqtt.quotedTopics" is "yes": it must be "none", "refused" or "argtopic".'],
    [{ tls: { reader: { pemCrLf: true } } }, '"tls.reader.pemCrLf" is true: it must be "taken" or "refused".'],
    [
      { tls: { reader: { maxChainBytes: -1 } } },
      '"tls.reader.maxChainBytes" is -1: it must be a whole number from 0 to 1000000.',
    ],
    ...['2014-02-30', '1969-12-31', '14/01/01'].map((unsetClock): [object, string] => [
      { general: { unsetClock } },
      `"general.unsetClock" is "${unsetClock}": it must be a date from 1970 to 2099 such as "2014-01-01".`,
    ]),
    [{ mqtt: 1 }, '"mqtt" is 1: it must be an object.'],
    [{ mqtt: null }, '"mqtt" is null: it must be an object.'],
    [{ echoesData: 1 }, '"echoesData" is 1: it must be true or false.'],
    [{ errorReports: 3 }, '"errorReports" is 3: it must be 0, 1 or 2.'],
    [{ prompt: '' }, '"prompt" is "": it must be 1 to 16 characters: printable ASCII, "\\r" and "\\n".'],
    [
      { identity: { imei: '351602000330571' } },
      '"identity.imei" is "351602000330571": it must be 15 digits of which the last one is the check digit.',
    ],
    [
      { boot: ['RDY'] },
      '"boot" is ["RDY"]: it must be a list such as [{"afterMs":0,"text":"RDY"}], the times rising, 0 to 600000 ms; "needs" is "card", "sim" or "attach".',
    ],
    [
      { tls: { keys: ['password', 'password'] } },
      '"tls.keys" is ["password","password"]: it must be a list of "password", "ignorecertCN", "use_tickets" and "ciphersuites", each at most once.',
    ],
    [{ name: 'a b' }, '"name" is "a b": it must be 1 to 64 letters, digits, "-", "_" and ".".'],
    [{ replies: [] }, '"replies" is []: it must be an object of commands and their replies.'],
  ])('%j', (changes, message) => expect(messageOf({ extends: 'sim767x', ...changes })).toBe(message))

  test.each([
    ['{"extends":"sim767x","__proto__":{}}', '"__proto__" is no key of a profile: there are "extends"'],
    ['{"extends":"sim767x","mqtt":{"__proto__":1}}', '"mqtt.__proto__" is no key of a profile: "mqtt" has "'],
    ['{"extends":"sim767x","replies":{"__proto__":1}}', '"replies.__proto__" is no key of a profile: leave it out.'],
    [
      `{"extends":"sim767x","mqtt":${'['.repeat(50_000)}${']'.repeat(50_000)}}`,
      'A profile is nested deeper than 64 levels here: no key takes that.',
    ],
  ])('a field named __proto__ and deep nesting are refused: %#', (json, message) =>
    expect(messageOf(JSON.parse(json))).toContain(message),
  )

  test('an unknown key; the sentence lists the known ones', () => {
    expect(messageOf({ extends: 'sim767x', promt: '>' })).toMatch(
      /^"promt" is no key of a profile: there are "extends", "name", "title", "family", "models", "prompt", .*"mqtt"\.$/,
    )
    expect(messageOf({ extends: 'sim767x', identity: { eid: '1' } })).toBe(
      '"identity.eid" is no key of a profile: "identity" has "manufacturer", "model", "revision", "imei", "imsi", "iccid", "build".',
    )
    expect(messageOf({ extends: 'sim767x', __proto__: null, constructor: 1 })).toContain('"constructor" is no key')
  })
})

describe('replies', () => {
  const with_ = (replies: object) => messageOf({ extends: 'sim767x', replies })
  test.each([
    { 'AT+CNMP=2': ['OK'], 'AT+CGNSSPWR=*': ['OK', { afterMs: 900, urc: '+CGNSSPWR: READY!' }] },
    { 'AT+CNMP?': ['+CNMP: 2', 'OK'] },
    { 'at+cnmp=?': ['ERROR'] },
    { 'AT+CNMP': ['+CME ERROR: 10'] },
    { 'AT+CNMP': ['+CMS ERROR: 500'] },
    { 'ATD*99#': ['NO CARRIER'] },
    { 'ATX*': ['OK'], 'ATS0=0': ['OK'], AT$QCPWRDN: ['OK'], 'AT*': ['OK'], 'AT+*': ['OK'] },
    { 'AT+CMQTTSUBTOPIC=*': ['OK'] },
  ])('%j is accepted', (replies) => expect(with_(replies)).toBe('accepted'))

  test('a command whose replies are our choice gives way to the replies of a profile', () => {
    expect(with_({ 'AT+CBC': ['+CBC: 4.123V', 'OK'], 'AT+CNTP': ['ERROR'], ATH: ['ERROR'] })).toBe('accepted')
  })

  test.each([
    [{ 'AT+CSQ': ['OK'] }, '"replies" has the key "AT+CSQ": AT+CSQ is a command of its own here, leave it out.'],
    [{ 'at+cmqttpub=*': ['OK'] }, 'AT+CMQTTPUB is a command of its own here'],
    [{ ATE0: ['OK'] }, 'ATE is a command of its own here'],
    [{ '+CNMP=2': ['OK'] }, '"+CNMP=2": a key must be a command in printable ASCII, such as "AT+CNMP=2"'],
    [{ AT: ['OK'] }, '"AT": a key must be a command'],
    [{ 'AT+CNMP=2': 'OK' }, '"replies" has the key "AT+CNMP=2" with "OK": a reply must be a list, first information'],
    [{ 'AT+CNMP=2': [] }, 'with []: a reply must be a list'],
    [{ 'AT+CNMP=2': ['+CNMP: 2'] }, 'with ["+CNMP: 2"]: a reply must be'],
    [{ 'AT+CNMP=2': ['OK', '+CNMP: 2'] }, 'a reply must be'],
    [{ 'AT+CNMP=2': ['OK', 'OK'] }, 'a reply must be'],
    [{ 'AT+CNMP=2': [{ afterMs: 1, urc: 'X' }] }, 'a reply must be'],
    [{ 'AT+CNMP=2': [{ afterMs: 1, urc: 'X' }, 'OK'] }, 'a reply must be'],
    [{ 'AT+CNMP=2': ['OK', { afterMs: -1, urc: 'X' }] }, 'a reply must be'],
    [{ 'AT+CNMP=2': ['OK', { afterMs: 1, urc: 'X', every: 5 }] }, 'a reply must be'],
    [{ 'AT+CNMP=2': ['a\rb', 'OK'] }, 'a reply must be'],
    [{ 'AT+CNMP=2': ['OK'], 'at + cnmp = 2': ['OK'] }, '"at + cnmp = 2" twice, in another spelling'],
  ])('%j is refused', (replies, message) => expect(with_(replies)).toContain(message))

  test('a command of one profile may be a plain reply in another', () => {
    const replies = { 'AT+CMQTTSUBTOPIC=*': ['ERROR'] }
    expect(messageOf({ extends: 'sim767x', replies })).toBe('accepted')
    expect(messageOf({ extends: 'a76xx', replies })).toContain('AT+CMQTTSUBTOPIC is a command of its own here')
  })
})

test('check digits of IMEIs', () => {
  for (const imei of ['351602000330579', '490154203237518', '000000000000000']) expect(isImei(imei)).toBe(true)
  for (const imei of ['351602000330571', '490154203237581', '35160200033057', '']) expect(isImei(imei)).toBe(false)
})
