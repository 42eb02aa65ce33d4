import { z } from 'zod'
import { commandKey, isFinalResult, type Replies, type ReplyPart } from '../at/public.ts'
import { type Leaf, other } from './leaf.ts'

const line = z.string().regex(/^[\x20-\x7e]{1,1000}$/)
const urc = z.strictObject({ afterMs: z.int().min(0).max(86_400_000), urc: line })
const reply = z.array(z.union([line, urc])).min(1)

const order =
  'first information lines, then one final result such as "OK", "ERROR" or "+CME ERROR: 10", ' +
  'then URCs such as {"afterMs":900,"urc":"+READY"} (0 to 86400000 ms), all in printable ASCII'

/** Whole sentences in its issues: a reply is no value of one kind. */
const replies = z.record(z.string(), z.unknown()).check(({ value, issues }) => {
  const seen = new Set<string>()
  for (const [key, parts] of Object.entries(value)) {
    const message = problemOf(key, parts, seen)
    if (message !== undefined) issues.push({ code: 'custom', message, input: parts, path: [key] })
    seen.add(commandKey(key))
  }
})

function problemOf(key: string, parts: unknown, seen: ReadonlySet<string>): string | undefined {
  const name = `"replies" has the key ${JSON.stringify(key)}`
  if (!/^AT[\x20-\x7e]{1,200}$/.test(commandKey(key)))
    return `${name}: a key must be a command in printable ASCII, such as "AT+CNMP=2" or "AT+CNMP=*".`
  if (seen.has(commandKey(key))) return `${name} twice, in another spelling: leave one of them out.`
  const parsed = reply.safeParse(parts)
  if (parsed.success && isInOrder(parsed.data)) return undefined
  return `${name} with ${shortened(parts)}: a reply must be a list, ${order}.`
}

/** Lines, the one final result, URCs. */
function isInOrder(parts: readonly ReplyPart[]): boolean {
  const texts = parts.filter((part) => typeof part === 'string')
  const rest = parts.slice(texts.length)
  return texts.filter(isFinalResult).length === 1 && isFinalResult(texts.at(-1)!) && !rest.some(isText)
}

const isText = (part: ReplyPart): boolean => typeof part === 'string'

/** A value as it stands in the file, cut where it is long. */
export function shortened(value: unknown): string {
  const shown = JSON.stringify(value) ?? 'nothing'
  return shown.length <= 60 ? shown : `${shown.slice(0, 60)}…`
}

export const repliesField: Leaf<Replies> = other(
  replies as unknown as z.ZodType<Replies>,
  'plain replies for commands that the profile does not have',
  'an object of commands and their replies',
)
