import type { Command } from '../../at/commands/command.ts'
import { hasDeferredResult } from '../../at/commands/results.ts'
import type { FormKind } from '../../at/syntax/parse-line.ts'
import { defectsOf, type InjectedDefectOf } from './injected-defect.ts'
import { error, type FinalReply, ok, okWith } from './reply.ts'
import { deferred, type StepContext } from './step-context.ts'

/** A command that is about to run. */
export interface CommandRun {
  readonly command: Command
  readonly form: FormKind
  readonly clientIndex?: unknown
  /** It has no prompt, or its data has come: a deferred result may be given. */
  readonly done: boolean
}

/** The reply that an injected defect forces on a command. */
export function forcedReply(ctx: StepContext, line: number, run: CommandRun): FinalReply | undefined {
  if (ctx.defects.length === 0) return undefined
  const defect = defectsOf(ctx, 'failing').find((failing) => applies(failing, run))
  if (defect === undefined) return undefined
  const text = resultText(run, defect.code)
  return defect.as === 'result' && hasDeferredResult(run.command) ? failDeferred(ctx, line, run, text) : refusal(text)
}

const refusal = (text: string): FinalReply => ({ ...error, lines: [text] })

function applies({ command, clientIndex, as }: InjectedDefectOf<'failing'>, run: CommandRun): boolean {
  if (command !== run.command.name || run.form === 'test' || run.form === 'read') return false
  return (clientIndex ?? run.clientIndex) === run.clientIndex && (run.done || as === 'refusal')
}

/** START and STOP have no client. */
const resultText = ({ command: { name }, clientIndex }: CommandRun, code: number): string =>
  clientIndex === undefined ? `${name}: ${code}` : `${name}: ${clientIndex},${code}`

/** In the order of the profile: the result of START and STOP may come first, CONNECT may withhold its `OK`. */
function failDeferred(ctx: StepContext, line: number, { command, clientIndex }: CommandRun, text: string): FinalReply {
  const { startResultFirst, connectFailure } = ctx.config.profile.mqtt
  if (clientIndex === undefined && startResultFirst) return okWith(text)
  if (command === ctx.config.commands.connect && connectFailure === 'withheld') return refusal(text)
  deferred(ctx, line, text)
  return ok
}
