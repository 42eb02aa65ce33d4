import { describe, expect, test } from 'vitest'
import { printableBytes, printableJson, printableLine, printableText, printableTextOf } from './printable.ts'

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
const forbidden = [
  ['\x1b[2J', '\\x1b[2J'],
  ['\x9b31m', '\\x9b31m'],
  ['\x7f', '\\x7f'],
  ['\u061c\u200e\u200f', '\\u{061c}\\u{200e}\\u{200f}'],
  ['\u202e', '\\u{202e}'],
  ['\u2066\u2069', '\\u{2066}\\u{2069}'],
  ['\ufeff\u200b', '\\u{feff}\\u{200b}'],
  ['\u2028', '\\u{2028}'],
  ['\ud800', '\\u{d800}'],
  ['\uffff', '\\u{ffff}'],
  ['\u{e0041}', '\\u{e0041}'],
] as const

describe('printable', () => {
  test.each(forbidden)('%j', (raw, shown) => {
    expect(printableLine(`a${raw}b`)).toBe(`a${shown}b`)
    expect(printableText(`a${raw}b`)).toBe(`a${shown}b`)
  })

  test('readable text stays, emoji with joiners too', () => {
    const text = 'Grüße, 温度 21.5 °C 👩‍🔧 شما'
    expect([printableLine(text), printableText(text)]).toEqual([text, text])
  })

  test('line ends', () => {
    expect(printableLine('a\tb\r\n')).toBe('a\\x09b\\r\\n')
    expect(printableText('a\tb\r\n')).toBe('a\tb\\r\n')
  })

  test('bytes: UTF-8, or each alone', () => {
    expect(printableBytes(utf8('ü\x1b\n'))).toBe('ü\\x1b\\n')
    expect(printableTextOf(utf8('ü\x1b\n'))).toBe('ü\\x1b\n')
    expect(printableBytes(Uint8Array.of(0x41, 0xff))).toBe('A\\xff')
    expect(printableBytes(utf8('\ufeffa'))).toBe('\\u{feff}a')
  })

  test('JSON means the same', () => {
    const value = { topic: '\x9b\u202e\u{e0041}\ud800ü\n' }
    const shown = printableJson(`${JSON.stringify(value)}\n`)
    expect(shown).toBe('{"topic":"\\u009b\\u202e\\udb40\\udc41\\ud800ü\\n"}\n')
    expect(JSON.parse(shown)).toEqual(value)
  })
})
