import type { Command as Cli } from 'commander'
import {
  type Command,
  type Form,
  type FormMark,
  type Played,
  playedOf,
  rowPrefix,
  syntaxOf,
  testLines,
  writeSign,
} from '../../at/commands/command.ts'
import type { Param } from '../../at/commands/param.ts'
import type { Profile } from '../../at/profiles/profile.ts'
import { defaults } from '../../launch/choices.ts'
import { UsageError } from '../../launch/usage-error.ts'
import { commandsOf } from '../../module/public.ts'
import { exitCodes } from '../exit.ts'
import { print } from '../output.ts'
import { profileOption } from '../profile-choice.ts'

export function addCommands(atmqtt: Cli, done: (code: number) => void): void {
  atmqtt
    .command('commands')
    .summary('reference of the AT commands')
    .description('Lists the AT commands, or shows one with its forms and ranges.')
    .argument('[NAME]', 'a command, such as CMQTTPUB')
    .addOption(profileOption())
    .helpOption('--help', 'print this help')
    .exitOverride()
    .action((name: string | undefined, { profile = defaults.profile }: { readonly profile?: Profile }) => {
      const commands = Object.values(commandsOf(profile)).filter(({ absent }) => !absent)
      print(name === undefined ? commandList(commands) : commandPage(find(commands, name)))
      done(exitCodes.ok)
    })
}

/** `AT+CMQTTPUB`, `+cmqttpub` and `CMQTTPUB` are the same. */
function find<C extends { readonly name: string }>(commands: readonly C[], typed: string): C {
  const wanted = typed.toUpperCase().replace(/^AT(?=[+&]|S\d|.$)/, '')
  const found = commands.find(({ name }) => name === wanted || name === `+${wanted}`)
  if (!found) throw new UsageError(`There is no command ${typed}: "atmqtt commands" lists them.`)
  return found
}

/** Names and titles, one a line; behind them what some forms do less than a real module's. */
function commandList(commands: readonly Command[]): string {
  return commands.map((command) => `${`AT${command.name}`.padEnd(19)} ${command.title}${marksOf(command)}\n`).join('')
}

/** ` (state, accepted)`; nothing where all forms are real. */
function marksOf(command: Command): string {
  const { read, execute, write } = command
  const forms: readonly (FormMark | undefined)[] = [read, execute, ...presentForms(write)]
  const found = new Set(forms.filter((form) => form !== undefined).map((form) => playedOf(command, form)))
  const marks = (['state', 'accepted'] as const).filter((mark) => found.has(mark))
  return marks.length === 0 ? '' : ` (${marks.join(', ')})`
}

/** Everything that the definition says of one command. */
export function commandPage(command: Command): string {
  const rows = [
    `AT${command.name}   ${command.title}${/^\d/.test(command.cite) ? `   (§${command.cite})` : ''}`,
    '',
    ...formRows(command),
    ...(command.needs ? ['', `Needs the ${needs[command.needs]}.`] : []),
    ...(command.maxResponseMs ? [`Answers within ${command.maxResponseMs} ms.`] : []),
    ...parameterRows(command),
  ]
  return `${rows.join('\n')}\n`
}

const needs = { service: 'service started', client: 'client acquired', connection: 'client connected' } as const

const outcomes: Readonly<Record<Form['outcome'], string>> = {
  final: 'OK or ERROR',
  'final+err': 'OK, or its code and ERROR',
  deferred: 'OK, then its code when it is done',
}

/** What stands behind an answer, for the page of a command. */
const meanings: Readonly<Record<Played, string>> = {
  real: 'real: the device does it, or shows it',
  state: 'state: kept and read back, without other effect',
  accepted: 'accepted: answered, without effect',
}

function formRows(command: Command): readonly string[] {
  const { name, test, read, execute, write = {} } = command
  const at = `AT${name}`
  const equals = writeSign(name)
  const mark = (form: FormMark) => `      ${meanings[playedOf(command, form)]}`
  return [
    ...(test === undefined
      ? []
      : [`  ${at}=?`, ...testRows({ name, test, write } as Command).map((line) => `      ${line}`)]),
    ...(read === undefined
      ? []
      : [`  ${at}?`, ...(read.row ? [`      ${rowPrefix(name)}${read.row}`] : []), mark(read)]),
    ...(execute === undefined ? [] : [`  ${at}`, `      ${outcomes[execute.outcome]}`, mark(execute)]),
    ...presentForms(write).flatMap((form) => [
      `  ${at}${equals}${syntaxOf(form)}`,
      `      ${form.prompt ? 'prompt, data, then ' : ''}${outcomes[form.outcome]}`,
      mark(form),
    ]),
  ]
}

const testRows = (command: Command): readonly string[] =>
  command.test === 'handled' ? ['as the network is'] : testLines(command)

function parameterRows({ write = {} }: Command): readonly string[] {
  const rows = new Map<string, string>()
  for (const { params } of presentForms(write))
    for (const [key, param] of Object.entries(params))
      if (param.limits.kind !== 'keyword') rows.set(param.docName ?? snake(key), rangeOf(param))
  return rows.size === 0 ? [] : ['', ...[...rows].map(([name, range]) => `  ${`<${name}>`.padEnd(20)} ${range}`)]
}

function rangeOf({ limits, optional }: Param<unknown>): string {
  const suffix = optional ? ', may be left out' : ''
  if (limits.kind === 'text') return `string of ${limits.minBytes} to ${limits.maxBytes} bytes${suffix}`
  if (limits.kind === 'keyword') return limits.word
  if (limits.kind === 'hex') return `0x${'0'.repeat(limits.digits)} to 0x${'F'.repeat(limits.digits)}${suffix}`
  return `${limits.spans.map(([from, to]) => (from === to ? from : `${from} to ${to}`)).join(', ')}${suffix}`
}

/** The write forms that this firmware has. */
const presentForms = (write: Command['write'] = {}): readonly Form[] =>
  Object.values(write).filter(({ absent, refusedWith }) => !absent && refusedWith === undefined)

const snake = (key: string): string => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** The table of commands for the README and the reference, in Markdown. */
export function commandTable(commands: readonly Command[]): string {
  const rows = commands.map(
    (command) => `| §${command.cite} | \`AT${command.name}\` | ${command.title} | ${formsOf(command).join('<br>')} |`,
  )
  return ['| note | command | what it does | forms |', '| --- | --- | --- | --- |', ...rows].join('\n')
}

function formsOf(command: Command): readonly string[] {
  const equals = writeSign(command.name)
  return [
    ...(command.test ? ['`=?`'] : []),
    ...(command.read ? ['`?`'] : []),
    ...(command.execute ? ['execute'] : []),
    ...presentForms(command.write).map((form) => `\`${equals}${syntaxOf(form)}\`${form.prompt ? ' + data' : ''}`),
  ]
}
