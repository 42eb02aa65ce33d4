import * as v from 'valibot'
import { commandKey, isFinalResult, type Replies, type ReplyPart } from '../at/public.ts'
import { type Leaf, other, plainObject, wholeBetween } from './leaf.ts'

const line = v.pipe(v.string(), v.regex(/^[\x20-\x7e]{1,1000}$/))
const urc = v.strictObject({ afterMs: wholeBetween(0, 86_400_000), urc: line })
const reply = v.pipe(v.array(v.union([line, urc])), v.minLength(1))

const order =
  'first information lines, then one final result such as "OK", "ERROR" or "+CME ERROR: 10", ' +
  'then URCs such as {"afterMs":900,"urc":"+READY"} (0 to 86400000 ms), all in printable ASCII'

/** Whole sentences in its issues: a reply is no value of one kind. */
const replies = v.pipe(
  plainObject,
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return
    const seen = new Set<string>()
    for (const [key, parts] of Object.entries(dataset.value)) {
      const message = problemOf(key, parts, seen)
      if (message !== undefined) addIssue({ message })
      seen.add(commandKey(key))
    }
  }),
)

function problemOf(key: string, parts: unknown, seen: ReadonlySet<string>): string | undefined {
  const name = `"replies" has the key ${JSON.stringify(key)}`
  if (!/^AT[\x20-\x7e]{1,200}$/.test(commandKey(key)))
    return `${name}: a key must be a command in printable ASCII, such as "AT+CNMP=2" or "AT+CNMP=*".`
  if (seen.has(commandKey(key))) return `${name} twice, in another spelling: leave one of them out.`
  const parsed = v.safeParse(reply, parts)
  if (parsed.success && isInOrder(parsed.output)) return undefined
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
  replies as unknown as v.GenericSchema<unknown, Replies>,
  'plain replies for commands that the profile does not have',
  'an object of commands and their replies',
)
