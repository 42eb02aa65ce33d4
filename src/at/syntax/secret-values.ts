import type { SecretParameters } from '../commands/secrets.ts'
import { isPlainName, meansPassword, secretsOf } from './near-name.ts'

/** Characters `from`…`to` of a text. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** What of a line must not be shown. */
export interface Concealed extends Span {
  readonly kind: string
  /** The values in it, in order; between them stand signs alone. */
  readonly values: readonly Span[]
}

/** What is known of the parameters of a command. */
export type ParameterRule = SecretParameters | 'plain' | 'unknown'

/** `name`: without `+`, as it was typed. */
export function ruleOf(name: string): ParameterRule {
  return isPlainName(name) ? 'plain' : (secretsOf(name) ?? 'unknown')
}

export const kindOf = (rule: ParameterRule): string => (typeof rule === 'string' ? 'value' : rule.kind)

interface Token extends Span {
  /** The value, quotes left out. */
  readonly value: string
  readonly valueFrom: number
  readonly quoted: boolean
}

/** The parameters of a command as far as they are well-formed. */
interface Tokens {
  readonly list: readonly Token[]
  /** Where they end: at a `;`, at a character that can't stand there, or at the end of the text. */
  readonly end: number
  readonly broken: boolean
}

// `(?! )`: a parameter begins behind all of its spaces; without that, spaces would be tried in the square of their number.
const oneToken = / *(?:"([^"]*)"|((?! )[^",;\r\n]*)) */y

function tokensOf(text: string, start: number, to: number): Tokens {
  const list: Token[] = []
  for (let at = start; ; at++) {
    const token = tokenAt(text, at)
    if (token.to > to) return { list, end: at, broken: true }
    list.push(token)
    at = token.to
    if (text[at] !== ',' || at >= to) return { list, end: at, broken: at < to && text[at] !== ';' && text[at] !== '\n' }
  }
}

function tokenAt(text: string, at: number): Token {
  oneToken.lastIndex = at
  const [whole, quoted, typed = ''] = oneToken.exec(text) ?? ['', undefined, '']
  let from = at
  while (text[from] === ' ') from++
  const value = quoted ?? withoutSpaces(typed)
  const isQuoted = quoted !== undefined
  return { from, to: at + whole.length, value, valueFrom: isQuoted ? from + 1 : from, quoted: isQuoted }
}

function withoutSpaces(typed: string): string {
  let end = typed.length
  while (typed[end - 1] === ' ') end--
  return typed.slice(0, end)
}

/** What is concealed of parameters, and where they end. */
export interface Judged {
  readonly concealed?: Concealed
  readonly end: number
  /** What follows is no command: it may be a part of a value. */
  readonly broken: boolean
  /** A value without quotes may go on behind a `;`. */
  readonly inDoubt: boolean
}

/** `to`: the end of the line. `isRow`: they stand in an answer of the module. */
export function judgeParameters(text: string, start: number, to: number, rule: ParameterRule, isRow = false): Judged {
  const { list, end, broken } = tokensOf(text, start, to)
  const secrets = rule === 'plain' ? behindPassword(list) : list.filter(secretsBy(rule, list, isRow))
  const [first] = secrets
  const inDoubt = rule !== 'plain' && list.some(({ quoted, value }) => !quoted && !/^\d*$/.test(value))
  const concealedTo = broken ? to : end
  if (!first && !broken) return { end, broken, inDoubt }
  const values = secrets.map(({ valueFrom, value }) => ({ from: valueFrom, to: valueFrom + value.length }))
  if (broken && end < to) values.push({ from: end, to })
  return { concealed: { from: first?.from ?? end, to: concealedTo, kind: kindOf(rule), values }, end, broken, inDoubt }
}

/** What stands without quotes in a command: a number, a word, an address; a command that follows without `;` does not fit. */
const plainBare = /^(?:\+(?=\d))?[\w.:/@#*%-]*/

/** Of a command without secrets: what stands behind a word that means a password, or does not look like a parameter. */
function behindPassword(list: readonly Token[]): readonly Token[] {
  const word = list.findIndex(({ value }) => meansPassword(value))
  const odd = list.findIndex((token) => plainLength(token) < token.value.length)
  if (word >= 0 && (odd < 0 || word < odd)) return behindWord(list.slice(word + 1))
  return odd < 0 ? [] : [behindPlain(list[odd]!), ...list.slice(odd + 1)]
}

/** A number may stand between the word and the password. */
const behindWord = (list: readonly Token[]): readonly Token[] =>
  list[0] && isSmallNumber(list[0]) ? list.slice(1) : list

const plainLength = ({ quoted, value }: Token): number => (quoted ? value.length : plainBare.exec(value)![0].length)

function behindPlain(token: Token): Token {
  const length = plainLength(token)
  const from = token.valueFrom + length
  return { ...token, from, valueFrom: from, value: token.value.slice(length) }
}

/** Which of them are secrets. */
function secretsBy(rule: SecretParameters | 'unknown', list: readonly Token[], isRow: boolean) {
  const word = list[0]?.value ?? ''
  let fits = true
  return (token: Token, index: number): boolean => {
    fits &&= rule === 'unknown' ? isSmallNumber(token) : (rule.fits[index]?.test(token.value) ?? true)
    if (token.value === '' || (fits && (rule === 'unknown' || index < rule.first))) return false
    return rule === 'unknown' || !isPlainValue(rule, index, word, token, isRow)
  }
}

const isSmallNumber = ({ quoted, value }: Token): boolean => !quoted && /^\d{0,3}$/.test(value)

/** What is no secret all the same: settings under another word, such as those of `+CSSLCFG`; a digit where a number stands. */
function isPlainValue(rule: SecretParameters, index: number, word: string, token: Token, isRow: boolean): boolean {
  const { value, quoted } = token
  const { keyword, plainWords, first, numbers } = rule
  if (keyword === undefined) return first === 0 && numbers.has(index) && /^\d$/.test(value)
  if (!isRow && plainWords?.has(word.toLowerCase()) !== true) return false
  return quoted ? /\.(?:pem|der)$/i.test(value) : /^\d{1,5}$|^0x[\da-f]{4}$/i.test(value)
}
