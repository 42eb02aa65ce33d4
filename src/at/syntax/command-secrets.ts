import { isCommandName, secretsOf } from './near-name.ts'
import { type Concealed, judgeParameters, kindOf, type ParameterRule, ruleOf, type Span } from './secret-values.ts'

/** A command line as it is read for what must not be shown. */
interface Reading {
  readonly text: string
  readonly found: Concealed[]
  /** A command was read that has secrets, or that nobody knows: what follows is shown if it is certainly a command. */
  isWary: boolean
}

/**
 * What must not be shown of a line of a host, without its CR, backspaces applied. Of a command line are shown: names, and
 * values behind the exact name of a command that is known to have no secrets there. In front of its `AT` may stand what
 * belongs to something else.
 */
export function concealedInCommands(text: string): readonly Concealed[] {
  const reading: Reading = { text, found: [], isWary: false }
  let at = beginningOf(text)
  while (at < text.length) at = command(reading, at)
  return reading.found
}

/** Behind the `AT`; the length of the text if there is none. */
function beginningOf(text: string): number {
  const start = /^[ \n]*at/i.exec(text)
  if (start) return start[0].length
  const later = text.search(commandAnywhere)
  if (later < 0) return text.length
  return /a/i.test(text[later]!) ? later + 2 : later
}

/** The same in a line of a host, which may have lost its `AT`. */
export const commandAnywhere = /at *[^a-z\d\s"',.;:!?)}\]]|\+ *[a-z]{3}|[^a-z\d\s"',.;:!?)}\]] *[a-z][a-z\d]{0,40} *=/i

/**
 * A command behind something else, such as the data of a prompt. `thermostat-17`, `heat/1` are words that end with `at`:
 * behind a letter or a digit only `AT+` begins a command.
 */
export const commandBeginning =
  /at *\+|(?<![a-z\d])at *[^a-z\d\s"',.;:!?)}\]]|at *d *\*+\d|\+c[a-z]{4,12} *=|(?:mqttcon|csslcfg|cgauth)[a-z]{0,6} *=/i

const newLine = /\n[ \n]*(?:at|$)/iy
const extended = /\+([a-z\d]+)/iy
/** The `+` is missing. */
const bare = /([a-z]{3}[a-z\d]{0,40})(?= *[=:])/iy
const dialled = /d *\*\d{2,3}(?:\*{1,3}\d{0,2})?# *(?=;|\n|$)/iy
/** A letter and its number, a register and its value; the next command may follow at once. */
const basic = /(?:s\d{1,3}(?!\d) *(?:= *\d{0,3}(?!\d)|\?)?|(?:&[a-z]|[a-ce-z])(?:\d{1,3}(?!\d)|(?!\d))) *;?/iy
const unknownWord = /[a-z+&#$^*_-]+/iy

/** Reads the command that begins at `from`; returns where the next one begins. */
function command(reading: Reading, from: number): number {
  const { text } = reading
  const at = behindSpaces(text, from)
  if (at === text.length) return at
  if (text[at] === '\n') return behind(newLine, text, at) ?? rest(reading, at + 1)
  const match = matchAt(extended, text, at) ?? (reading.isWary ? undefined : matchAt(bare, text, at))
  if (match) return named(reading, match[1]!, at + match[0].length)
  const next = behind(dialled, text, at) ?? behind(basic, text, at)
  if (next !== undefined && !(reading.isWary && mayBeValue(text, at))) return next
  return rest(reading, reading.isWary ? at : (behind(/d(?!\w)/iy, text, at) ?? behind(unknownWord, text, at) ?? at))
}

/** Letters behind a secret: only what stands alone between `;` is a command. */
const mayBeValue = (text: string, at: number): boolean => !/^&?[a-z]\d? *(?:;|\n|$)/i.test(text.slice(at, at + 8))

function named(reading: Reading, name: string, end: number): number {
  const { text } = reading
  if (reading.isWary && !isCommandName(name)) return rest(reading, end - name.length)
  const rule = ruleOf(name)
  const at = behindSpaces(text, end)
  if (rule !== 'plain') reading.isWary = true
  const glued = isCommandName(name) ? undefined : gluedTo(name)
  if (glued !== undefined) return rest(reading, end - name.length + glued, ruleOf(name.slice(0, glued)))
  if (at === text.length || text[at] === '\n') return at
  return behindName(reading, at, rule)
}

/** Where a name ends that a PIN has been typed behind. */
function gluedTo(name: string): number | undefined {
  const [, letters = ''] = /^([a-z]*)\d/i.exec(name) ?? []
  if (letters !== '' && secretsOf(letters)) return letters.length
  const digits = name.search(/\d{4}/)
  return digits < 0 ? undefined : digits
}

/** The sign behind a name, and what follows it. */
function behindName(reading: Reading, at: number, rule: ParameterRule): number {
  const { text } = reading
  if (text[at] === ';') return at + 1
  const asks = behind(question, text, at)
  if (asks !== undefined) return asks
  if (text[at] === '?') return rest(reading, behindSpaces(text, at + 1), rule)
  return text[at] === '=' || text[at] === ':' ? parameters(reading, at + 1, rule) : rest(reading, at, rule)
}

const question = /=? *\? *(?:;|(?=\n)|$)/y

function parameters(reading: Reading, start: number, rule: ParameterRule): number {
  const { text, found } = reading
  const { concealed, end, broken, inDoubt } = judgeParameters(text, start, text.length, rule)
  if (concealed) reading.isWary = true
  const goesOn = !broken && end < text.length
  if (goesOn && inDoubt && !isKnownCommand(text, end + 1)) {
    const values = concealed?.values ?? []
    found.push({
      from: concealed?.from ?? end + 1,
      to: text.length,
      kind: kindOf(rule),
      values: [...values, behindSign(text, end)],
    })
    return text.length
  }
  if (concealed) found.push(concealed)
  if (broken) return text.length
  return text[end] === ';' ? end + 1 : end
}

const behindSign = (text: string, at: number): Span => ({ from: at + 1, to: text.length })

/** Whether a command follows that everybody knows. */
function isKnownCommand(text: string, at: number): boolean {
  const name = matchAt(extended, text, behindSpaces(text, at))?.[1]
  return name !== undefined && isCommandName(name)
}

/** The rest of the line may be a secret. */
function rest({ text, found }: Reading, from: number, rule: ParameterRule = 'unknown'): number {
  if (from < text.length) found.push({ from, to: text.length, kind: kindOf(rule), values: [{ from, to: text.length }] })
  return text.length
}

function behindSpaces(text: string, from: number): number {
  let at = from
  while (text[at] === ' ') at++
  return at
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at
  return pattern.exec(text) ?? undefined
}

const behind = (pattern: RegExp, text: string, at: number): number | undefined =>
  matchAt(pattern, text, at) && pattern.lastIndex
