import type { Command } from '../../at/commands/command.ts'
import { codeOf, namesClient } from '../../at/commands/results.ts'
import type { ModuleState, ModuleStep } from '../../module/public.ts'
import type { AnsweredLine, ObservedCall, ObservedLines } from './observed-lines.ts'

type Client = Extract<ModuleState['service']['mqtt'], { kind: 'started' }>['clients'][number]

/** A command, its answer and the client that it is about. */
export interface AnsweredCommand {
  readonly call: ObservedCall
  /** `OK`, else false. */
  readonly ok: boolean
  /** `<err>` of the line `+CMD: …` in the answer. */
  readonly code: number | undefined
  readonly cme: number | undefined
  readonly answer: string
  readonly before: ModuleState
  readonly after: ModuleState
  /** Before the answer; undefined: the command names none, or the service is stopped. */
  readonly client: Client | undefined
  /** The service is stopped because the network was lost, not by STOP. */
  readonly serviceLost: boolean
}

/** Something that happened, beside commands and their answers. */
export interface Happening extends ModuleStep, ObservedLines {
  /** Results that came behind the answer of their command: the key of the definition, the client, `<err>`. */
  readonly results: readonly DeferredCode[]
}

export interface DeferredCode {
  readonly key: string
  readonly client: number | undefined
  readonly code: number
}

/** A requirement that a run can be seen to rely on. */
export interface Situation<T> {
  /** Of `conformance/requirements`. */
  readonly id: string
  readonly when: (seen: T) => boolean
}

/** The commands of an answered line, each with what the answer says of it. */
export function answeredCommands(
  line: AnsweredLine,
  cmeNumber: (text: string) => number | undefined,
  serviceLost: boolean,
): readonly AnsweredCommand[] {
  const { answer, before, after } = line
  const ok = /(?:^|\r\n)OK\r\n/.test(answer)
  const error = /\+CME ERROR: ([^\r\n]*)\r\n/.exec(answer)?.[1]
  const cme = error === undefined ? undefined : cmeNumber(error)
  return line.calls.map((call) => {
    const code = codeIn(answer, call.command)
    return { call, ok, code, cme, answer, before, after, client: clientOf(call, before), serviceLost }
  })
}

/** `<err>` of a result in an answer, of whichever client. */
function codeIn(answer: string, command: Command): number | undefined {
  for (const line of answer.split('\r\n')) {
    const code = resultOf(line, command)?.code
    if (code !== undefined) return code
  }
  return undefined
}

/** A result line of a command: client and `<err>`. */
export function resultOf(line: string, command: Command): Omit<DeferredCode, 'key'> | undefined {
  for (const client of namesClient(command) ? [0, 1] : [undefined]) {
    const code = codeOf(line, command.name, client)
    if (code !== undefined) return { client, code }
  }
  return undefined
}

function clientOf({ form }: ObservedCall, { service: { mqtt } }: ModuleState): Client | undefined {
  const index = form?.values.clientIndex
  return mqtt.kind === 'started' && (index === 0 || index === 1) ? mqtt.clients[index] : undefined
}
