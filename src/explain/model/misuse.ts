import { type Command, type Form, matchWrite, syntaxOf, writeSign } from '../../at/commands/command.ts'
import { commandsOf } from '../../at/commands/commands-of.ts'
import { everyCommand } from '../../at/commands/every-command.ts'
import type { Profile } from '../../at/profiles/profile.ts'
import { bytesOf, textOf } from '../../at/syntax/bytes.ts'
import { editsBetween } from '../../at/syntax/edits.ts'
import { parseCommand } from '../../at/syntax/parse-line.ts'
import { concealedInLine } from '../../at/syntax/text-secrets.ts'
import type { Exchange } from '../facts/fact.ts'
import type { Misuse } from '../facts/verdict.ts'
import { knownNames } from './known-names.ts'

/** What is wrong with a line for every one of these profiles; undefined: at least one takes it. */
export function misuseOf(exchange: Exchange, profiles: readonly Profile[]): Misuse | undefined {
  const quotes = quotesWrong(exchange.line)
  if (quotes) return quotes
  if (exchange.form === 'unreadable') return nameWrong(exchange)
  const found = profiles.map((profile) => misuseIn(exchange, profile))
  return found.includes(undefined) ? undefined : found[0]
}

function quotesWrong(line: string): Misuse | undefined {
  if (/\xe2\x80[\x9c-\x9f]|\x93|\x94|\xe2\x80\xb3/.test(line)) return { kind: 'quotes', curly: true }
  return (line.match(/"/g) ?? []).length % 2 === 1 ? { kind: 'quotes', curly: false } : undefined
}

const names: ReadonlySet<string> = new Set(everyCommand.map(({ name }) => name))

function nameWrong({ name }: Exchange): Misuse | undefined {
  if (names.has(name) || !name.startsWith('+')) return undefined
  if (knownNames.has(name)) return undefined
  const meant = nearestName(name)
  return { kind: 'unknown', ...(meant !== undefined && { meant }) }
}

/** So many letters may be wrong, by the length of the name. */
const mistakes = (name: string): number => (name.length >= 9 ? 2 : 1)

function nearestName(name: string): string | undefined {
  if (name.length < 4) return undefined
  const known = [...names].filter((each) => each.length > 3)
  const squeezed = known.find((each) => editsBetween(name, each) <= 1)
  return squeezed ?? known.find((each) => editsBetween(name, each) <= mistakes(name))
}

const tables = new WeakMap<Profile, ReadonlyMap<string, Command>>()

function commandsByName(profile: Profile): ReadonlyMap<string, Command> {
  const known = tables.get(profile)
  if (known) return known
  const table = new Map(Object.values<Command>(commandsOf(profile)).map((command) => [command.name, command]))
  tables.set(profile, table)
  return table
}

function misuseIn(exchange: Exchange, profile: Profile): Misuse | undefined {
  const command = commandsByName(profile).get(exchange.name)
  if (!command || command.absent) return names.has(exchange.name) ? { kind: 'elsewhere' } : nameWrong(exchange)
  if (exchange.form === 'write') return writeWrong(exchange, command)
  return exchange.form === 'unreadable' || hasForm(command, exchange.form) ? undefined : { kind: 'form' }
}

function hasForm({ execute, read, write }: Command, form: 'execute' | 'read' | 'test'): boolean {
  if (form === 'test') return true
  return form === 'read' ? read !== undefined : execute !== undefined || write === undefined
}

function writeWrong({ line, name }: Exchange, command: Command): Misuse | undefined {
  const tokens = tokensOf(line, name)
  if (!tokens || matchWrite(command, tokens)) return undefined
  const forms = Object.values(command.write ?? {}).filter(({ absent }) => !absent)
  if (forms.length === 0) return { kind: 'form' }
  const fitting = forms.filter((form) => takesCount(form, tokens.length))
  if (fitting.length === 0)
    return { kind: 'count', forms: forms.map((form) => `AT${name}${writeSign(name)}${syntaxOf(form)}`) }
  return (
    firstWrong(fitting, tokens) ?? {
      kind: 'count',
      forms: fitting.map((form) => `AT${name}${writeSign(name)}${syntaxOf(form)}`),
    }
  )
}

type Tokens = NonNullable<ReturnType<typeof parseCommand>>['tokens']

function tokensOf(line: string, name: string): Tokens | undefined {
  const bytes = bytesOf(line.trim())
  let at = 2
  while (at < bytes.length) {
    const call = parseCommand(bytes, at)
    if (!call || call.next <= at) return undefined
    if (call.name === name) return call.tokens
    at = call.next
  }
  return undefined
}

function takesCount({ params, minParams = 0 }: Form, count: number): boolean {
  const all = Object.values(params)
  const needed = all.filter(({ optional }) => !optional).length
  return count >= Math.max(needed, minParams) && count <= all.length
}

/** In the form that fits the most values: the first one that does not. */
function firstWrong(forms: readonly Form[], tokens: Tokens): Misuse | undefined {
  const wrong = forms.map((form) => wrongValue(form, tokens)).filter((each) => each !== undefined)
  return wrong.sort((one, other) => other.place - one.place)[0]
}

function wrongValue({ params }: Form, tokens: Tokens): Extract<Misuse, { kind: 'value' }> | undefined {
  const all = Object.entries(params)
  for (const [i, [key, param]] of all.entries()) {
    const token = tokens[i]
    if (token ? param.decode(token) !== undefined : param.optional) continue
    const value = token && !param.secret ? shownValue(token) : ''
    return { kind: 'value', place: i + 1, param: param.docName ?? key, value, range: param.testForm }
  }
  return undefined
}

/** A value in a wrong place may be a secret all the same. */
function shownValue({ line, from, to }: NonNullable<Tokens[number]>): string {
  const isSecret = concealedInLine(textOf(line)).some((secret) => secret.from < to && from < secret.to)
  return isSecret ? '' : textOf(line, from, Math.min(to, from + 64))
}
