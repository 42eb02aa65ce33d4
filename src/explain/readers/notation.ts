import { bytesOf } from '../../at/syntax/bytes.ts'
import { isUtf8 } from '../../at/syntax/utf8.ts'

/** Ways in which logs write bytes, and the text that they stand for (one character a byte). */

const names: Readonly<Record<string, string>> = {
  cr: '\r',
  lf: '\n',
  ln: '\n',
  nl: '\n',
  nul: '\0',
  sub: '\x1a',
  esc: '\x1b',
  tab: '\t',
}

/** `<CR>`, `(\r)`, `\r`, `\x0d`, `^M`, `[0D]`, `{0D}`, `␍`: what stands for CR and LF, and other bytes written that way. */
const written =
  /<(cr|lf|ln|nl|nul|sub|esc|tab)>|\[(cr|lf|nul|sub)\]|\(\\([rn])\)|\\x([0-9a-f]{2})|\\u00([0-9a-f]{2})|\\([rnt0])|\[(0[ad]|1a)\]|\{(0[ad]|1a)\}|\^([MJZ])|\xe2\x90([\x8d\x8a])/gi

export const hasLineEndNotation = (text: string): boolean =>
  /<(?:cr|lf|ln|nl)>|\[(?:cr|lf)\]|\(\\[rn]\)|\\[rn]|\\x0[ad]|\[0[ad]\]|\{0[ad]\}|\^M|\xe2\x90[\x8d\x8a]/i.test(text)

/** Bytes that no text has, written as escapes: those of a wrong speed, Ctrl-Z. */
export const hasByteNotation = (text: string): boolean => /\\x(?:[89a-f][0-9a-f]|1a)/i.test(text)

const oneLetter: Readonly<Record<string, string>> = {
  r: '\r',
  n: '\n',
  t: '\t',
  '0': '\0',
  m: '\r',
  j: '\n',
  z: '\x1a',
}

function byteWritten(_: string, ...groups: readonly (string | undefined)[]): string {
  const [angle, bracket, round, hex, unicode, letter, square, curly, caret, picture] = groups
  const name = angle ?? bracket
  if (name !== undefined) return names[name.toLowerCase()]!
  const code = hex ?? unicode ?? square ?? curly
  if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16))
  if (picture !== undefined) return picture === '\x8d' ? '\r' : '\n'
  return oneLetter[(round ?? letter ?? caret)!.toLowerCase()] ?? ''
}

/** The text with its notations turned into the bytes that they stand for. */
export const readEscapes = (text: string): string => text.replace(written, byteWritten)

/** The expressions below take time by the square of a row's length or more: longer ones are none of these. */
const longestDump = 4096
const longestQuoted = 8192

const quotedItem = /b?'((?:[^'\\]|\\.)*)'|b?"((?:[^"\\]|\\.)*)"/g

/** `b'\r\nOK\r\n'`, `"AT\r"`, `['AT', 'OK']`: the strings of a language's notation; undefined: it is none. */
export function quotedStrings(text: string): readonly string[] | undefined {
  if (text.length > longestQuoted) return undefined
  const trimmed = text.trim()
  const braced = /^\{([^{}":]*)\}$|^\{(AT[^{}]*|[+*^$][A-Z][^{}]*)\}$/.exec(trimmed)
  if (braced) return [braced[1] ?? braced[2]!]
  const inner = /^\[(.*)\]$/s.exec(trimmed)?.[1] ?? trimmed
  if (!/^b?['"]/.test(inner)) return undefined
  const items = [...inner.matchAll(quotedItem)]
  const rest = inner.replace(quotedItem, '').replace(/[\s,]/g, '')
  if (items.length === 0 || rest !== '') return undefined
  return items.map((item) => (item[1] ?? item[2] ?? '').replace(/\\(["'])/g, '$1'))
}

function isText(text: string): boolean {
  const odd = text.replace(isUtf8(bytesOf(text)) ? /[\x20-\x7e\x80-\xff\r\n\t]/g : /[\x20-\x7e\r\n\t]/g, '').length
  return text.length > 0 && odd * 4 <= text.length
}

/** Bytes that a row shows as numbers. */
export interface BytesInRow {
  /** What stands in front of them, without an address. */
  readonly before: string
  readonly bytes: string
}

const address = String.raw`(?:(?:0x)?[0-9a-f]{4,16}:?\s+)?`
const hexRow = new RegExp(
  String.raw`^(|.{0,80}?[\s:>\])|])${address}((?:0x)?[0-9a-f]{2}(?:(?:[ :-]|, ?|  )(?:0x)?[0-9a-f]{2})*)(?:\s*\|.*|\s{2,}\S.*)?\s*$`,
  'i',
)
const decimalRow = /^(|.{0,80}?[\s:>\])|])[[({]?((?:\d{1,3}[\s,;]+)+\d{1,3})[\s,;]*[\])}]?\s*$/

/** `tx: 41 54 0d | AT.`, `---> 65 84 13`: undefined: there are none, or they are no text. `known`: the log has such rows. */
export function bytesIn(text: string, kind: 'hex' | 'decimal', known = false): BytesInRow | undefined {
  const match = text.length > longestDump ? undefined : (kind === 'hex' ? hexRow : decimalRow).exec(text)
  if (!match || (kind === 'decimal' && /AT[+&]|[+*^$#%][A-Z][A-Z0-9_ ]+:/.test(text))) return undefined
  const codes = kind === 'hex' ? hexCodes(match[2]!) : match[2]!.match(/\d+/g)!.map(Number)
  if (codes.length < 2 && !oneByte.has(codes[0]!)) return undefined
  if (codes.some((code) => code > 255)) return undefined
  const bytes = String.fromCharCode(...codes)
  return isText(bytes) || (known && kind === 'hex' && codes.length >= 8) ? { before: match[1]!, bytes } : undefined
}

/** CR, LF, `>` and `A`: what may stand alone in a row of hex. */
const oneByte = new Set([0x0a, 0x0d, 0x3e, 0x41])

const hexCodes = (text: string): readonly number[] =>
  text
    .replace(/0x/gi, '')
    .match(/[0-9a-f]{2}/gi)!
    .map((pair) => Number.parseInt(pair, 16))

const lettersWritten: Readonly<Record<string, string>> = { r: '\r', n: '\n', t: '\t', '\\': '\\' }

/** `\r`, `\n`, `\\`, `\xNN`, as our own traces and recordings write bytes. */
export function unescapeBytes(text: string): string {
  let [read, from] = ['', 0]
  for (let at = text.indexOf('\\'); at >= 0; at = text.indexOf('\\', Math.max(from, at + 1))) {
    const [byte, length] = byteAt(text, at)
    if (length === 0) continue
    read += text.slice(from, at) + byte
    from = at + length
  }
  return from === 0 ? text : read + text.slice(from)
}

/** What a backslash begins there, and how many characters that takes; 0: it begins nothing. */
function byteAt(text: string, at: number): readonly [string, number] {
  const letter = text[at + 1] ?? ''
  const known = lettersWritten[letter]
  if (known !== undefined) return [known, 2]
  const hex = letter === 'x' ? text.slice(at + 2, at + 4) : ''
  return /^[0-9a-f]{2}$/i.test(hex) ? [String.fromCharCode(Number.parseInt(hex, 16)), 4] : ['', 0]
}
