import { bytesOf, concat, textOf } from '../../../src/at/syntax/bytes.ts'
import type { Random } from '../../../src/io/runtime/runtime.ts'
import { floods, lies, words } from './words.ts'

export const pick = <T>(random: Random, from: readonly T[]): T => from[random.below(from.length)]!

/** A quarter of it are bytes on which the reader has to decide something. */
export function noise(random: Random, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  for (let i = 0; i < length; i++) bytes[i] = random.below(4) === 0 ? pick(random, decisive) : random.below(256)
  return bytes
}

const decisive = [...bytesOf('\r\n>+:, 0"')]

export const word = (random: Random): Uint8Array => pick(random, random.below(40) === 0 ? floods : words)

type Mutation = (bytes: Uint8Array, random: Random) => Uint8Array

/** What happens to a piece of a module's output that stays one piece. */
const mutations: readonly Mutation[] = [
  flip,
  (bytes, random) => cut(bytes, random, 1, bytesOf('')),
  (bytes, random) => cut(bytes, random, 0, noise(random, 1)),
  (bytes, random) => cut(bytes, random, random.below(8), noise(random, random.below(8))),
  (bytes, random) => bytes.subarray(0, random.below(bytes.length + 1)),
  (bytes, random) => bytes.subarray(random.below(bytes.length + 1)),
  (bytes) => concat([bytes, bytes]),
  (bytes, random) => cut(bytes, random, 0, word(random)),
  (bytes, random) => concat([word(random), bytes]),
  (bytes, random) => concat([bytes, word(random)]),
  lie,
  linesTurned,
  () => bytesOf(''),
]

export const mutated: Mutation = (bytes, random) => pick(random, mutations)(bytes, random)

function flip(bytes: Uint8Array, random: Random): Uint8Array {
  if (bytes.length === 0) return bytes
  const flipped = bytes.slice()
  flipped[random.below(bytes.length)]! ^= 1 << random.below(8)
  return flipped
}

/** Puts something in the place of `count` bytes, anywhere. */
function cut(bytes: Uint8Array, random: Random, count: number, put: Uint8Array): Uint8Array {
  const at = random.below(bytes.length + 1)
  return concat([bytes.subarray(0, at), put, bytes.subarray(at + count)])
}

/** Another number in the place of one: a length, an index, a code. */
function lie(bytes: Uint8Array, random: Random): Uint8Array {
  const text = textOf(bytes)
  const numbers = [...text.matchAll(/\d+/g)]
  if (numbers.length === 0) return bytes
  const { index, 0: number } = pick(random, numbers)
  const near = `${Number(number) + random.below(5) - 2}`
  const other = random.below(2) === 0 ? near : pick(random, lies)
  return bytesOf(text.slice(0, index) + other + text.slice(index + number.length))
}

/** The lines in another order. */
function linesTurned(bytes: Uint8Array, random: Random): Uint8Array {
  const lines = textOf(bytes).split('\r\n')
  const at = random.below(lines.length)
  return bytesOf([...lines.slice(at), ...lines.slice(0, at)].join('\r\n'))
}
