import type { LogSide, Piece, Reader, RowReader } from './reader.ts'

/** Exports of logic analysers: a row a byte. */

interface ByteRow {
  readonly channel: string
  readonly ms?: number
  readonly byte: string
}

type ReadByte = (row: string) => ByteRow | undefined

/** No row of an export is longer. */
const longestRow = 160

/** Saleae: `Async Serial [1],data,1.234,0.00008,0x41`, or `1.234,A,,` under `Time [s],Value,…`. */
function saleaeRow(row: string): ByteRow | undefined {
  if (row.length > longestRow) return undefined
  const cells = cellsOf(row)
  const [first = '', second = '', third = ''] = cells
  if (cells.length >= 5 && /^data$/i.test(second)) return byteRow(first, third, cells[4]!)
  if (cells.length >= 2 && /^\d+\.\d{3,}$/.test(first))
    return byteRow(cells.length > 4 ? second : '', first, cells.length > 4 ? third : second)
  return undefined
}

/** sigrok: `uart-1: 41`, `1234-5678 UART: RX: 41`. */
function sigrokRow(row: string): ByteRow | undefined {
  if (row.length > longestRow) return undefined
  const match = /^(?:(\d+)-\d+ )?([\w-]{1,64}(?: ?\d{1,9})?): (?:(RX|TX)(?: data)?: ?)?(\[?[0-9A-Fa-f]{2}\]?|\S)$/.exec(
    row.trim(),
  )
  if (!match) return undefined
  const [, sample, name, line, value] = match
  const text = byteOf(value!)
  return text === undefined
    ? undefined
    : { channel: line ?? name!, byte: text, ...(sample !== undefined && { ms: Number(sample) / 1000 }) }
}

function byteRow(channel: string, seconds: string, value: string): ByteRow | undefined {
  const byte = byteOf(value)
  return byte === undefined ? undefined : { channel, ms: Number(seconds) * 1000, byte }
}

const escapes: Readonly<Record<string, string>> = {
  '\\r': '\r',
  '\\n': '\n',
  '\\t': '\t',
  COMMA: ',',
  "' '": ' ',
  SP: ' ',
  CR: '\r',
  LF: '\n',
}

/** `0x41`, `[0D]`, `41`, `A`, `'13'`, `\r`, `COMMA`. */
function byteOf(value: string): string | undefined {
  const text = escapes[value] ?? value
  if (text.length === 1) return text
  const hex = /^\[?(?:0x)?([0-9A-Fa-f]{2})\]?$/.exec(text)?.[1]
  if (hex) return String.fromCharCode(Number.parseInt(hex, 16))
  const decimal = /^'(\d{1,3})'$/.exec(text)?.[1]
  return decimal === undefined ? /^'(.)'$/.exec(text)?.[1] : String.fromCharCode(Number(decimal))
}

const cellsOf = (row: string): readonly string[] =>
  (row.match(/"(?:[^"]|"")*"|[^,]+|(?<=,)(?=,|$)/g) ?? []).map((cell) =>
    cell.replace(/^"|"$/g, '').replaceAll('""', '"').trim(),
  )

const shapes: readonly { readonly shape: string; readonly read: ReadByte }[] = [
  { shape: 'saleae', read: saleaeRow },
  { shape: 'sigrok', read: sigrokRow },
]

export const tableReaders: readonly Reader[] = shapes.map(({ shape, read }) => ({
  shape,
  score: (sample) => {
    const rows = sample.filter((row) => row.trim() !== '')
    const share = rows.filter((row) => read(row)).length / (rows.length || 1)
    return rows.length >= 8 && share > 0.8 ? share : 0
  },
  open: (sample) => openTable(sample, read),
}))

/** Channels are told apart by what they carry: AT at the beginning of a line is the host, where another channel has OK. */
function openTable(sample: readonly string[], read: ReadByte): RowReader {
  const texts = new Map<string, string>()
  for (const row of sample) {
    const found = read(row)
    if (found) texts.set(found.channel, (texts.get(found.channel) ?? '') + found.byte)
  }
  const sides = new Map([...texts].map(([channel, text]) => [channel, sideOf(channel, text, texts.size)]))
  return {
    read: (row) => {
      const found = read(row)
      return found ? [pieceOf(found, sides.get(found.channel) ?? 'unknown')] : []
    },
  }
}

function sideOf(channel: string, text: string, channels: number): LogSide {
  if (/(?:^|[\r\n])(?:OK|ERROR)[\r\n]/.test(text)) return 'module'
  if (/(?:^|[\r\n])AT/.test(text) && channels > 1) return 'host'
  return /rx/i.test(channel) && channels > 1 ? 'module' : 'unknown'
}

const pieceOf = ({ ms, byte }: ByteRow, side: LogSide): Piece => ({
  side,
  text: byte,
  whole: false,
  ...(ms !== undefined && { ms }),
})
