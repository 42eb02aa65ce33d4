import { everyCommand } from '../../at/commands/every-command.ts'
import { editsBetween } from '../../at/syntax/edits.ts'
import { generalUrcs, nameOf, urcs } from '../../at/urcs.ts'
import { knownNames } from '../model/known-names.ts'
import type { Call } from './command-text.ts'

/** A line that is nearly something that a module says. */
export interface MangledLine {
  readonly meant: string
  readonly how: 'lost' | 'changed' | 'added'
}

const said: readonly string[] = [
  ...new Set([...everyCommand, ...Object.values(urcs), ...Object.values(generalUrcs)].map(({ name }) => name)),
].filter((name) => name.startsWith('+') && name.length > 4)
const known: ReadonlySet<string> = new Set([...said, ...knownNames, '+CME ERROR', '+CMS ERROR', '+IP ERROR'])
const most = 2

/** An end of an answer of which a byte is missing, or is there twice. */
export const isNearlyFinal = (text: string): boolean =>
  /^(?:O|K|OKK|OOK|KO)$|^(?:E?R?ROR?|ERRO|ERRR|EROR|ERRORR)$/.test(text) && text !== 'ERROR'

/** A module that takes a command knows its name: one that no module has was mangled in the log. */
export const meantCalls = (calls: readonly Call[]): readonly Call[] =>
  calls.map((call) => {
    if (!call.name.startsWith('+') || known.has(call.name)) return call
    return { ...call, name: nearest(call.name)?.meant ?? call.name }
  })

/** Whether two lines are the same, but for up to three bytes that one of them lost. */
export function isSameLine(one: string, other: string): boolean {
  if (one === other) return true
  const lost = Math.abs(one.length - other.length)
  return lost > 0 && lost <= 3 && Math.min(one.length, other.length) >= 8 && editsBetween(one, other) === lost
}

/** What a line was before bytes of it were lost or changed; undefined: it is as it should be, or like nothing. */
export function mangledLine(text: string, openLine: string | undefined): MangledLine | undefined {
  if (/^(?:O|K|OKK|OOK|KO|O\S|\SK)$/.test(text)) return compared(text, 'OK')
  if (/^(?:E?R?ROR?|ERRO|ERRR|EROR|ERRORR)$/.test(text) && text !== 'ERROR') return compared(text, 'ERROR')
  if (openLine !== undefined && isNearLine(text, openLine)) return compared(text, openLine)
  const name = nameOf(text) ?? /^\+?(C[A-Z]{3,}):/.exec(text)?.[0].slice(0, -1)
  return name === undefined || known.has(name) ? undefined : nearest(name)
}

const compared = (text: string, meant: string): MangledLine => ({
  meant,
  how: text.length < meant.length ? 'lost' : text.length > meant.length ? 'added' : 'changed',
})

/** An echo with a few bytes wrong. */
function isNearLine(text: string, line: string): boolean {
  if (line.length < 5 || text === line || Math.abs(text.length - line.length) > 4 || line.length > 120) return false
  if (!/^.{0,2}[A+]/.test(text) || text.slice(-2) !== line.slice(-2)) return false
  return editsBetween(text, line) <= Math.min(4, Math.ceil(line.length / 8))
}

function nearest(name: string): MangledLine | undefined {
  const meant = said.find(
    (each) => Math.abs(each.length - name.length) <= most && editsBetween(name, each) <= (each.length > 8 ? most : 1),
  )
  return meant === undefined ? undefined : compared(name, meant)
}
