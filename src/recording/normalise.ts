import { textOf } from '../at/syntax/bytes.ts'
import { type HoleValues, valuesOf } from '../transcript/language/pattern.ts'

/** Text that may differ between two modules. */
export interface Rule {
  readonly name: string
  readonly pattern: RegExp
  /** What stands in its place. */
  readonly instead: string
}

/** Text that differs between any two modules: identity, time, signal and cell. */
export const alwaysDiffers: readonly Rule[] = [
  { name: 'ICCID', pattern: /(?<!\d)89\d{17,18}F?(?!\d)/g, instead: '{iccid}' },
  { name: 'IMEI or IMSI', pattern: /(?<!\d)\d{15}(?!\d)/g, instead: '{imei}' },
  { name: 'time', pattern: /"\d\d\/\d\d\/\d\d,\d\d:\d\d:\d\d[+-]\d\d"/g, instead: '{time}' },
  { name: 'signal', pattern: /(?<=\+CSQ: )\d+,\d+/g, instead: '{signal}' },
  { name: 'signal', pattern: /(?<=\+CESQ: )[\d,]+/g, instead: '{signal}' },
  { name: 'cell', pattern: /(?<=\+CPSI: \w+,Online,)[^\r\n]+/g, instead: '{cell}' },
]

/** How often each rule was used, by name. */
export type NormalisedCounts = Map<string, number>

export interface Normaliser {
  /** The text of bytes, one character a byte, with `{name}` for what must differ. */
  text(bytes: Uint8Array): string
}

/** Values of holes, such as the broker's address, become `{name}`; the longest first. */
export function createNormaliser(values: HoleValues, rules: readonly Rule[], counts: NormalisedCounts): Normaliser {
  const known = [...valuesOf(values)].filter(([, value]) => value.length > 3).sort(byLength)
  const all = [...known.map(([name, value]) => valueRule(name, value)), ...rules]
  return { text: (bytes) => all.reduce((text, rule) => applied(text, rule, counts), textOf(bytes)) }
}

const byLength = ([, a]: readonly [string, string], [, b]: readonly [string, string]): number => b.length - a.length

const valueRule = (name: string, value: string): Rule => ({
  name: `{${name}}`,
  pattern: new RegExp(value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'g'),
  instead: `{${name}}`,
})

function applied(text: string, { name, pattern, instead }: Rule, counts: NormalisedCounts): string {
  return text.replace(pattern, () => {
    counts.set(name, (counts.get(name) ?? 0) + 1)
    return instead
  })
}
