import { describe, expect, test } from 'vitest'
import { deepestJson, jsonFlawOf, parseJsonFile } from './foreign-json.ts'

const nested = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels))

describe('JSON of others', () => {
  test('a byte order mark is skipped', () => {
    expect(parseJsonFile('\ufeff{"a":1}')).toEqual({ a: 1 })
    expect(() => parseJsonFile('{"a":\ufeff1}')).toThrow(SyntaxError)
  })

  test('nesting is counted, without a stack of calls', () => {
    expect(jsonFlawOf(nested(deepestJson))).toBeUndefined()
    expect(jsonFlawOf(nested(deepestJson + 1))).toEqual({ kind: 'deep' })
    expect(jsonFlawOf(nested(200_000))).toEqual({ kind: 'deep' })
  })

  test('__proto__ is found wherever it stands', () => {
    expect(jsonFlawOf(JSON.parse('{"a":[{"b":{"__proto__":1}}]}'))).toEqual({
      kind: 'proto',
      path: ['a', '0', 'b', '__proto__'],
    })
    expect(jsonFlawOf(JSON.parse('{"proto":{},"a":"__proto__"}'))).toBeUndefined()
    expect([jsonFlawOf(null), jsonFlawOf(1), jsonFlawOf('x')]).toEqual([undefined, undefined, undefined])
  })
})
