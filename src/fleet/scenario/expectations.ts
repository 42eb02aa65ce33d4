import { durationPattern, readDuration } from './leaves.ts'
import type { Comparison, Expectation } from './scenario.ts'
import type { ExpectationText } from './scenario-schema.ts'

const comparisons: ReadonlySet<string> = new Set(['<', '<=', '==', '>=', '>'])
const shape = 'write a key of the report, one of < <= == >= >, and a limit, such as "recovery.t95 < 60s"'

/** An expectation from its text; a sentence: what is wrong with it. `known`: the keys that the report has. */
export function readExpectation(given: ExpectationText, known: readonly string[]): Expectation | string {
  const [name, that] = typeof given === 'string' ? [given, given] : [given.name, given.that]
  const [, key = '', compare = '', limit = ''] = /^\s*([\w.]+)\s*([<>=]+)\s*(.+?)\s*$/.exec(that) ?? []
  if (!comparisons.has(compare)) return shape
  if (!known.includes(key)) return unknownKey(key, known)
  const read = readLimit(limit, known)
  return typeof read === 'string' ? read : { name, key, compare: compare as Comparison, limit: read }
}

const words: Readonly<Record<string, number>> = { true: 1, false: 0 }

function readLimit(limit: string, known: readonly string[]): Expectation['limit'] | string {
  if (Object.hasOwn(words, limit)) return words[limit]!
  if (durationPattern.test(limit)) return readDuration(limit)
  if (/^\d+(\.\d+)?$/.test(limit)) return Number(limit)
  const [, percent = '100%', of = limit] = /^(\d+(?:\.\d+)?%)\s+of\s+(\S+)$/.exec(limit) ?? []
  if (known.includes(of)) return { share: Number.parseFloat(percent) / 100, of }
  return /^[A-Za-z]/.test(of)
    ? unknownKey(of, known)
    : `${limit} is no limit: give a number, a time such as 60s, true, a key of the report, or "99% of modules"`
}

function unknownKey(key: string, known: readonly string[]): string {
  const tail = key.split('.').at(-1)!
  const near = known.filter((one) => one.startsWith(key.split('.')[0]!) || one.endsWith(`.${tail}`))
  return `the report has no ${key}: give one of ${(near.length > 0 ? near : known).slice(0, 12).join(', ')}`
}
