import { type Command, type Form, syntaxOf, testLines } from '../at/commands/command.ts'
import type { Param } from '../at/commands/param.ts'

/** Names and titles, one a line. */
export function commandList(commands: readonly Command[]): string {
  return commands.map(({ name, title }) => `${`AT${name}`.padEnd(19)} ${title}\n`).join('')
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

function formRows({ name, test, read, execute, write = {} }: Command): readonly string[] {
  const at = `AT${name}`
  const equals = name.startsWith('+') ? '=' : ''
  return [
    ...(test === undefined
      ? []
      : [`  ${at}=?`, ...testRows({ name, test, write } as Command).map((line) => `      ${line}`)]),
    ...(read === undefined ? [] : [`  ${at}?`, ...(read.row ? [`      ${name}: ${read.row}`] : [])]),
    ...(execute === undefined ? [] : [`  ${at}`, `      ${outcomes[execute.outcome]}`]),
    ...formsOf(write).flatMap((form) => [
      `  ${at}${equals}${syntaxOf(form)}`,
      `      ${form.prompt ? 'prompt, data, then ' : ''}${outcomes[form.outcome]}`,
    ]),
  ]
}

const testRows = (command: Command): readonly string[] =>
  command.test === 'handled' ? ['as the network is'] : testLines(command)

function parameterRows({ write = {} }: Command): readonly string[] {
  const rows = new Map<string, string>()
  for (const { params } of formsOf(write))
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
const formsOf = (write: Command['write'] = {}): readonly Form[] =>
  Object.values(write).filter(({ absent, refusedWith }) => !absent && refusedWith === undefined)

const snake = (key: string): string => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** The table of commands for the README and the reference, in Markdown. */
export function commandTable(commands: readonly Command[]): string {
  const rows = commands.map((command) => {
    const forms = [
      ...(command.test ? ['`=?`'] : []),
      ...(command.read ? ['`?`'] : []),
      ...(command.execute ? ['execute'] : []),
      ...formsOf(command.write).map((form) => `\`=${syntaxOf(form)}\`${form.prompt ? ' + data' : ''}`),
    ]
    return `| §${command.cite} | \`AT${command.name}\` | ${command.title} | ${forms.join('<br>')} |`
  })
  return ['| note | command | what it does | forms |', '| --- | --- | --- | --- |', ...rows].join('\n')
}
