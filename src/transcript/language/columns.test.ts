import { describe, expect, test } from 'vitest'
import { twoColumns } from './columns.ts'

describe('two columns', () => {
  test('mark what differs, and say where nothing came', () => {
    const rows = [
      { state: 'same', expected: 'OK', got: 'OK\\r\\n' },
      { state: 'differs', expected: '+CMQTTPUB: 0,0', got: '' },
      { state: 'behind', expected: 'OK' },
    ] as const
    expect(twoColumns(rows, 80)).toEqual([
      '    expected                 | got',
      `    ${'-'.repeat(24)}-+-${'-'.repeat(24)}`,
      '    OK                       | OK\\r\\n',
      '  > +CMQTTPUB: 0,0           | (nothing)',
      '    OK                       |',
    ])
  })

  test('go on in the next line, and never grow wider than the terminal', () => {
    const rows = [{ state: 'differs', expected: 'e'.repeat(70), got: 'g'.repeat(50) }] as const
    const lines = twoColumns(rows, 80)
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80)
    const columns = lines.slice(2).map((line) => line.slice(4).split(' | '))
    expect(columns.map(([left]) => left!.trim()).join('')).toBe('e'.repeat(70))
    expect(columns.map(([, right]) => right ?? '').join('')).toBe('g'.repeat(50))
    expect(lines.filter((line) => line.startsWith('  >'))).toHaveLength(1)
  })
})
