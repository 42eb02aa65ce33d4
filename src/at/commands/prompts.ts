import { bytesOf } from '../syntax/bytes.ts'
import { type ParsedCommand, parseCommand } from '../syntax/parse-line.ts'
import { dataContentOf } from './command.ts'
import type { DataContent } from './content.ts'
import { everyCommand } from './every-command.ts'

/** The data that a command line asks for behind its prompt. */
export interface PromptData {
  readonly wanted: number
  readonly content: DataContent
}

interface PromptForm {
  readonly index: number
  readonly content: PromptData['content']
}

const promptForms: ReadonlyMap<string, PromptForm> = new Map(
  everyCommand.flatMap(({ name, write = {} }) =>
    Object.values(write).flatMap((form) =>
      form.prompt === undefined
        ? []
        : [[name, { index: Object.keys(form.params).indexOf(form.prompt), content: dataContentOf(form) }] as const],
    ),
  ),
)

const defined: ReadonlySet<string> = new Set(everyCommand.map(({ name }) => name))

/** `line`: a whole command line as the module reads it. A command that nobody has defined is taken to have its length second. */
export function promptDataOf(line: string): PromptData | undefined {
  const bytes = bytesOf(line)
  let guess: PromptData | undefined
  let at = 2
  while (at < bytes.length) {
    const call = parseCommand(bytes, at)
    if (!call) return guess
    const known = promptForms.get(call.name)
    const wanted = wantedBy(call, known?.index ?? 1)
    if (wanted > 0 && known) return { wanted, content: known.content }
    if (wanted > 0 && !defined.has(call.name)) guess = { wanted, content: 'payloads' }
    at = call.next
  }
  return guess
}

const wantedBy = ({ tokens }: ParsedCommand, index: number): number => tokens[index]?.number ?? -1
