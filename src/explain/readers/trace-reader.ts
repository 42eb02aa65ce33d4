import { unescapeBytes } from './notation.ts'
import type { Piece, Reader } from './reader.ts'

/** What a trace says of its module, and what was done to that from outside. */
const header = /^# profile ([\w-]+)/
const note = /^ *(\d+\.\d{3}) # (.*)$/s
const row = /^ *(\d+\.\d{3}) (\S+) ([<>]) (.*)$/s

/** `   12.345 ttyAT0 < AT\r`: a trace of a virtual module, as `--trace` writes it. */
export const traceReader: Reader = {
  shape: 'trace',
  score: (sample) => {
    const rows = sample.filter((text) => text.trim() !== '' && !text.startsWith('#') && !note.test(text))
    const own = rows.filter((text) => row.test(text)).length / (rows.length || 1)
    return sample.some((text) => text.startsWith('# atmqtt trace:')) ? Math.max(own, 0.9) : own * 0.8
  },
  open: () => ({ read }),
}

function read(text: string): readonly Piece[] {
  const match = row.exec(text)
  if (!match) return noted(text)
  const [, seconds, where, arrow, bytes] = match
  if (where!.startsWith('mqtt:')) return []
  const side = arrow === '<' ? 'host' : 'module'
  return [{ side, text: unescapeBytes(bytes!), ms: Number(seconds) * 1000, whole: false }]
}

function noted(text: string): readonly Piece[] {
  const profile = header.exec(text)?.[1]
  if (profile !== undefined) return [{ side: 'print', text: `profile ${profile}`, whole: true }]
  const [, seconds, said] = note.exec(text) ?? []
  return said === undefined ? [] : [{ side: 'print', text: said, ms: Number(seconds) * 1000, whole: true }]
}
