import { isFinalResult } from '../../at/public.ts'
import { bytesOf, escapeBytes } from '../../at/syntax/bytes.ts'
import { isKnownUrc, nameOf } from '../../at/urcs.ts'
import type { LineExchange } from './interview.ts'
import type { Asked, Learnt } from './learn.ts'
import type { Permissions } from './permissions.ts'
import { withoutAddresses, withoutPrivate } from './without-private.ts'

/** A question, what the module said, and what a virtual one with the learnt profile says. */
export interface Compared {
  readonly asked: Asked
  readonly said: readonly Said[]
  /** Undefined: one of them did not answer. */
  readonly same: boolean | undefined
}

/** One exchange, masked, in printable text. */
export interface Said {
  readonly sent: string
  readonly theirs: string
  readonly ours: string | undefined
}

export interface Sides {
  readonly theirs: Permissions
  readonly ours: Permissions
}

/** Compares what a module and a virtual one answered to the same questions. */
export function compare(learnt: Learnt, virtual: Learnt, { theirs, ours }: Sides): readonly Compared[] {
  return learnt.asked.map((asked) => {
    const other = virtual.asked.find(({ question }) => question === asked.question)
    const said = asked.exchanges.map((exchange, i): Said => {
      const twin = other?.exchanges[i]
      return {
        sent: escaped(withoutAddresses(exchange.sent, theirs)),
        theirs: escaped(bare(exchange, theirs)),
        ours: twin && escaped(bare(twin, ours)),
      }
    })
    const isAnswered = asked.missing === undefined && other !== undefined && other.missing === undefined
    return { asked, said, same: isAnswered ? isAlike(asked, other, { theirs, ours }) : undefined }
  })
}

const escaped = (text: string): string => escapeBytes(bytesOf(text))

/** Bytes for bytes; of messages, whose order is the network's, line for line. */
function isAlike(asked: Asked, other: Asked, { theirs, ours }: Sides): boolean {
  const [one, two] = [textOf(asked, theirs), textOf(other, ours)]
  return asked.question.unordered ? sortedLines(one) === sortedLines(two) : one === two
}

const textOf = ({ exchanges }: Asked, permissions: Permissions): string =>
  exchanges
    .map((exchange) => `${withoutAddresses(exchange.sent, permissions)}\n${bare(exchange, permissions)}`)
    .join('\n')

const sortedLines = (text: string): string =>
  text
    .split(/\r\n|\n/)
    .sort()
    .join('\n')

/** What was received, without URCs that came in between and without what belongs to one module. */
export function bare({ sent, received }: LineExchange, permissions: Permissions): string {
  const names = [...sent.matchAll(/\+\w+/g)].map(([name]) => name.toUpperCase())
  const isForeign = (line: string): boolean =>
    isKnownUrc(line) && !isFinalResult(line) && !names.includes(nameOf(line) ?? '') && !/^\+CMQTT/.test(line)
  const own = sent.startsWith('AT+CRESET')
    ? received
    : received.replace(/\r\n([^\r\n]+)\r\n/g, (framed, line: string) => (isForeign(line) ? '' : framed))
  return withoutPrivate(own, permissions)
}
