import { expect, test } from 'vitest'
import { alike } from './alike.ts'

const bytes = Uint8Array.of(1, 2)

test.each([
  [{ a: [1, { b: 'x' }] }, { a: [1, { b: 'x' }] }],
  [{ a: bytes }, { a: bytes.slice() }],
  [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
])('%j is like %j', (one, other) => expect(alike(one, other)).toBe(true))

test.each([
  [{ a: [1, { b: 'x' }] }, { a: [1, { b: 'y' }] }],
  [{ a: 1 }, { a: 1, b: undefined }],
  [{ a: undefined }, { b: undefined }],
  [[1], [1, 2]],
  [{ a: bytes }, { a: Buffer.from(bytes) }],
  [{ a: bytes }, { a: Uint8Array.of(1, 3) }],
  [{}, null],
  [[], {}],
])('%j is not like %j', (one, other) => {
  expect(alike(one, other)).toBe(false)
  expect(alike(other, one)).toBe(false)
})
