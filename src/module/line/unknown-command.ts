import { type Unplayable, unplayable } from '../../at/commands/general/unplayable.ts'
import { siblingCommands } from '../../at/commands/mqtt/sibling-commands.ts'
import { commandKey, exactReply, nameAt, type PlainReply, patternReply } from '../../at/profiles/replies.ts'
import { textOf } from '../../at/syntax/bytes.ts'
import type { ParsedCommand } from '../../at/syntax/parse-line.ts'
import { redactLine } from '../../at/syntax/redact.ts'
import { error, type FinalReply, ok } from '../core/reply.ts'
import { scheduleUrcs } from '../core/schedule.ts'
import { log, type StepContext } from '../core/step-context.ts'

/** A reply, and the offset in the line behind its command. */
export interface UnknownCommandReply {
  readonly reply: FinalReply
  readonly next: number
}

/**
 * The reply to a command without definition: the one of the profile, or `ERROR` and one warning for each name.
 * `call`: the parsed command; undefined: it does not parse, as `*99#` in `ATD*99#`.
 */
export function answerUnknown(
  ctx: StepContext,
  text: Uint8Array,
  from: number,
  call: ParsedCommand | undefined,
): UnknownCommandReply {
  const end = endOf(text, from)
  const whole = `AT${commandKey(textOf(text, from, end))}`
  const name = call?.name ?? nameAt(whole.slice(2))
  const next = Math.min(end + 1, text.length)
  if (name === undefined || ctx.config.keys.has(name)) return { reply: error, next }
  const replies = ctx.config.replies
  const alone = call && exactReply(replies, `AT${commandKey(textOf(text, from, call.next)).replace(/;$/, '')}`)
  const found = exactReply(replies, whole) ?? alone ?? patternReply(replies, whole)
  if (found) return { reply: replyWith(ctx, found), next: call && found === alone ? call.next : next }
  if (!isQuestion(ctx, name, call)) warnOnce(ctx, name, call)
  return { reply: error, next }
}

/** A host that asks which family it has to do with: `ERROR` is the answer, and nothing is missing. */
const isQuestion = ({ config }: StepContext, name: string, call: ParsedCommand | undefined): boolean =>
  call?.form === 'test' && Object.values(siblingCommands(config.profile.mqtt)).some((each) => each.name === name)

/** The `;` behind the command, or the end of the line. */
function endOf(text: Uint8Array, from: number): number {
  let quoted = false
  for (let at = from; at < text.length; at++) {
    if (text[at] === QUOTE) quoted = !quoted
    if (text[at] === SEMICOLON && !quoted) return at
  }
  return text.length
}

const QUOTE = 0x22
const SEMICOLON = 0x3b

function replyWith(ctx: StepContext, { lines, final, urcs }: PlainReply): FinalReply {
  scheduleUrcs(
    ctx,
    urcs.map(({ afterMs, urc }) => ({ at: ctx.now + afterMs, text: urc })),
  )
  if (final === 'OK') return { ...ok, lines }
  return final === 'ERROR' ? { ...error, lines } : { ...error, lines, text: final }
}

/** After this many names, no more warnings. */
const mostNames = 100
const longestName = 40

function warnOnce(ctx: StepContext, name: string, call: ParsedCommand | undefined): void {
  const { unknownCommands, config } = ctx
  // A PIN without `=` is a part of the name.
  const shown = redactLine(`AT${name}`).slice(2, longestName)
  if (unknownCommands.includes(shown) || unknownCommands.length >= mostNames) return
  ctx.unknownCommands = [...unknownCommands, shown]
  const kind = unplayable(shown)
  const about = kind === undefined ? proposal(shown, call, config.profile.name) : cannotPlay[kind]
  log(ctx, 'warn', `AT${shown} ${about}`, { command: shown })
}

const proposal = (name: string, call: ParsedCommand | undefined, profile: string): string =>
  `is no command of the profile ${profile}: it was answered ERROR. ` +
  `To have it answered, put a line into a profile of your own: "replies": { "AT${name}${restOf(call)}": ["OK"] }`

const cannotPlay: Readonly<Record<Unplayable, string>> = {
  mode: "switches the line into another mode, which atmqtt can't play: it was answered ERROR.",
  connection: "opens or uses a connection of its own, which atmqtt can't play: it was answered ERROR.",
}

/** Values are not shown: they may be secrets. */
function restOf(call: ParsedCommand | undefined): string {
  if (call?.form === 'execute') return ''
  return call?.form === 'read' ? '?' : call?.name.startsWith('+') ? '=*' : '*'
}
