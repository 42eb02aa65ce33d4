import { CmeError, MqttError, RefusedError, UnknownOutcomeError } from '../../commands/errors.ts'
import type { Modem } from '../../commands/modem.ts'

/** Commands whose `=?` lines differ between firmwares. Asking changes nothing, whatever state the module is in. */
export const questions = [
  '+CMQTTACCQ',
  '+CMQTTCONNECT',
  '+CMQTTDISC',
  '+CMQTTPAYLOAD',
  '+CMQTTPUB',
  '+CMQTTCFG',
  '+CMQTTSUBTOPIC',
  '+CSSLCFG',
  '+CCERTDOWN',
] as const
export type Question = (typeof questions)[number]

/** The lines of each `=?` reply, without `+CMD: `. `refused`: the firmware does not have it. Absent: no answer. */
export type DialectReplies = Readonly<Partial<Record<Question, readonly string[] | 'refused'>>>

export async function askAll(modem: Modem): Promise<DialectReplies> {
  const replies: Partial<Record<Question, readonly string[] | 'refused'>> = {}
  for (const name of questions) {
    const reply = await linesOf(modem, `AT${name}=?`)
    if (reply !== undefined) replies[name] = reply === 'refused' ? reply : reply.flatMap((line) => behind(name, line))
  }
  return replies
}

/** A refusal and a silence are answers too, unless the port has gone. */
export async function linesOf(modem: Modem, line: string): Promise<readonly string[] | 'refused' | undefined> {
  try {
    return await modem.command(line)
  } catch (error) {
    if (modem.chat.closed) throw error
    if (error instanceof RefusedError || error instanceof CmeError || error instanceof MqttError) return 'refused'
    if (error instanceof UnknownOutcomeError) return undefined
    throw error
  }
}

const behind = (name: string, line: string): readonly string[] =>
  line.startsWith(`${name}:`) ? [line.slice(name.length + 1).trim()] : []
