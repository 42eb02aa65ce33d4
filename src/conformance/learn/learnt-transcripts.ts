import { bytesOf, escapeBytes } from '../../at/syntax/bytes.ts'
import { bare } from './comparison.ts'
import type { LineExchange } from './interview.ts'
import type { Asked } from './learn.ts'
import type { Permissions } from './permissions.ts'
import { withoutAddresses } from './without-private.ts'

/** A file of a folder of transcripts. */
export interface TranscriptFile {
  readonly name: string
  readonly text: string
}

/**
 * A transcript a question, every byte of every answer in it, with the steps before it that bring a module into the state
 * that it was asked in. Each begins as after a start.
 */
export const learntTranscripts = (asked: readonly Asked[], permissions: Permissions): readonly TranscriptFile[] =>
  asked
    .filter(
      ({ exchanges, missing, question }) => exchanges.length > 0 && missing === undefined && !isReset(question.needs),
    )
    .map((one) => ({ name: `${one.question.id}.at`, text: transcriptOf(one, permissions) }))

/** A restart begins the line anew, with an echo that depends on what is stored. */
const isReset = (needs: readonly string[] = []): boolean => needs.includes('reset')

function transcriptOf({ question, setUp, exchanges }: Asked, permissions: Permissions): string {
  const said = (exchange: LineExchange) => stepsOf(exchange, permissions, question.unordered === true)
  return [
    `# ${question.title}`,
    '@grade observed',
    '',
    '> ATE0',
    '< OK',
    '',
    ...(setUp.length > 0 ? ['@strict', ...setUp.flatMap((exchange) => stepsOf(exchange, permissions, false)), ''] : []),
    question.unordered ? '@lenient' : '@strict',
    ...exchanges.flatMap((exchange) => [...said(exchange), '']),
  ]
    .join('\n')
    .replace(/\n+$/, '\n')
}

function stepsOf(exchange: LineExchange, permissions: Permissions, unordered: boolean): readonly string[] {
  const sent = withoutAddresses(exchange.sent, permissions)
  const send = /^AT[\x20-\x7e]*\r$/i.test(sent) ? step('>', escaped(sent.slice(0, -1))) : `>> ${bytes(exchange.sent)}`
  const received = bare(exchange, permissions)
  return [send, ...(unordered ? atAnyTime(received) : strictly(received.split('\r\n')))]
}

function strictly(lines: readonly string[]): readonly string[] {
  const rest = lines.at(-1)!
  return [...lines.slice(0, -1).map(strictLine), ...(rest === '' ? [] : [`<< ${bytes(rest)}`])]
}

/** What is not printable is written as bytes. */
const strictLine = (line: string): string =>
  /^[\x20-\x7e]*$/.test(line) ? step('<', escaped(line)) : `<< ${bytes(`${line}\r\n`)}`

/** Results in their order; messages whenever they come. */
function atAnyTime(text: string): readonly string[] {
  if (/^\r\n>/.test(text)) return ['<prompt']
  const messages = [...messagesIn(text)]
  const rest = messages.reduce((left, message) => left.replace(message, ''), text).split('\r\n')
  const results = rest.filter((line) => line !== '').map((line) => step('<', escaped(line)))
  if (messages.length === 0) return results
  return [...messages.flatMap(messageSteps), '', ...results, '~']
}

const beginsMessage = '\r\n+CMQTTRXSTART: '
const endsMessage = /\r\n\+CMQTTRXEND: \d\r\n/

/** Received messages, whole. */
function messagesIn(text: string): readonly string[] {
  const start = text.indexOf(beginsMessage)
  const end = endsMessage.exec(text)
  if (start < 0 || !end) return []
  return [text.slice(start, end.index + end[0].length)]
}

/** Lines, and behind those that announce some as many bytes. */
function messageSteps(message: string): readonly string[] {
  const steps: string[] = []
  for (let at = 0; at < message.length; ) {
    const end = message.indexOf('\r\n', at)
    const line = message.slice(at, end)
    at = end + 2
    if (line !== '') steps.push(step('~', escaped(line)))
    const length = Number(/^\+CMQTTRX(?:TOPIC|PAYLOAD): \d,(\d+)$/.exec(line)?.[1] ?? 0)
    if (length === 0) continue
    steps.push(`~~ ${bytes(message.slice(at, at + length))}`)
    at += length + 2
  }
  return steps
}

const step = (mark: string, text: string): string => (text === '' ? mark : `${mark} ${text}`)
const bytes = (text: string): string => escapeBytes(bytesOf(text)).replace(/ $/, '\\x20')
const escaped = (text: string): string =>
  bytes(text.replace(/[{}]/g, '$&$&').replace(/\{\{(\*|broker|brokerTls)\}\}/g, '{$1}'))
