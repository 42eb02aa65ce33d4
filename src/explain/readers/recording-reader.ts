import { unescapeBytes } from './notation.ts'
import type { Piece, Reader } from './reader.ts'

/** A recording or transcript: `> AT`, `< OK`, `~ +URC: 1`, `>>`, `<<` and `~~` with bytes, `<prompt`, `@at 1.204`. */
export const recordingReader: Reader = {
  shape: 'recording',
  score: (sample) => {
    const rows = sample.filter((row) => row.trim() !== '')
    const own = rows.filter((row) => /^(?:#|@[a-z]+|>>? |<<? |[<>]$|<prompt)/.test(row)).length / (rows.length || 1)
    if (!rows.some((row) => row.startsWith('<'))) return 0
    // Of a recording `>>` are bytes with their line ends, or the data between lines. Others write all rows so.
    if (!rows.some((row) => /^[<>](?: |$)|^(?:>>|<<) .*\\[rnx]/.test(row))) return 0
    const isStrict = sample.some((row) => /^@(?:strict|begin|at \d)/.test(row))
    return isStrict ? own : own * 0.5
  },
  open: () => {
    let ms: number | undefined
    return {
      read(row) {
        const time = /^@at (\d+\.?\d*)/.exec(row)?.[1]
        if (time !== undefined) ms = Number(time) * 1000
        const piece = pieceOf(row)
        return piece ? [{ ...piece, ...(ms !== undefined && { ms }) }] : []
      },
    }
  },
}

/** How long a transcript waits for a line: no part of it. */
const within = / {2}within \d+(?:\.\d+)?m?s$/

function pieceOf(row: string): Piece | undefined {
  if (row.startsWith('<prompt')) return { side: 'module', text: '\r\n>', whole: false }
  const match = /^(>>?|<<?|~~?)(?: (.*))?$/s.exec(row)
  if (!match) return undefined
  const [, arrow, said = ''] = match
  const text = said.replace(within, '')
  const side = arrow!.startsWith('>') ? 'host' : 'module'
  if (arrow!.length === 2) return { side, text: unescapeBytes(text), whole: false }
  // Bytes before it that no line end follows are a line of their own: a transcript does not show the CR LF in front.
  return { side, text: side === 'host' ? `${text}\r` : `\r\n${text}\r\n`, whole: false }
}
