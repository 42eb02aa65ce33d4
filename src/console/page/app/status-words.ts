import type { Hello } from '../../protocol.ts'
import type { ConnectionState, Window } from '../messages.ts'
import type { HidingReason, RowFilter } from '../store/filter.ts'
import { hidingReasons } from '../store/filter.ts'

export interface PageSituation {
  readonly connection: ConnectionState
  /** Of the server: why. */
  readonly sentence: string
  readonly hello: Hello | undefined
  readonly window: Window | undefined
  readonly isPaused: boolean
}

/** A line over the timeline, where something is not as usual. */
export interface Banner {
  readonly tone: 'bad' | 'waiting' | 'plain'
  readonly says: string
}

export function bannerOf({ connection, sentence, window, isPaused, hello }: PageSituation): Banner | undefined {
  if (connection === 'refused') return { tone: 'bad', says: sentence }
  if (connection === 'lost') return { tone: 'bad', says: lostSentence(hello) }
  if (isPaused) return { tone: 'waiting', says: pausedSentence(window?.held ?? 0) }
  if (connection === 'ended') return { tone: 'plain', says: `${sentence} The rows stay here to be read.` }
  return undefined
}

const lostSentence = (hello: Hello | undefined): string =>
  hello
    ? 'The connection to atmqtt is lost. It is tried again; rows continue where they stopped.'
    : 'atmqtt does not answer at this address. It is tried again.'

const pausedSentence = (held: number): string =>
  held === 0
    ? 'Paused: the view stands still. The module goes on.'
    : `Paused: the view stands still. The module goes on, ${count(held, 'new row')} so far.`

/** In the place of the timeline while there is nothing in it. */
export function emptySentence({ connection, hello, window }: PageSituation): string | undefined {
  if (connection === 'refused') return undefined
  if (!hello || !window) return 'Connecting to atmqtt …'
  const { rows, hidden } = window.figures
  if (window.total > 0) return undefined
  if (rows > 0) return `${hiddenSentence(hidden)} Nothing is left to show: take a filter away.`
  return nothingYet[hello.source.kind]
}

const nothingYet = {
  module: 'Nothing has been said yet. Type a command on the right, or connect your host to one of the lines.',
  line: 'Nothing has been said on the line yet.',
  file: 'There are no rows in this file.',
} as const

const reasons: Readonly<Record<HidingReason, string>> = {
  kind: 'by kind',
  line: 'of other lines',
  client: 'of no such client',
  topic: 'by topic',
  text: 'without the text',
}

/** `312 rows are hidden: 200 by kind, 112 without the text.`; empty: none is. */
export function hiddenSentence(hidden: Readonly<Record<HidingReason, number>>): string {
  const parts = hidingReasons.filter((reason) => hidden[reason] > 0)
  const total = parts.reduce((sum, reason) => sum + hidden[reason], 0)
  if (total === 0) return ''
  const why = parts.map((reason) => `${grouped(hidden[reason])} ${reasons[reason]}`).join(', ')
  return `${count(total, 'row')} ${total === 1 ? 'is' : 'are'} hidden: ${why}.`
}

export const isFiltered = ({ line, client, topic, text }: RowFilter): boolean =>
  line !== undefined || client !== undefined || Boolean(topic) || Boolean(text)

export const count = (number: number, what: string): string => `${grouped(number)} ${what}${number === 1 ? '' : 's'}`

/** `1,234,567` */
export const grouped = (number: number): string => String(number).replace(/\B(?=(\d{3})+$)/g, ',')
