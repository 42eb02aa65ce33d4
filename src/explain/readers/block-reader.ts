import { hasLineEndNotation, readEscapes } from './notation.ts'
import type { LogSide, Piece, Reader } from './reader.ts'

const head =
  /^[=\-*#]{2,}\s*\[?(SENT|SEND|SENDING|TX|WRITE|OUT|RECV|RECEIVED|RECEIVE|RX|READ|IN)\b\]?\s*@?\s*(\d+)?\s*(?:ms)?\s*:?\s*[=\-*#]*$/i
const tail = /[=\-*#]{6,}$/

/** `=== SENT@4254 ===`, rows of text, `=====`: a block for each direction. */
export const blockReader: Reader = {
  shape: 'blocks',
  score: (sample) => {
    const heads = sample.filter((row) => head.test(row.trim())).length
    return heads >= 2 ? Math.min(1, 0.4 + (4 * heads) / sample.length) : 0
  },
  open: () => {
    let block: { readonly side: LogSide; readonly ms?: number } | undefined
    return {
      read(row) {
        const opening = head.exec(row.trim())
        if (opening) {
          block = blockOf(opening)
          return []
        }
        const text = row.replace(tail, '')
        const closes = text.length < row.length
        const pieces = block && !(closes && text === '') ? [pieceOf(block, text, !closes)] : outside(block, row)
        if (closes) block = undefined
        return pieces
      },
    }
  },
}

const blockOf = ([, word, ms]: RegExpExecArray): { readonly side: LogSide; readonly ms?: number } => ({
  side: /^(?:SEN|TX|WR|OUT)/i.test(word!) ? 'host' : 'module',
  ...(ms !== undefined && { ms: Number(ms) }),
})

const pieceOf = (block: { readonly side: LogSide; readonly ms?: number }, text: string, whole: boolean): Piece => ({
  ...block,
  text: hasLineEndNotation(text) ? readEscapes(text) : text,
  whole,
})

const outside = (block: object | undefined, text: string): readonly Piece[] =>
  block || text.trim() === '' ? [] : [{ side: 'print', text, whole: true }]
