import { type Command, matchWrite } from '../at/commands/command.ts'
import { commandsOf } from '../at/commands/commands-of.ts'
import type { Profile } from '../at/profiles/profile.ts'
import { bytesOf } from '../at/syntax/bytes.ts'
import { parseCommand } from '../at/syntax/parse-line.ts'
import { ordinaryMs } from '../driver/commands/request.ts'

/** A command line as it was typed, with what the profile's definitions say of it. */
export interface TypedCommand {
  /** One character is one byte. */
  readonly line: string
  /** `+CMQTTPUB`; undefined: none, or several commands. */
  readonly name?: string
  readonly kind?: 'execute' | 'read' | 'test' | 'write'
  /** How many bytes it prompts for. */
  readonly dataBytes?: number
  /** `+CMD: …` is to come behind `OK`. */
  readonly deferred: boolean
  readonly clientIndex?: number
  /** How long its final result may take, in ms. */
  readonly finalMs: number
}

/** An unknown command may be a scan for networks, which takes minutes. */
const unknownMs = 180_000
const factor = 1.5

/** Reads a line with the definitions of a profile. */
export function typedCommand(line: string, profile: Profile): TypedCommand {
  const bytes = bytesOf(line)
  if (!/^at./i.test(line)) return { line, deferred: false, finalMs: factor * ordinaryMs }
  const call = parseCommand(bytes, 2)
  if (!call || call.next !== bytes.length) return { line, deferred: false, finalMs: unknownMs }
  const { name, form: kind } = call
  const command = Object.values(commandsOf(profile)).find((each) => each.name === name)
  if (!command) return { line, name, kind, deferred: false, finalMs: unknownMs }
  const finalMs = factor * (command.maxResponseMs ?? ordinaryMs)
  const write = kind === 'write' ? writeParts(command, call.tokens) : undefined
  const deferred = write?.deferred ?? (kind === 'execute' && command.execute?.outcome === 'deferred')
  return { line, name, kind, finalMs, ...write, deferred }
}

function writeParts(command: Command, tokens: Parameters<typeof matchWrite>[1]) {
  const matched = matchWrite(command, tokens)
  const form = matched && command.write?.[matched.form]
  if (!form) return undefined
  const length = form.prompt === undefined ? undefined : Number(matched.values[form.prompt])
  const { clientIndex } = matched.values
  return {
    deferred: form.outcome === 'deferred',
    ...(length !== undefined && { dataBytes: length }),
    ...(typeof clientIndex === 'number' && { clientIndex }),
  }
}
