import { bytesOf, escapeBytes } from '../at/syntax/bytes.ts'
import type { Secret } from './secrets.ts'

/** `host`: sent by the host; `module`: sent by the module. */
export type Side = 'host' | 'module'

/** A piece of one side's bytes that becomes one line of a transcript. */
export interface RecordedUnit {
  readonly side: Side
  /** One character a byte. */
  readonly text: string
  /** Where bytes of the unit came later than the ones before them, ms since the recording began; the first one at 0. */
  readonly times: readonly { readonly offset: number; readonly ms: number }[]
  /** Its first byte came with the last one of the unit before it. */
  readonly goesOn: boolean
}

/** What stands in the place of bytes of a unit. */
interface Hole extends Secret {
  /** Another value may be shorter or longer. */
  readonly anyLength: boolean
}

/**
 * The line of a strict transcript that stands for these bytes, with holes for secrets and servers. What the host sends as
 * bytes is counted by whoever sends it: there a server stays as it is.
 */
export function unitLine(
  { side, text }: Pick<RecordedUnit, 'side' | 'text'>,
  secrets: readonly Secret[],
  servers: readonly Secret[] = [],
): string {
  const [line, bytes, end] = side === 'host' ? ['>', '>>', '\r'] : ['<', '<<', '\r\n']
  if (side === 'module' && text === '\r\n>') return '<prompt'
  const content = text.endsWith(end) ? text.slice(0, -end.length) : undefined
  const fixed = secrets.map((secret): Hole => ({ ...secret, anyLength: false }))
  const endIsLeftOut = secrets.some(({ to }) => to > text.length - end.length)
  if (content === undefined || endIsLeftOut || !isPlainLine(content))
    return `${bytes} ${byteText(text, side === 'host' ? fixed : joined(fixed, servers, false))}`
  return content === '' ? line : `${line} ${withHoles(content, joined(fixed, servers, true), escapeBraces)}`
}

/** The servers in which there is no secret. */
export const apartFrom = (secrets: readonly Secret[], servers: readonly Secret[]): readonly Secret[] =>
  servers.filter(({ from, to }) => secrets.every((secret) => secret.to <= from || to <= secret.from))

/** In order. */
const joined = (secrets: readonly Hole[], servers: readonly Secret[], anyLength: boolean): readonly Hole[] =>
  [...secrets, ...servers.map((server) => ({ ...server, anyLength }))].sort((a, b) => a.from - b.from)

/** What a line of a transcript can hold as it is. */
const isPlainLine = (content: string): boolean =>
  /^[\x20-\x7e]*$/.test(content) && !content.endsWith(' ') && !/ {2}within \d+(s|ms)$/.test(content)

const escapeBraces = (text: string): string => text.replace(/[{}]/g, '$&$&')

function byteText(text: string, holes: readonly Hole[]): string {
  const written = withHoles(text, holes, (part) =>
    escapeBytes(bytesOf(part)).replace(/\{(?=[A-Za-z]\w*:\d{1,5}\})/g, '\\x7b'),
  )
  return written.replace(/ $/, '\\x20')
}

/** The text with `{name:length}` or `{name}` in place of what is left out. */
function withHoles(text: string, holes: readonly Hole[], write: (part: string) => string): string {
  let at = 0
  let written = ''
  for (const { from, to, name, anyLength } of holes) {
    written += `${write(text.slice(at, from))}{${name}${anyLength ? '' : `:${to - from}`}}`
    at = to
  }
  return written + write(text.slice(at))
}

/** `@at …`, where the unit has a time of its own. */
export function timeLine({ times, goesOn }: RecordedUnit): string | undefined {
  const [first, ...later] = times
  if (!first || (goesOn && later.length === 0)) return undefined
  return ['@at', seconds(first.ms), ...later.map(({ offset, ms }) => `${offset}@${seconds(ms)}`)].join(' ')
}

const seconds = (ms: number): string => (ms / 1000).toFixed(6)
