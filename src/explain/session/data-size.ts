import type { LogLine } from '../lines/line.ts'

const numbers = /^(?:\d{1,3}[ ,]+)+\d{1,3}$/

/** How many bytes a row of data has: some libraries print them as decimal numbers. */
function sizeOf(text: string, wanted: number): number {
  if (text.length <= wanted || !numbers.test(text)) return text.length
  return text.split(/[ ,]+/).every((number) => Number(number) < 256) ? text.split(/[ ,]+/).length : text.length
}

/**
 * How many bytes of data have come with one more row. Where the log does not tell who wrote a row, the host's own words may
 * stand among the data: a row as long as was announced is the data, and what comes behind enough is none.
 */
export function gotWith(got: number, wanted: number, { side, text }: Pick<LogLine, 'side' | 'text'>): number {
  const size = sizeOf(text, wanted)
  if (side === 'host') return got + size
  if (size === wanted) return wanted
  return got >= wanted ? got : got + size
}
