import { type Row, type TranscriptMismatch, where } from './transcript-error.ts'

const narrowest = 24
interface Titles {
  readonly expected: string
  readonly got: string
}
const playTitles: Titles = { expected: 'expected', got: 'got' }

/** A mismatch for people: where, what was sent, and what was expected beside what came. `width`: of the terminal. */
export function differenceText(mismatch: TranscriptMismatch, width: number): string {
  const { place, lastSent, reason, rows } = mismatch
  return [
    `${where(place)}: the answer differs${reason ? `, ${reason}` : ''}`,
    ...(lastSent === undefined ? [] : ['', `    sent  ${lastSent}`]),
    '',
    ...twoColumns(rows, width),
  ].join('\n')
}

/** Rows side by side; what is too long goes on in the next line. */
export function twoColumns(rows: readonly Row[], width: number, titles: Titles = playTitles): readonly string[] {
  const left = columnWidth(rows, width, titles)
  const right = Math.max(narrowest, width - left - 7)
  const line = (mark: string, a: string, b: string) => `  ${mark} ${a.padEnd(left)} | ${b}`.trimEnd()
  return [
    line(' ', titles.expected, titles.got),
    `    ${'-'.repeat(left)}-+-${'-'.repeat(Math.min(right, longest(rows, 'got', titles)))}`,
    ...rows.flatMap((row) => {
      const [as, bs] = [pieces(cell(row, 'expected'), left), pieces(cell(row, 'got'), right)]
      const height = Math.max(as.length, bs.length)
      return Array.from({ length: height }, (_, i) =>
        line(i === 0 && row.state === 'differs' ? '>' : ' ', as[i] ?? '', bs[i] ?? ''),
      )
    }),
  ]
}

function cell(row: Row, side: 'expected' | 'got'): string {
  return row[side] || (row.state === 'differs' ? '(nothing)' : '')
}

function columnWidth(rows: readonly Row[], width: number, titles: Titles): number {
  const half = Math.max(narrowest, Math.floor((width - 7) / 2))
  return Math.min(half, longest(rows, 'expected', titles))
}

const longest = (rows: readonly Row[], side: keyof Titles, titles: Titles): number =>
  Math.max(titles[side].length, narrowest, ...rows.map((row) => cell(row, side).length))

function pieces(text: string, size: number): readonly string[] {
  const count = Math.max(1, Math.ceil(text.length / size))
  return Array.from({ length: count }, (_, i) => text.slice(i * size, (i + 1) * size))
}
