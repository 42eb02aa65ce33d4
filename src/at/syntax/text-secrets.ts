import { commandAnywhere, commandBeginning, concealedInCommands } from './command-secrets.ts'
import { holdsSecretName, isCommandName, meansPassword, secretsOf } from './near-name.ts'
import { type Concealed, type Judged, judgeParameters, type Span } from './secret-values.ts'

/** What must not be shown of a line of a host, or a row of a module, without its CR, backspaces applied. */
export function concealedInLine(text: string): readonly Concealed[] {
  // Each of them is a line of its own.
  const repeats = /^[ \n]*(?:a\/)+/i.exec(text)?.[0].length
  return repeats === undefined
    ? concealedInOne(text)
    : concealedInOne(text.slice(repeats)).map((concealed) => moved(concealed, repeats))
}

function concealedInOne(text: string): readonly Concealed[] {
  if (/^[ \n]*at/i.test(text)) return concealedInCommands(text)
  if (/^\n?\+(?:[a-z\d]{1,40}|CM[ES] ERROR): /i.test(text)) return concealedInText(text)
  const start = text.search(commandAnywhere)
  const before = start < 0 ? text : text.slice(0, start)
  const named = behindName(before)
  if (named !== undefined) return [rest(text, named)]
  const dialled = dialledPin.exec(before)
  if (dialled) return [rest(text, dialled.index)]
  return [...concealedInText(before), ...(start < 0 ? [] : concealedInCommands(text))]
}

/** A PIN as it is dialled, behind an `ATD` that has lost a letter. */
const dialledPin = /\*\d{2,3}\*(?=\d{4})/

/** Behind the name of a command with secrets, well written or not. */
function behindName(text: string): number | undefined {
  for (const { 0: word, index } of text.matchAll(/[a-z][a-z\d]{5,47}/gi))
    if (holdsSecretName(word) || holdsSecretName(word.replace(/^.*?at/i, ''))) return index + word.length
  return undefined
}

const rest = (text: string, from: number): Concealed => {
  const span = { from, to: text.length }
  return { ...span, kind: 'password', values: [span] }
}

/** A command that is given parameters, or may be cut off behind its name. */
const given = /(\+?)([a-z][a-z\d]{2,47}) *(?:[=:](?! *\?)|$)/gi

/**
 * Whether what comes behind a command line may be a secret if it is no command: the line has a command with secrets, well
 * written or not, or one that nobody knows, or is not complete: a CR may have cut it off.
 */
export function leadsToSecret(line: string): boolean {
  if (isUnfinished(line) || saysPassword(line) || concealedInLine(line).length > 0) return true
  const commands = [...line.matchAll(given)]
  return commands.some(([, plus, name]) => {
    const own = name!.replace(/^at(?=[a-z]{4})/i, '')
    return secretsOf(own) !== undefined || (plus === '+' && !isCommandName(name!))
  })
}

/** Whether a word of a line says that a password follows, well written or not. */
const saysPassword = (line: string): boolean => line.match(/[a-z]{3,}/gi)?.some(meansPassword) === true

/** Whether a line has parameters that are not complete: a word or an empty text may be the beginning of a keyword. */
export const isUnfinished = (line: string): boolean =>
  /[=:,] *(?:[a-z]*|"") *$/i.test(line) || line.split('"').length % 2 === 0

const login = /\/\/[^\s"'/@]*?:([^\s"'/@]+)@/g

/** The passwords of logins in addresses, as in `mqtt://user:password@host`. */
export const loginsIn = (text: string): readonly Span[] =>
  Array.from(text.matchAll(login), ({ index, 0: found, 1: password = '' }) => {
    const to = index + found.length - 1
    return { from: to - password.length, to }
  })

/** What must not be shown of data: only commands in it, which a host has sent too early. */
export function concealedInData(text: string): readonly Concealed[] {
  return linesOf(text).flatMap(({ line, from }) =>
    commandBeginning.test(line) ? concealedInLine(line).map((concealed) => moved(concealed, from)) : [],
  )
}

function linesOf(text: string): readonly { readonly line: string; readonly from: number }[] {
  let at = 0
  return text.split(/[\r\n]/).map((line) => {
    const from = at
    at += line.length + 1
    return { line, from }
  })
}

export const moved = ({ from, to, values, ...concealed }: Concealed, by: number): Concealed => ({
  ...concealed,
  from: from + by,
  to: to + by,
  values: values.map((value) => ({ from: value.from + by, to: value.to + by })),
})

/**
 * What must not be shown of what a module says, and of text that nobody has said to be a command: the values of rows and
 * commands that have secrets, well written or not.
 */
export function concealedInText(text: string): readonly Concealed[] {
  const found: Concealed[] = []
  const signs = /[=:]/g
  for (let sign = signs.exec(text); sign; sign = signs.exec(text)) {
    const judged = behindSign(text, sign.index) ?? behindPassword(text, sign.index)
    if (judged?.concealed) found.push(judged.concealed)
    signs.lastIndex = Math.max(signs.lastIndex, judged?.end ?? 0, judged?.concealed?.to ?? 0)
  }
  return found
}

type Found = Pick<Judged, 'concealed' | 'end'>

function behindSign(text: string, sign: number): Found | undefined {
  const { word, joined, isCommand } = nameBefore(text, sign)
  const rule = secretsOf(word) ?? secretsOf(joined)
  const isRow = text[sign] === ':'
  if (rule === undefined || (isRow && !rule.rows && !isCommand)) return undefined
  const end = lineEnd(text, sign + 1)
  if (isOfTest(text.slice(sign + 1, end))) return { end }
  return judgeParameters(text, sign + 1, end, rule, isRow)
}

/** The answer to `=?`, or nothing. */
const isOfTest = (text: string): boolean => /^ *(?:\([^"]*|\? *)?$/.test(text)

/** A row of a command that nobody knows: `PASSWORD: "…"`, `+CONF: "password","…"`. */
function behindPassword(text: string, sign: number): Found | undefined {
  const { word, isFirst } = nameBefore(text, sign)
  if (!isFirst) return undefined
  const named = /^ *"?(\w{3,40})"? *[,:=]/.exec(text.slice(sign + 1, sign + 60))
  const from = sign + 1 + (meansPassword(word) ? 0 : (named?.[0].length ?? 0))
  if (!meansPassword(word) && !meansPassword(named?.[1] ?? '')) return undefined
  const end = lineEnd(text, from)
  return isOfTest(text.slice(from, end))
    ? { end }
    : { end, concealed: { from, to: end, kind: 'value', values: [{ from, to: end }] } }
}

/** More than the longest name, and an `AT` in front of it. */
const longestName = 48

/** The name in front of a sign; spaces between are left out. */
function nameBefore(text: string, sign: number) {
  let end = sign
  while (end > 0 && ' ?"'.includes(text[end - 1]!)) end--
  let from = end
  while (from > 0 && end - from < longestName && /[a-z\d]/i.test(text[from - 1]!)) from--
  const word = text.slice(from, end)
  const joined = /at([a-z\d]+)$/i.exec(word)?.[1] ?? ''
  const isCommand = joined !== '' || /at *[^a-z\d]?$/i.test(text.slice(Math.max(0, from - 4), from))
  return { word, joined, isCommand, isFirst: beginsLine(text, from) }
}

function beginsLine(text: string, from: number): boolean {
  let at = from
  if (at > 0 && '+"'.includes(text[at - 1]!)) at--
  while (at > 0 && text[at - 1] === ' ') at--
  return at === 0 || text[at - 1] === '\r' || text[at - 1] === '\n'
}

/** A quoted text may hold line ends. */
function lineEnd(text: string, from: number): number {
  const end = /[\r\n]/g
  end.lastIndex = from
  const found = end.exec(text)?.index ?? text.length
  const isQuoted = text.slice(from, found).split('"').length % 2 === 0
  return isQuoted ? text.length : found
}
