import type { LogSide } from './reader.ts'

/** What a log writes in front of a text to say who sent it. */
export type Marks = ReadonlyMap<string, MarkSide>
export type MarkSide = Extract<LogSide, 'host' | 'module'>

export interface Marked {
  readonly side: LogSide
  readonly text: string
}

/** Marks that mean the same in every log. */
const fixed: readonly (readonly [RegExp, MarkSide])[] = [
  [/^### (?:Unhandled|URC|Unexpected data|Garbage): ?/i, 'module'],
  [/^(?:\xe5\x8f\x91|\xb7\xa2)\S{0,4}(?:\xe2\x97\x87|\xa1\xf3)/, 'host'],
  [/^(?:\xe6\x94\xb6|\xca\xd5)\S{0,4}(?:\xe2\x97\x86|\xa1\xf4)/, 'module'],
]

const hostWords =
  'tx|txd|send|sending|sent|snd|write|wr|out|cmd|command|host|dte|req|request|enviar|enviando|envio|invio|inviato|envoi|senden|gesendet|gonder|kirim'
const moduleWords =
  'rx|rxd|recv|receive|received|rcv|rcvd|read|rd|in|resp|response|reply|answer|modem|module|dce|got|respuesta|resposta|risposta|reponse|antwort|empfangen|yanit|cevap|balasan'

/** Marks whose direction is by convention, where the log itself does not tell. */
const usual: readonly (readonly [RegExp, MarkSide])[] = [
  [/^[\W_]*(?:-+>|=+>|\xe2\x86\x92|>>+)[\W_]*$/, 'host'],
  [/^[\W_]*(?:<-+|<=+|\xe2\x86\x90|<<+)[\W_]*$/, 'module'],
  [new RegExp(`(?:^|\\W)(?:${hostWords})[\\W\\d]*$`, 'i'), 'host'],
  [new RegExp(`(?:^|\\W)(?:${moduleWords})[\\W\\d]*$`, 'i'), 'module'],
  [/(?:^|[\s\])])-*>[\W\d]*$/, 'host'],
  [/(?:^|[\s\])])<-*[\W\d]*$/, 'module'],
]

/** Of a mark for one side, how the other side's would be written. */
const counterparts: readonly (readonly [RegExp, string])[] = [
  [/\bTX\b/, 'RX'],
  [/\btx\b/, 'rx'],
  [/\bSend(?:ing)?\b/, 'Recv'],
  [/\bSent\b/, 'Received'],
  [/\bsend(?:ing)?\b/, 'recv'],
  [/\bsent\b/, 'received'],
  [/\bWrite\b/, 'Read'],
  [/\bwrite\b/, 'read'],
  [/-->/, '<--'],
  [/->/, '<-'],
  [/>>/, '<<'],
]

const longestMark = 48

/** Words that tell what is wrong, and not who sent it. */
const complaint = /\b(?:unexpected|invalid|wrong|bad|failed|missing|expected|instead of)\b/i

/** A mark, digits made equal: a counter in it does not make it another one. */
const normal = (prefix: string): string => prefix.replace(/\s*(?:0x[0-9a-f]+|\d+)/gi, '0').trimEnd()

/** Bounded, so that a row of nothing else is no work. */
const quote = `(?:b?['"\`\\[({]\\s{0,8}){0,16}`
const reply = new RegExp(
  `${quote}[\\r\\n]{0,8}(?:(?:OK|ERROR)[\\r\\n]{0,8}['"\`\\])}]{0,16}$|[+*^$][A-Z][A-Z0-9_]{2,20}(?: ERROR)? ?:|(?:SMS DONE|PB DONE|QCRDY|(?<![A-Z])RDY)[\\r\\n'"\\])}]{0,16}$|>[ \\r\\n'"\\])}]*$)`,
)
const command = new RegExp(`${quote}AT(?:[+&^*$%#][A-Z]|[\\r\\n]{0,8}['"\`\\])}]{0,16}$|[EIZ]\\d?)`)

interface Count {
  host: number
  module: number
}

/** Learns from the first rows of a log, without what loggers put in front, which marks it has and who they stand for. */
export function learnMarks(texts: readonly string[]): Marks {
  const counts = new Map<string, Count>()
  for (const text of texts) countMark(counts, text)
  const learned = [...counts].flatMap(([mark, count]) => {
    const side = sideOf(mark, count)
    return side ? [[mark, side] as const] : []
  })
  const guessed = learned.flatMap(([mark, side]) => {
    const other = side === 'host' ? counterpartOf(mark) : undefined
    return other === undefined || counts.has(other) ? [] : [[other, 'module'] as const]
  })
  return new Map([...learned, ...guessed])
}

function counterpartOf(mark: string): string | undefined {
  const found = counterparts.find(([pattern]) => pattern.test(mark))
  return found && mark.replace(found[0], found[1])
}

function countMark(counts: Map<string, Count>, text: string): void {
  const found = tokenIn(text)
  if (!found || found.at === 0 || found.at > longestMark) return
  const mark = normal(text.slice(0, found.at))
  if (mark === '' || /[{[]\s*"/.test(mark) || complaint.test(mark)) return
  const count = counts.get(mark) ?? { host: 0, module: 0 }
  count[found.side]++
  counts.set(mark, count)
}

/** Where a command or a reply begins, quotes around it included. */
function tokenIn(text: string): { readonly at: number; readonly side: MarkSide } | undefined {
  const asCommand = text.search(command)
  const asReply = text.search(reply)
  if (asCommand >= 0 && (asReply < 0 || asCommand <= asReply)) return { at: asCommand, side: 'host' }
  return asReply >= 0 ? { at: asReply, side: 'module' } : undefined
}

/** A module also echoes commands; a host never says OK. */
function sideOf(mark: string, { host, module }: Count): MarkSide | undefined {
  const byConvention = usual.find(([pattern]) => pattern.test(mark))?.[1]
  if (module >= 1 && host >= 1) return 'module'
  if (module >= 2) return 'module'
  if (host >= 2 && module === 0) return byConvention ?? 'host'
  return host + module > 0 ? byConvention : undefined
}

/** Takes the mark off a text. */
export function takeMark(text: string, marks: Marks): Marked | undefined {
  for (const [pattern, side] of fixed) {
    const match = pattern.exec(text)
    if (match) return { side, text: text.slice(match[0].length) }
  }
  const found = tokenIn(text)
  const known = found && found.at > 0 ? marks.get(normal(text.slice(0, found.at))) : undefined
  if (found && known) return { side: known, text: text.slice(found.at) }
  return longestKnown(text, marks)
}

/** A text that is neither command nor reply, such as a payload or an IMEI, behind a mark that is known. */
function longestKnown(text: string, marks: Marks): Marked | undefined {
  for (const [mark, side] of marks) {
    const length = lengthOf(mark, text)
    if (length > 0) return { side, text: text.slice(length).replace(/^ /, '') }
  }
  return undefined
}

function lengthOf(mark: string, text: string): number {
  if (!mark.includes('0')) return text.startsWith(mark) ? mark.length : 0
  const escaped = mark.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/0/g, '\\s*(?:0x[0-9a-f]+|\\d+)')
  return new RegExp(`^${escaped}`).exec(text)?.[0].length ?? 0
}
