/** What loggers put in front of a text: times, levels, tags. */

export type CommonPrefixes = ReadonlySet<Prefix>

interface Prefix {
  readonly pattern: RegExp
  /** Milliseconds of the match; none: it has no time. */
  readonly ms?: (match: RegExpExecArray) => number | undefined
  /** Only where so many rows of the log have it: else it may be part of the text. */
  readonly common?: true
}

const clock = /(\d{1,2}):(\d{2}):(\d{2})(?:[.,:](\d{1,9}))?/

/** Time of day in ms. */
function clockMs(text: string): number | undefined {
  const match = clock.exec(text)
  if (!match) return undefined
  const [, hours, minutes, seconds, fraction = '0'] = match
  return (Number(hours) * 60 + Number(minutes)) * 60_000 + Number(seconds) * 1000 + Number(`0.${fraction}`) * 1000
}

const whole = (match: RegExpExecArray): number | undefined => clockMs(match[0])

/** With a point: seconds; else ms. */
const number = (match: RegExpExecArray): number =>
  match[1]!.includes('.') ? Number(match[1]) * 1000 : Number(match[1])

const prefixes: readonly Prefix[] = [
  // 2024-05-01 12:00:00.123, [12:00:00.123], (12:00:00), May 1 12:00:00 host program[12]:
  {
    pattern:
      /^[[(]?(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|[A-Z][a-z]{2} +\d{1,2})[ T,_]+\d{1,2}:\d{2}:\d{2}(?:[.,:]\d{1,9})?(?:Z|[+-]\d{2}:?\d{2})?(?: ?[AP]M)?[\])]?/,
    ms: whole,
  },
  {
    pattern: /^[[(]?[+T]?\d{1,2}:\d{2}:\d{2}(?:[.,:]\d{1,9})?(?:,\d{3})?(?: ?[AP]M)?[\])]?(?=[\s:>|,;\-\xe5\xe6]|$)/,
    ms: whole,
  },
  // I (1234) tag: the tag may say who sent it, and stays
  {
    pattern: /^[EWIDV] \((?:(\d+)|\d{2}:\d{2}:\d{2}[.,]\d{3})\) /,
    ms: (match) => (match[1] ? Number(match[1]) : clockMs(match[0])),
  },
  // [  1234][D][file.cpp:12] send():
  { pattern: /^\[ *(\d+)\]\[[EWIDV]\]\[[^\]]*\] *(?:[\w:~]+\(\): ?)?/, ms: number },
  { pattern: /^\[[EWIDVC]\](?:\[[^\]]*\])+:? *(?:[\w:~]+\(\): ?)?/ },
  // [00:00:01.234,567] <dbg> module: function:
  { pattern: /^<(?:dbg|inf|wrn|err)> [\w.]+: (?:[\w.]+: )?/ },
  { pattern: /^<(?:debug|info|warn|warning|msg|message|error)> */ },
  // [DBG ][CELL]:
  { pattern: /^\[(?:DBG|INFO|WARN|ERR|TRC) *\]\[[^\]]{1,12}\]: ?/ },
  // DEBUG:root:
  { pattern: /^(?:DEBUG|INFO|WARNING|ERROR|CRITICAL|TRACE):[\w.\-/]*: ?(?=\S)/ },
  {
    pattern:
      /^\[?(?:DEBUG|INFO|WARN|WARNING|ERROR|TRACE|VERBOSE|NOTICE|FATAL)\]?(?: *[:|\-\]] *| {1,4}(?=[[(\w]+[\])]? ))(?=\S)/i,
  },
  // host program[12]:
  { pattern: /^[\w.-]+ [\w./-]+\[\d+\]: / },
  // [1234], [   12.345678]
  { pattern: /^\[ *(\d+(?:\.\d+)?) *(?:ms|s)?\](?: -)?/, ms: number },
  { pattern: /^\( *(\d{2,}(?:\.\d+)?) *(?:ms|s)?\)/, ms: number },
  // 12.345 s, 12345 ms, 12345:
  { pattern: /^(\d{1,7}\.\d{3,6}) *s?(?=[\s:|])/, ms: number, common: true },
  { pattern: /^(\d{1,10})(?: ?ms)?(?=[:|]|\s+(?:->|[<>|-]))/, ms: number, common: true },
]

/** What an arrow behind a prefix is: a mark of the direction; part of the prefix; a prompt, unless it is `->`. */
export type Arrows = 'direction' | 'separator' | 'prompt'

/** What may stand between a prefix and the text. */
const separators: Readonly<Record<Arrows, RegExp>> = {
  direction: /^\s*[|:;,-]?(?=\s|$)\s*/,
  separator: /^\s*(?:->|[|:;,-]|>(?= |$))?\s*/,
  prompt: /^\s*(?:->|[|:;,-])?\s*/,
}

export interface Peeled {
  readonly text: string
  readonly ms?: number
  /** How many prefixes it had. */
  readonly depth: number
}

const escapes = /\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07]{0,256}\x07|^\[[01](?:;\d\d)?m|\[0m$/g

/** The text behind everything that a logger put in front. `common`: the prefixes that this log often has. */
export function peel(row: string, common: CommonPrefixes, arrows: Arrows): Peeled {
  let text = row.includes('\x1b') || row.includes('^[') || row.includes('[0m') ? row.replace(escapes, '') : row
  let ms: number | undefined
  let depth = 0
  while (depth < 5) {
    const next = peelOne(text.trimStart(), common, arrows)
    if (!next) break
    depth++
    text = next.text
    ms ??= next.ms
  }
  return { text, depth, ...(ms !== undefined && { ms }) }
}

/** A command, a row of a module: they have no prefix, and are most of what is looked at. */
const bare = /^(?:AT[+&^*$]|\+[A-Z]|OK$|ERROR$|$)/

function peelOne(text: string, common: CommonPrefixes, arrows: Arrows): { text: string; ms?: number } | undefined {
  if (bare.test(text)) return undefined
  for (const prefix of prefixes) {
    if (prefix.common && !common.has(prefix)) continue
    const match = prefix.pattern.exec(text)
    if (!match) continue
    const ms = prefix.ms?.(match)
    const rest = text.slice(match[0].length)
    return {
      text: rest.replace(separators[arrows], ''),
      ...(ms !== undefined && { ms }),
    }
  }
  return undefined
}

/** The prefixes that a tenth of the rows, and at least three, have in front or behind another. */
export function commonPrefixes(sample: readonly string[]): CommonPrefixes {
  const optional = prefixes.filter(({ common }) => common)
  return new Set(
    optional.filter((prefix) => {
      const count = sample.filter((row) => prefix.pattern.test(row.trimStart())).length
      return count >= 3 && count * 4 >= sample.length
    }),
  )
}
