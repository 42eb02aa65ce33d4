/** Plain replies for commands that the profile does not know, or answers as we chose, by command: `AT+CNMP=2`; a `*` at the end matches the rest. */
export type Replies = Readonly<Record<string, readonly ReplyPart[]>>

/** A line of the reply, the last one its final result; or a URC that follows, `afterMs` behind the command. */
export type ReplyPart = string | LaterUrc

export interface LaterUrc {
  readonly afterMs: number
  readonly urc: string
}

export interface PlainReply {
  readonly lines: readonly string[]
  readonly final: string
  readonly urcs: readonly LaterUrc[]
}

/** Replies by the command as `commandKey` writes it; patterns without their `*`, the longest first. */
export interface ReplyTable {
  readonly exact: ReadonlyMap<string, PlainReply>
  readonly patterns: readonly { readonly start: string; readonly reply: PlainReply }[]
}

/** What ends a command; an error may carry a number or words. */
const finalResult = /^(OK|ERROR|NO CARRIER|NO ANSWER|NO DIALTONE|BUSY|\+CM[ES] ERROR: .+)$/

export const isFinalResult = (text: string): boolean => finalResult.test(text)

export function replyTable(replies: Replies): ReplyTable {
  const all = Object.entries(replies).map(([key, parts]) => ({ key: commandKey(key), reply: replyOf(parts) }))
  const patterns = all.filter(({ key }) => key.endsWith('*'))
  return {
    exact: new Map(all.filter(({ key }) => !key.endsWith('*')).map(({ key, reply }) => [key, reply])),
    patterns: patterns
      .map(({ key, reply }) => ({ start: key.slice(0, -1), reply }))
      .sort((a, b) => b.start.length - a.start.length),
  }
}

function replyOf(parts: readonly ReplyPart[]): PlainReply {
  const texts = parts.filter((part) => typeof part === 'string')
  return {
    lines: texts.slice(0, -1),
    final: texts.at(-1) ?? 'OK',
    urcs: parts.filter((part) => typeof part !== 'string'),
  }
}

/** A command in the one way of many: upper case, without spaces, except in quotes. */
export const commandKey = (typed: string): string =>
  typed.replace(/"[^"]*"?|[^"]+/g, (part) => (part.startsWith('"') ? part : part.toUpperCase().replaceAll(' ', '')))

export const exactReply = ({ exact }: ReplyTable, key: string): PlainReply | undefined => exact.get(key)

export const patternReply = ({ patterns }: ReplyTable, key: string): PlainReply | undefined =>
  patterns.find(({ start }) => key.startsWith(start))?.reply

/** The name that a command line or a reply's key begins with: `+CNMP`, `&D`, `X`, `$QCPWRDN`. */
export const nameAt = (key: string): string | undefined => /^(?:[+^$%#*@\\_][A-Z0-9_]+|S\d+|&?[A-Z])/.exec(key)?.[0]
