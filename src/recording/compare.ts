import { bytesOf, escapeBytes } from '../at/syntax/bytes.ts'
import type { Place } from '../transcript/language/transcript.ts'
import type { Row } from '../transcript/language/transcript-error.ts'
import { withoutSecrets } from '../transcript/player/mismatch.ts'
import type { RecordedExchange } from './exchanges.ts'
import type { Normaliser } from './normalise.ts'

/** An exchange in which the two modules differ; every text is normalised and escaped. */
export interface Divergence {
  readonly place: Place | undefined
  readonly sent: string
  /** Lines of the first module beside those of the second. */
  readonly rows: readonly Row[]
  /** Bytes that stand in one and not in the other. */
  readonly bytes: number
  /** The lines are the same, in another order. */
  readonly reordered: boolean
}

/** Compares what two modules said, exchange by exchange. */
export function divergences(
  first: readonly RecordedExchange[],
  second: readonly RecordedExchange[],
  [normaliseFirst, normaliseSecond]: readonly [Normaliser, Normaliser],
): readonly Divergence[] {
  const pairs = pairUp(first, second)
  return pairs.flatMap(([a, b]) => {
    const [textA, textB] = [normaliseFirst.text(a?.got ?? nothing), normaliseSecond.text(b?.got ?? nothing)]
    if (textA === textB) return []
    const sent = normaliseFirst.text((a ?? b)!.sent)
    return [divergence((a ?? b)!.step, sent, textA, textB)]
  })
}

const nothing = new Uint8Array(0)

type Pair = readonly [RecordedExchange | undefined, RecordedExchange | undefined]

/** Both were sent the same; only what came before anything was sent may be missing on one side. */
function pairUp(first: readonly RecordedExchange[], second: readonly RecordedExchange[]): readonly Pair[] {
  const [a0, b0] = [first[0]?.step ? undefined : first[0], second[0]?.step ? undefined : second[0]]
  const [a, b] = [a0 ? first.slice(1) : first, b0 ? second.slice(1) : second]
  return [...(a0 || b0 ? [[a0, b0] as const] : []), ...a.map((exchange, i): Pair => [exchange, b[i]])]
}

function divergence(place: Place | undefined, sent: string, textA: string, textB: string): Divergence {
  const [a, b] = [linesOf(textA), linesOf(textB)]
  return {
    place,
    sent: escaped(withoutSecrets(sent)),
    rows: aligned(linesOf(withoutSecrets(textA)), linesOf(withoutSecrets(textB))),
    bytes: differingBytes(a, b),
    reordered: [...a].sort().join('') === [...b].sort().join(''),
  }
}

/** Lines with their CR LF; an empty one is a line too. */
const linesOf = (text: string): readonly string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? []

const escaped = (text: string): string => escapeBytes(bytesOf(text))

/** Pairs as many equal lines as possible; what differs stands between them, in order. */
function aligned(a: readonly string[], b: readonly string[]): readonly Row[] {
  const rows: Row[] = []
  let [i, j] = [0, 0]
  for (const [nextA, nextB] of [...commonLines(a, b), [a.length, b.length] as const]) {
    for (; i < nextA || j < nextB; i++, j++) {
      const [expected, got] = [i < nextA ? a[i] : undefined, j < nextB ? b[j] : undefined]
      rows.push({
        state: 'differs',
        ...(expected !== undefined && { expected: escaped(expected) }),
        ...(got !== undefined && { got: escaped(got) }),
      })
    }
    ;[i, j] = [nextA, nextB]
    if (i < a.length && j < b.length) {
      rows.push({ state: 'same', expected: escaped(a[i]!), got: escaped(b[j]!) })
      ;[i, j] = [i + 1, j + 1]
    }
  }
  return rows
}

/** Places of a longest common subsequence. */
export function commonLines(a: readonly string[], b: readonly string[]): readonly (readonly [number, number])[] {
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1))
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      lengths[i]![j] = a[i] === b[j] ? 1 + lengths[i + 1]![j + 1]! : Math.max(lengths[i + 1]![j]!, lengths[i]![j + 1]!)
  const places: [number, number][] = []
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) places.push([i++, j++])
    else if (lengths[i + 1]![j]! >= lengths[i]![j + 1]!) i++
    else j++
  }
  return places
}

/** Bytes of the lines that are not in both, counted from the first that differs to the last. */
function differingBytes(a: readonly string[], b: readonly string[]): number {
  const common = commonLines(a, b)
  const rest = (lines: readonly string[], side: 0 | 1) =>
    lines.filter((_, i) => !common.some((place) => place[side] === i)).join('')
  const [restA, restB] = [rest(a, 0), rest(b, 1)]
  const shorter = Math.min(restA.length, restB.length)
  let start = 0
  while (start < shorter && restA[start] === restB[start]) start++
  let end = 0
  while (end < shorter - start && restA.at(-1 - end) === restB.at(-1 - end)) end++
  return Math.max(restA.length, restB.length) - start - end
}
