import type { DataContent } from '../commands/content.ts'
import { urcNamed } from '../commands/contents-of.ts'
import { nameOf, urcs } from '../urcs.ts'
import { textOf } from './bytes.ts'

/** Bytes `from`…`to` that are data. Several contents: either of them, it can't be told. */
export interface DataRange {
  readonly from: number
  readonly to: number
  readonly contents: readonly DataContent[]
}

/** The data that a line of the module announces: so many bytes follow its line end. */
export function announcedData(line: string): { readonly wanted: number; readonly content: DataContent } | undefined {
  const { data } = urcNamed(nameOf(line) ?? '') ?? {}
  if (!data) return undefined
  const wanted = Number(line.split(/[:,]/)[data.length + 1])
  return wanted > 0 ? { wanted, content: data.content } : undefined
}

const frame = `\r\n${urcs.receiveStart.name}: `
const single = `${urcs.receive.name}: `

/** Topic and payload in a whole URC, framed by CR LF. */
export function receivedData(urc: Uint8Array): readonly DataRange[] {
  const start = textOf(urc, 0, Math.min(urc.length, frame.length))
  if (start === frame) return framedData(textOf(urc))
  if (!start.startsWith(`\r\n${single}`)) return []
  return singleData(textOf(urc, 2, urc.length - 2)).map((range) => ({
    ...range,
    from: range.from + 2,
    to: range.to + 2,
  }))
}

function framedData(text: string): readonly DataRange[] {
  const ranges: DataRange[] = []
  for (let at = 2; at < text.length; ) {
    const end = text.indexOf('\r\n', at)
    if (end < 0) break
    const data = announcedData(text.slice(at, end))
    at = end + 2
    if (data) ranges.push({ from: at, to: at + data.wanted, contents: [data.content] })
    at += data?.wanted ?? 0
    if (text.startsWith('\r\n', at)) at += 2
  }
  return ranges
}

/** Topic and payload of a line that has both in quotes. Quotes in them make it unclear where one ends. */
export function singleData(line: string): readonly DataRange[] {
  const start = line.indexOf('"') + 1
  const end = line.endsWith('"') ? line.length - 1 : line.length
  if (!line.startsWith(single) || start === 0) return []
  const between = [...line.slice(start, end).matchAll(/",(?:(\d{1,5}),)?"/g)]
    .map((found) => ({ from: start + found.index, to: start + found.index + found[0].length, length: found[1] }))
    .filter(({ to, length }) => length === undefined || end - to === Number(length))
  const [first, last] = [between[0], between.at(-1)]
  if (!first || !last) return [dataAt(start, end, 'topics', 'payloads')]
  return [
    dataAt(start, first.from, 'topics'),
    ...(between.length > 1 ? [dataAt(first.from, last.to, 'topics', 'payloads')] : []),
    dataAt(last.to, end, 'payloads'),
  ]
}

const dataAt = (from: number, to: number, ...contents: DataContent[]): DataRange => ({
  from,
  to,
  contents,
})
