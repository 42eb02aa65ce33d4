import { describe, expect, test } from 'vitest'
import { profiles } from '../profiles/profiles.ts'
import { bytesOf, escapeBytes, textOf } from '../syntax/bytes.ts'
import { parseCommand } from '../syntax/parse-line.ts'
import { isUtf8 } from '../syntax/utf8.ts'
import { command, encodeWrite, matchWrite, syntaxOf, testLines } from './command.ts'
import { mqttCommands } from './mqtt/mqtt-commands.ts'
import { EncodeError, ints, keyword, oneOf, optional, text } from './param.ts'
import { parseServerAddress } from './server-address.ts'

const { publish, subscribe, unsubscribe, config, connect } = mqttCommands(profiles.sim767x!.mqtt)
const tokens = (line: string) => parseCommand(bytesOf(line), 2)!.tokens

/** A command that there is not. */
const fake = command({
  name: '+FAKE',
  title: 'A command of the test',
  cite: 'general',
  test: 'derived',
  write: {
    set: {
      params: { level: ints(0, [60, 180]), word: text(2, 4), loud: optional(oneOf(0, 1)) },
      outcome: 'final',
    },
    mode: { params: { key: keyword('mode'), mode: oneOf(3, 4) }, outcome: 'final' },
  },
})

describe('one definition gives', () => {
  test('the =? line', () => expect(testLines(fake)).toEqual(['+FAKE: (0,60-180),(2-4),(0-1)']))
  test('the syntax', () => {
    expect(Object.values(fake.write).map(syntaxOf)).toEqual(['<level>,<word>[,<loud>]', '"mode",<mode>'])
    expect(syntaxOf(connect.write.connect)).toBe(
      '<client_index>,<server_addr>,<keepalive_time>[,<clean_session>][,<user_name>][,<pass_word>]',
    )
  })
  test.each([
    ['AT+FAKE=0,"ab"', 'set'],
    ['AT+FAKE=60,"abcd",1', 'set'],
    ['AT+FAKE="MODE",4', 'mode'],
    ['AT+FAKE=mode,3', 'mode'],
    ['AT+FAKE=59,"ab"', undefined],
    ['AT+FAKE=181,"ab"', undefined],
    ['AT+FAKE=1,"ab"', undefined],
    ['AT+FAKE=60,"a"', undefined],
    ['AT+FAKE=60,"abcde"', undefined],
    ['AT+FAKE="mode",5', undefined],
    ['AT+FAKE="mood",4', undefined],
  ])('what a write is: %s', (line, form) => expect(matchWrite(fake, tokens(line))?.form).toBe(form))
  test('the line that a host sends', () => {
    expect(textOf(encodeWrite(fake, fake.write.set, { level: 60, word: bytesOf('a,b') }))).toBe('AT+FAKE=60,"a,b"')
    expect(textOf(encodeWrite(fake, fake.write.set, { level: 0, word: bytesOf('ab'), loud: 1 }))).toBe(
      'AT+FAKE=0,"ab",1',
    )
    expect(textOf(encodeWrite(fake, fake.write.mode, { key: 'mode', mode: 4 }))).toBe('AT+FAKE="mode",4')
    expect(
      textOf(encodeWrite(publish, publish.write.publish, { clientIndex: 0, qos: 1, pubTimeout: 60, dup: 1 })),
    ).toBe('AT+CMQTTPUB=0,1,60,,1')
  })
})

describe('encode refuses what a line can’t hold', () => {
  test.each(['a"b', 'a\rb', 'a\nb', 'a\0b', 'a\x7fb', 'a', 'abcde'])('%j', (word) => {
    expect(() => encodeWrite(fake, fake.write.set, { level: 0, word: bytesOf(word) })).toThrow(EncodeError)
  })
  test.each([-1, 1, 59, 181, 60.5, Number.NaN])('%d', (level) => {
    expect(() => encodeWrite(fake, fake.write.set, { level, word: bytesOf('ab') })).toThrow(EncodeError)
  })
})

test('what encodeWrite writes, matchWrite reads back', () => {
  const values = { clientIndex: 1 as const, reqLength: 9, qos: 2 as const, dup: 1 as const }
  const line = textOf(encodeWrite(subscribe, subscribe.write.subscribe, values))
  expect(matchWrite(subscribe, tokens(line))).toEqual({ form: 'subscribe', values })
})

test.each([
  [subscribe, '0', 'subscribeStaged'],
  [subscribe, '0,1', 'subscribeStaged'],
  [subscribe, '0,9,1', 'subscribe'],
  [subscribe, '0,9,1,1', 'subscribe'],
  [subscribe, '0,9', undefined],
  [unsubscribe, '0', 'unsubscribeStaged'],
  [unsubscribe, '0,1', 'unsubscribeStaged'],
  [unsubscribe, '0,9,0', 'unsubscribe'],
  [unsubscribe, '0,9,', 'unsubscribe'],
  [unsubscribe, '0,9', undefined],
  [config, '"checkUTF8",0,1', 'checkUtf8'],
  [config, '"CHECKutf8",0,1', 'checkUtf8'],
  [config, '"optimeout",1,20', 'opTimeout'],
  [config, '"version",1,4', 'version'],
  [config, '"other",1,4', undefined],
])('$0.name=%s is the form %s', (definition, values, form) => {
  expect(matchWrite(definition, tokens(`AT${definition.name}=${values}`))?.form).toBe(form)
})

describe('server_addr', () => {
  test.each([
    ['tcp://a.bc', 'a.bc', 1883],
    ['tcp://a.b:1', 'a.b', 1],
    ['tcp://broker.example:8883', 'broker.example', 8883],
    ['tcp://10.0.0.1:65535', '10.0.0.1', 65535],
    ['tcp://[::1]:1883', '::1', 1883],
    ['tcp://[fe80::1]', 'fe80::1', 1883],
    ['tcp://a_b-c.d', 'a_b-c.d', 1883],
  ])('%s', (address, host, port) => {
    expect(parseServerAddress(bytesOf(address))).toEqual({ text: bytesOf(address), host, port })
  })
  test.each([
    'TCP://a.bc',
    'ssl://a.bc',
    'mqtt://a.bc',
    'a.bc:1883',
    'tcp:/a.bc',
    'tcp://',
    'tcp://:1883',
    'tcp://a.bc:',
    'tcp://a.bc:0',
    'tcp://a.bc:65536',
    'tcp://a.bc:99999',
    'tcp://a.bc:18830000',
    'tcp://a.bc:1883/',
    'tcp://a.bc/x',
    'tcp://a.bc:-1',
    'tcp://a.bc:1883 ',
    ' tcp://a.bc',
    'tcp://a bc',
    'tcp://::1:1883',
    'tcp://::1',
    'tcp://[::1',
    'tcp://[]:1883',
    'tcp://a.bc:18a3',
    'tcp://a.bc:1883:1883',
  ])('%s is none', (address) => expect(parseServerAddress(bytesOf(address))).toBeUndefined())
})

describe('UTF-8 by RFC 3629', () => {
  test.each([
    '',
    'abc',
    '\xc2\x80',
    '\xdf\xbf',
    '\xe0\xa0\x80',
    '\xed\x9f\xbf',
    '\xee\x80\x80',
    '\xf0\x90\x80\x80',
    '\xf4\x8f\xbf\xbf',
    '\xef\xbb\xbf',
  ])('%j', (bytes) => expect(isUtf8(bytesOf(bytes))).toBe(true))
  test.each([
    '\x80',
    '\xc0\x80',
    '\xc1\xbf',
    '\xc2',
    '\xe0\x9f\xbf',
    '\xed\xa0\x80',
    '\xed\xbf\xbf',
    '\xf0\x8f\xbf\xbf',
    '\xf4\x90\x80\x80',
    '\xf5\x80\x80\x80',
    '\xff',
    'a\xe4\xbd',
  ])('%j is none', (bytes) => expect(isUtf8(bytesOf(bytes))).toBe(false))
})

test('bytes as text and back, long ones too, and escaped', () => {
  const all = Uint8Array.from({ length: 20_000 }, (_, i) => i % 256)
  expect(bytesOf(textOf(all))).toEqual(all)
  expect(escapeBytes(bytesOf('a\r\n\\\0\xff'))).toBe('a\\r\\n\\\\\\x00\\xff')
})
