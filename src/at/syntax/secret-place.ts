import { type SecretParameters, secretParameters } from '../commands/secrets.ts'
import { secretsOf, secretsOfExactly } from './near-name.ts'

/** That a secret may stand from here to the end of the line. */
export interface SecretPlace {
  readonly rule: SecretParameters
  /** Neither `=` nor `:` is in front: all is hidden. */
  readonly without: boolean
  /** Only if the first parameter is this word, or meant to be. */
  readonly onlyWith?: string
}

/** Commands that set something by its name: one that is no command of a module may be meant for one with a password. */
const settings = /CFG$/i
const byKeyword = [...secretParameters.values()].find(({ keyword }) => keyword !== undefined)

/**
 * Whether secrets may follow in a line. `before`: its end so far, at least as long as a name; `next`: the character
 * that comes, which is `=`, or, from a host that has misread the manual, something else. Prompt data may stand in front.
 */
export function secretsBehind(before: string, next: string, isCommand: boolean): SecretPlace | undefined {
  if (next === '' || '\r\n;? \b+'.includes(next)) return undefined
  const nameEnd = trimmedEnd(before)
  const hasGap = nameEnd < before.length
  if (!hasGap && /[a-z]/i.test(next)) return undefined
  const names = namesAt(before, nameEnd)
  if (names.length === 0) return undefined
  if (next === '=' || next === ':') return withSign(names, next === '=' || isCommand || /at\+?\w+ *$/i.test(before))
  const rule = firstOf(names, !hasGap && /\d/.test(next) ? secretsOfExactly : secretsOf)
  return rule && { rule, without: true }
}

function withSign(names: readonly string[], always: boolean): SecretPlace | undefined {
  const rule = firstOf(names, secretsOf)
  if (rule) return always || rule.rows ? { rule, without: false } : undefined
  if (!byKeyword || !always || !names.some((name) => settings.test(name))) return undefined
  return { rule: byKeyword, without: false, onlyWith: byKeyword.keyword! }
}

function trimmedEnd(text: string): number {
  let end = text.length
  while (end > 0 && ' ?'.includes(text[end - 1]!)) end--
  return end
}

/** More than `AT`, the longest name and some characters that do not belong there. */
const longestToken = 48

/**
 * What the name that ends there may be: the word, what stands behind an `AT` in it, and what stands behind an `AT` in
 * front of it, without the characters that no name has: `AT#CPIN`, `AT+CMQTT CONNECT`.
 */
function namesAt(text: string, end: number): readonly string[] {
  let from = end
  while (from > 0 && /[a-z0-9]/i.test(text[from - 1]!)) from--
  const word = text.slice(from, end)
  if (word === '') return []
  const token = text.slice(Math.max(0, end - longestToken), end).toUpperCase()
  const names = [word]
  for (let at = token.lastIndexOf('AT'); at >= 0; at = at === 0 ? -1 : token.lastIndexOf('AT', at - 1)) {
    const name = token.slice(at + 2).replace(/[^A-Z0-9]/g, '')
    if (name !== '' && !names.includes(name)) names.push(name)
  }
  return names
}

function firstOf<T>(names: readonly string[], get: (name: string) => T | undefined): T | undefined {
  for (const name of names) {
    const found = get(name)
    if (found !== undefined) return found
  }
  return undefined
}
