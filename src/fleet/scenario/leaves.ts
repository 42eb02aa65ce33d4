import * as v from 'valibot'

/** An object whose mistakes name the keys that it may have. */
export function object<E extends v.ObjectEntries>(entries: E) {
  return v.strictObject(entries, (issue) => objectSentence(issue, Object.keys(entries)))
}

function objectSentence({ expected, received, path }: v.StrictObjectIssue, keys: readonly string[]): string {
  if (expected === 'never') return `there is no ${received.slice(1, -1)} here: give one of ${keys.join(', ')}`
  if (path === undefined || !expected?.startsWith('"')) return `give keys and values, of ${keys.join(', ')}`
  return `${expected.slice(1, -1)} is missing: give it`
}

const texts = (pattern: RegExp, sentence: string) => v.pipe(v.string(sentence), v.regex(pattern, sentence))

export const textField = texts(/^.+$/s, 'give a text that is not empty')

/** Written with a pattern, read as a number. */
const measured = (pattern: RegExp, sentence: string, read: (text: string) => number) =>
  v.pipe(texts(pattern, sentence), v.transform(read))

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
export const durationPattern = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/

export function readDuration(given: string): number {
  const [, number, unit] = durationPattern.exec(given)!
  return Number(number) * units[unit!]!
}

export const duration = measured(
  durationPattern,
  'give a time with its unit, such as 500ms, 20s, 5m, 2h or 1d',
  readDuration,
)

/** Of at least a millisecond. */
export const period = v.pipe(
  duration,
  v.check((ms) => ms >= 1, 'give a time that is not 0, such as 20s'),
)

export const signedDuration = measured(
  /^[+-]?\d+(?:\.\d+)?(?:ms|s|m|h|d)$/,
  'give a time with its unit and its sign, such as -30d or +10m',
  (given) => (given.startsWith('-') ? -1 : 1) * readDuration(given.replace(/^[+-]/, '')),
)

/** A second. */
export const rate = measured(
  /^\d+(\.\d+)?\/(s|m)$/,
  'give a number a second or a minute, such as 50/s or 10/m',
  (given) => Number.parseFloat(given) / (given.endsWith('/m') ? 60 : 1),
)

export const positiveRate = v.pipe(
  rate,
  v.check((each) => each > 0, 'give a rate that is not 0, such as 50/s'),
)

export const share = v.pipe(
  measured(/^\d+(\.\d+)?%$/, 'give a share such as 50%', (given) => Number.parseFloat(given) / 100),
  v.check((part) => part <= 1, 'give a share of at most 100%'),
)

export function wholeField(least: number, most: number) {
  const sentence = `give a whole number from ${least} to ${most}`
  return v.pipe(v.number(sentence), v.integer(sentence), v.minValue(least, sentence), v.maxValue(most, sentence))
}

export const flagField = v.boolean('give true or false')
export const wordField = <const T extends readonly string[]>(words: T) =>
  v.picklist(words, `give one of ${words.join(', ')}`)
export const qosField = v.picklist([0, 1, 2] as const, 'give 0, 1 or 2')
export const listOf = <T extends v.GenericSchema<unknown, unknown>>(item: T, what: string) =>
  v.pipe(v.array(item, `give a list of ${what}`), v.minLength(1, `give at least one of ${what}`))
