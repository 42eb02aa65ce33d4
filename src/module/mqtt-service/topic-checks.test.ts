import { describe, expect, test } from 'vitest'
import { OK, PROMPT, type PureModule, pureModule, refused } from '../../../test/support/pure-module.ts'

const badUtf8: readonly (readonly [string, string])[] = [
  ['a lone continuation byte', '\x80'],
  ['a cut sequence', '\xc3'],
  ['an overlong form', '\xc0\xaf'],
  ['an overlong form of three bytes', '\xe0\x80\xaf'],
  ['a surrogate', '\xed\xa0\x80'],
  ['over U+10FFFF', '\xf4\x90\x80\x80'],
  ['GBK', '\xb4\xac'],
  ['0xFF', 'a\xff'],
  ['bad UTF-8 and a wildcard out of place: 2 comes first', '\xff#'],
]
const goodUtf8 = [
  't',
  '\xc3\xbc',
  '\xe4\xbd\xa0',
  '\xf0\x9f\x98\x80',
  '\xef\xbb\xbfx',
  '\xed\x9f\xbf',
  'a/b//c',
  '$SYS',
  ' ',
]

const long: Readonly<Record<string, (length: number) => string>> = {
  WILLTOPIC: (length) => `+CMQTTWILLTOPIC=0,${length}`,
  TOPIC: (length) => `+CMQTTTOPIC=0,${length}`,
  SUB: (length) => `+CMQTTSUB=0,${length},0`,
  UNSUB: (length) => `+CMQTTUNSUB=0,${length},0`,
}
const names = Object.keys(long)

const ready = (checkUtf8: 0 | 1) => {
  const m = pureModule().acquired()
  m.at(`+CMQTTCFG="checkUTF8",0,${checkUtf8}`)
  return m.connected()
}
const give = (m: PureModule, name: string, data: string) => m.prompted(long[name]!(data.length), data)

describe.each(names)('%s', (name) => {
  test.each(badUtf8)('%s: after the data 2', (_, data) => {
    const m = ready(1)
    expect(give(m, name, data)).toBe(PROMPT + refused(`+CMQTT${name}: 0,2`))
    expect(m.sent()).toEqual([])
  })
  test.each(goodUtf8)('%j is UTF-8', (data) => expect(give(ready(1), name, data)).toBe(PROMPT + OK))
  test('checkUTF8 0: any bytes, NUL too', () => {
    for (const data of ['\xb4\xac', '\xff', 'a\0b']) expect(give(ready(0), name, data)).toBe(PROMPT + OK)
  })
  test('NUL while checkUTF8 is 1: 12', () => {
    expect(give(ready(1), name, 'a\0b')).toBe(PROMPT + refused(`+CMQTT${name}: 0,12`))
  })
  test.each([0, 1] as const)('wildcards out of place: 12, checkUTF8 %i', (checkUtf8) => {
    const bad = name.endsWith('TOPIC')
      ? ['+', '#', 'a/+', 'a#', 'a+b']
      : ['a+', '+a', 'a/b+', '#/', 'a#', '#a', '##', '++', 'a/#/b']
    for (const data of bad) expect(give(ready(checkUtf8), name, data)).toBe(PROMPT + refused(`+CMQTT${name}: 0,12`))
  })
})

test.each(['+', '#', 'a/+', '+/b', 'a/+/b', '+/+', 'a/#', '+/#', '/+', '/#', '+/'])('%s is a filter', (filter) => {
  expect(give(ready(1), 'SUB', filter)).toBe(PROMPT + OK)
  expect(give(ready(1), 'UNSUB', filter)).toBe(PROMPT + OK)
})

test.each(['WILLMSG=0,2,1', 'PAYLOAD=0,2'])('CMQTT%s is never checked: payloads are bytes [state-30]', (typed) => {
  for (const data of ['\xff\xff', '\0#', '\xc0\xaf'])
    expect(ready(1).prompted(`+CMQTT${typed}`, data)).toBe(PROMPT + OK)
})

test('what was staged before a refusal stays [state-29]', () => {
  const m = ready(1)
  give(m, 'TOPIC', 'good')
  give(m, 'TOPIC', '\xff')
  give(m, 'TOPIC', 'a/#')
  m.at('+CMQTTPUB=0,0,60')
  expect(m.sent()[0]?.body.toString()).toBe('\0\x04good')
})

test('strings of ACCQ and CONNECT go as typed [state-31]', () => {
  const m = pureModule().acquired(0, '\xff\x80')
  m.at('+CMQTTCONNECT=0,"tcp://a.bc",60,1,"\xfe","\xfd"')
  const body = m.opened().sent()[0]!.body.toString('latin1')
  expect(body.endsWith('\0\x02\xff\x80\0\x01\xfe\0\x01\xfd')).toBe(true)
})
