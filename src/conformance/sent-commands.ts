import { consequencesOf, type SentCommand } from '../at/commands/every-command.ts'
import { type Risk, risks } from '../at/commands/risk.ts'
import { bytesOf } from '../at/syntax/bytes.ts'
import { type ParsedCommand, parseCommand } from '../at/syntax/parse-line.ts'
import type { Transcript } from '../transcript/language/transcript.ts'
import { isTakenBack } from './known-state.ts'

/** Why a transcript is not played to hardware that nobody watches, whatever it says of itself; undefined: it may be. */
export function riskOf(transcript: Transcript): string | undefined {
  const found = new Set(sentCommands(transcript).map((command) => consequencesOf(command)?.risk))
  const risk = (Object.keys(risks) as Risk[]).find((each) => found.has(each))
  return risk && `is for virtual modules: it ${risks[risk]}`
}

/** Whether a transcript leaves settings behind that only a reset takes back. */
export function leavesSettings(transcript: Transcript): boolean {
  return sentCommands(transcript).some((command) => {
    const changes = consequencesOf(command)?.changes ?? (command.form === 'write' ? 'settings' : 'nothing')
    return (changes === 'settings' || changes === 'network') && !isTakenBack(command)
  })
}

function sentCommands({ steps }: Transcript): readonly SentCommand[] {
  return steps.flatMap((step) => (step.kind === 'send' ? commandsIn(step.pattern.source) : []))
}

/** The commands of a line, and of one that is not well-formed what looks like them. */
function commandsIn(line: string): readonly SentCommand[] {
  const bytes = bytesOf(line)
  return [...line.matchAll(/(?<=^AT)[A-Z]|[+&]\w+/gi)].map(
    ({ 0: word, index }) =>
      parseCommand(bytes, index) ?? { name: word.toUpperCase(), form: formBehind(line, index + word.length) },
  )
}

const formBehind = (line: string, at: number): ParsedCommand['form'] => (line[at] === '=' ? 'write' : 'execute')
