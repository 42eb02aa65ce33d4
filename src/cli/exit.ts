import { CommanderError } from 'commander'
import { errorCode, errorText, SetupError } from '../io/setup-error.ts'
import { UsageError } from '../launch/usage-error.ts'
import { TranscriptError } from '../transcript/language/transcript-error.ts'
import { printError } from './output.ts'

/** The exit codes of `atmqtt`. */
export const exitCodes = { ok: 0, negative: 1, usage: 2, outside: 3 } as const

/** Prints one line on standard error and returns the exit code. Only bugs print a stack. */
export function printFailure(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage
  if (error instanceof UsageError) return say(error.message, exitCodes.usage)
  if (error instanceof TranscriptError) return say(error.message, exitCodes.usage)
  if (error instanceof SetupError) return say(error.message, exitCodes.outside)
  const refusal = systemRefusal(error)
  if (refusal !== undefined) return say(refusal, exitCodes.outside)
  printError(`atmqtt: this is a bug: ${error instanceof Error ? error.stack : String(error)}\n`)
  return exitCodes.negative
}

/** What the operating system says no to, wherever that was. */
function systemRefusal(error: unknown): string | undefined {
  const code = errorCode(error)
  if (code === undefined || !(error instanceof Error && 'syscall' in error)) return undefined
  // rmSync() of Node 24 gives neither a code nor a message of the usual shape.
  const reason = errorText(error).replace(/^, Unknown error: /, '')
  const advice =
    code === 'EMFILE' || code === 'ENFILE' || /^Too many open files/.test(reason)
      ? 'raise the number of open files with "ulimit -n", or end other programs'
      : 'look at the rights and the room there'
  return `The system refuses this (${reason}): ${advice}.`
}

function say(sentence: string, code: number): number {
  printError(`atmqtt: ${sentence}\n`)
  return code
}
