import {
  type Command,
  commandsOf,
  type Form,
  type FormMark,
  gradeOf,
  type Param,
  profiles,
  rowPrefix,
  syntaxOf,
  testLines,
  writeSign,
} from '../at/public.ts'
import type { Evidence, Requirement } from './requirements.ts'

/** A form of a general command, its requirement, and a profile that has it. */
export interface GeneralForm {
  readonly command: Command
  /** None: the test, read or execute form. */
  readonly form?: Form
  readonly profile: string
  /** `write`: that the form exists; `range`: the values it accepts. */
  readonly kind: 'test' | 'read' | 'execute' | 'write' | 'range'
  readonly requirement: Requirement
}

/** Every form of every command around MQTT, derived from its definition, as the first profile has it that has it. */
export function generalForms(): readonly GeneralForm[] {
  const lists = Object.entries(profiles).map(([profile, about]) => ({ profile, commands: commandsOf(about) }))
  return Object.entries(lists[0]!.commands)
    .filter(([, { grade }]) => grade !== undefined)
    .flatMap(([key]) => {
      const { profile, commands } = lists.find(({ commands }) => commands[key] && !commands[key].absent)!
      return formsOf(commands[key]!).map((form) => ({ ...form, profile }))
    })
}

/** How a form of such a command is known, and from where. */
export const knownFrom = (
  grade: NonNullable<Command['grade']>,
): { readonly evidence: Evidence; readonly source: string } => ({
  evidence: letters[grade],
  source: sources[grade],
})

/** The ID of the requirement of a form; `key`: of a write form, where the command has several. */
export const formId = (name: string, kind: string, key?: string): string =>
  `gen-${name.replace('+', '').replace('&', 'and-').toLowerCase()}-${kind}${key === undefined ? '' : `-${key.toLowerCase()}`}`

const letters: Readonly<Record<NonNullable<Command['grade']>, Evidence>> = {
  documented: 'C',
  observed: 'A',
  chosen: 'E',
}
const sources: Readonly<Record<NonNullable<Command['grade']>, string>> = {
  documented: 'AT manuals of the maker',
  observed: 'real modules, or drivers that work on them',
  chosen: 'our choice of the reply',
}

function formsOf(command: Command): readonly Omit<GeneralForm, 'profile'>[] {
  const { test, read, execute, write = {} } = command
  const at = `AT${command.name}`
  const forms = Object.entries(write).filter(([, { absent, refusedWith }]) => !absent && refusedWith === undefined)
  const plain = (kind: GeneralForm['kind'], sentence: string, mark?: FormMark) => ({
    command,
    kind,
    requirement: requirementOf(command, mark, kind, sentence),
  })
  return [
    ...(test === undefined ? [] : [plain('test', `\`${at}=?\` ${testSentence(command)}`)]),
    ...(read === undefined
      ? []
      : [plain('read', `\`${at}?\` prints \`${rowPrefix(command.name)}${read.row}\` and \`OK\`.`, read)]),
    ...(execute === undefined ? [] : [plain('execute', `\`${at}\` ends with \`OK\`.`, execute)]),
    ...forms.flatMap(([key, form]) => writeForms(command, form, forms.length > 1 ? key.toLowerCase() : undefined)),
  ]
}

function writeForms(command: Command, form: Form, key: string | undefined) {
  const short = `AT${command.name}${writeSign(command.name)}`
  const typed = `${short}${syntaxOf(form)}`
  const suffix = key === undefined ? '' : `-${key}`
  const ranges = Object.entries(form.params)
    .filter(([, { limits }]) => limits.kind !== 'number' || limits.spans.length > 0)
    .map(([name, param]) => `\`<${param.docName ?? snake(name)}>\` ${rangeOf(param)}`)
  return [
    { kind: 'write' as const, sentence: `\`${typed}\` is there.` },
    { kind: 'range' as const, sentence: `\`${short}\` takes ${ranges.join(', ')}; else it is \`ERROR\`.` },
  ].map(({ kind, sentence }) => ({
    command,
    form,
    kind,
    requirement: requirementOf(command, form, `${kind}${suffix}`, sentence),
  }))
}

function requirementOf(command: Command, mark: FormMark | undefined, suffix: string, sentence: string): Requirement {
  const { name } = command
  const grade = gradeOf(command, mark)!
  const id = formId(name, suffix)
  const { evidence, source } = knownFrom(grade)
  return { id, section: `AT${name}`, sentence, evidence: [evidence], source }
}

function testSentence(command: Command): string {
  if (command.test === 'handled') return 'prints what can be set now, and `OK`.'
  const lines = testLines(command).map((line) => `\`${line}\``)
  return lines.length === 0 ? 'answers `OK`.' : `prints ${lines.join(', ')} and \`OK\`.`
}

function rangeOf({ limits, optional }: Param<unknown>): string {
  const suffix = optional ? ', or nothing' : ''
  if (limits.kind === 'text') return `of ${limits.minBytes} to ${limits.maxBytes} bytes${suffix}`
  if (limits.kind === 'keyword') return `\`"${limits.word}"\``
  if (limits.kind === 'hex') return `0x0000 to 0xFFFF${suffix}`
  return `${limits.spans.map(([from, to]) => (from === to ? from : `${from} to ${to}`)).join(' / ')}${suffix}`
}

const snake = (key: string): string => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
