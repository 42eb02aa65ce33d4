import { describe, expect, test } from 'vitest'
import { bytesOf, textOf } from './bytes.ts'
import { bytesOfToken, isCommandLine, parseCommand } from './parse-line.ts'
import { freshScan, maxLineBytes, scanLine } from './scan-line.ts'
import { isUtf8 } from './utf8.ts'

const call = (text: string) => parseCommand(bytesOf(text), 2)
const parameters = (text: string) =>
  call(text)?.tokens.map((token) => token && [token.kind, token.number, textOf(bytesOfToken(token))])

describe('a line', () => {
  test.each(['AT', 'at', 'aTx'])('%j is for the module', (line) => {
    expect(isCommandLine(bytesOf(line))).toBe(true)
  })
  test.each(['', 'A', 'BT', 'AU', 'T', 'ta', '!T', 'A4'])('%j is not', (line) => {
    expect(isCommandLine(bytesOf(line))).toBe(false)
  })
})

describe('a name', () => {
  test.each([
    ['at+csq', '+CSQ'],
    ['AT+x9y', '+X9Y'],
    [`AT+${'x'.repeat(31)}`, `+${'X'.repeat(31)}`],
    [`AT+${'x'.repeat(32)}`, `+${'X'.repeat(32)}`],
    [`AT+${'x'.repeat(33)}`, `+${'X'.repeat(33)}`],
    ['at&w', '&W'],
    ['ATz', 'Z'],
  ])('%s is %s, known or new', (text, name) => {
    expect([call(text)?.name, call(text)?.name]).toEqual([name, name])
  })

  test('names of one length, one letter apart, are not taken for one another', () => {
    const names = Array.from({ length: 26 * 26 }, (_, i) => String.fromCharCode(65 + (i % 26), 65 + Math.floor(i / 26)))
    for (const name of [...names, ...names]) expect(call(`AT+${name.toLowerCase()}?`)?.name).toBe(`+${name}`)
  })

  test.each(['AT@', 'AT[', 'AT`', 'AT{', 'AT1', 'AT&1', 'AT&', 'AT/'])('%s has none', (text) => {
    expect(call(text)).toBeUndefined()
  })
})

describe('parameters', () => {
  test.each([
    ['AT+X=0', [['bare', 0, '0']]],
    ['AT+X=9', [['bare', 9, '9']]],
    ['ATE9', [['bare', 9, '9']]],
    ['ATE0', [['bare', 0, '0']]],
    ['AT+X=/', [['bare', -1, '/']]],
    ['AT+X=:', [['bare', -1, ':']]],
    ['AT+X=123456789012345', [['bare', 123456789012345, '123456789012345']]],
    ['AT+X=1234567890123456', [['bare', -1, '1234567890123456']]],
    ['AT+X=', [undefined]],
    ['AT+X= ', [undefined]],
    [
      'AT+X= 1 , 2',
      [
        ['bare', 1, '1'],
        ['bare', 2, '2'],
      ],
    ],
    ['AT+X=,', [undefined, undefined]],
    [
      'AT+X="" ,"a;b"',
      [
        ['quoted', -1, ''],
        ['quoted', -1, 'a;b'],
      ],
    ],
  ])('of %s', (text, expected) => {
    expect(parameters(text)).toEqual(expected)
  })

  test.each(['AT+X="a"b', 'AT+X="a" b', 'AT+X="a', 'AT+X="', 'AT+X=a"b"', 'AT+X=1,"a"2', 'AT+X?1', 'AT+X 1'])(
    '%s is no command',
    (text) => {
      expect(call(text)).toBeUndefined()
    },
  )

  test('the next command begins behind a semicolon, at the end of the line there is none', () => {
    const next = (text: string) => call(text)?.next
    expect(['AT+X;+Y', 'AT+X=1;+Y', 'AT+X="a" ;+Y', 'ATE0 ;+Y', 'ATE0+Y'].map(next)).toEqual([5, 7, 10, 6, 4])
    expect(['AT+X', 'AT+X=1', 'AT+X?', 'ATE0', 'ATE0 '].map(next)).toEqual([4, 6, 5, 4, 5])
  })
})

describe('what is scanned', () => {
  const scan = (text: string) => {
    const { kind, line, overlong, next } = scanLine(freshScan, bytesOf(text), 0)
    return [kind, textOf(line), overlong, next]
  }
  test.each([
    ['A/', ['repeat', '', false, 2]],
    ['a/\r', ['repeat', '', false, 2]],
    ['AX\b/', ['repeat', '', false, 4]],
    ['\bA/', ['repeat', '', false, 3]],
    ['B/\r', ['line', 'B/', false, 3]],
    ['!/\r', ['line', '!/', false, 3]],
    ['B\b\bA/', ['repeat', '', false, 5]],
    ['B\bB/\r', ['line', 'B/', false, 5]],
    ['AT/\r', ['line', 'AT/', false, 4]],
    ['AT', ['more', '', false, 2]],
    ['\r', ['line', '', false, 1]],
    ['A\b\b\bAT\r', ['line', 'AT', false, 7]],
  ])('of %j', (text, expected) => {
    expect(scan(text)).toEqual(expected)
  })

  test.each([
    ['', false],
    ['x', true],
  ])('a line of the most bytes%s: too long is %s', (more, overlong) => {
    const line = `AT${'y'.repeat(maxLineBytes - 2)}`
    expect(scan(`${line}${more}\r`)).toEqual(['line', line, overlong, line.length + more.length + 1])
    expect(scan(`\b${line}${more}\r`)).toEqual(['line', line, overlong, line.length + more.length + 2])
    const begun = scanLine(freshScan, bytesOf(`${line}${more}`), 0)
    expect([begun.overlong, begun.scan.overlong, begun.scan.partial.length]).toEqual([false, overlong, maxLineBytes])
  })
})

test.each([
  ['', true],
  ['plain', true],
  ['\x7f', true],
  ['\x80', false],
  ['\xc3\xa4', true],
  ['a\xc3', false],
  ['\xed\xa0\x80', false],
])('%j as UTF-8: %s', (text, right) => {
  expect(isUtf8(bytesOf(text))).toBe(right)
})
