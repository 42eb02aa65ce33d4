import type { Content } from '../at/commands/content.ts'
import { bytesOf, concat } from '../at/syntax/bytes.ts'
import { parseTranscript } from '../transcript/language/parse.ts'
import { fill, type HoleValues, type Pattern, valuesOf } from '../transcript/language/pattern.ts'
import type { Step } from '../transcript/language/transcript.ts'
import type { Side } from './recorded-text.ts'
import { Recorder } from './recorder.ts'

/** Bytes of one side, as they were recorded; `ms` of each. */
export interface Heard {
  readonly side: Side
  readonly text: string
  readonly ms: number
}

/** What a recorder writes of these chunks. */
export function record(chunks: readonly Heard[], redact = true, leftOut: readonly Content[] = []): string {
  const lines: string[] = []
  const recorder = new Recorder({ redact, leftOut, write: (text) => lines.push(text) })
  for (const { side, text, ms } of chunks) recorder.take(side, bytesOf(text), ms)
  recorder.finish()
  return lines.join('')
}

/** Chunks at 0, 1, 2 … ms: `> ` in front for those of the host, `< ` for those of the module. */
export const spoken = (...texts: readonly string[]): readonly Heard[] =>
  texts.map((text, i) => ({ side: text.startsWith('> ') ? 'host' : 'module', text: text.slice(2), ms: i }))

/** The bytes and their times that a recording stands for, side by side. */
export function heardIn(recording: string, values: HoleValues = {}) {
  const sides = { host: [] as (readonly [byte: number, ms: number])[], module: [] as (readonly [number, number])[] }
  let ms = 0
  for (const step of parseTranscript(recording, 'x.at').steps) {
    const { side, bytes } = bytesIn(step, values)
    const times = step.at ? [{ offset: 0, ms: step.at.ms }, ...step.at.pieces] : []
    bytes.forEach((byte, i) => {
      ms = times.findLast(({ offset }) => offset <= i)?.ms ?? ms
      sides[side].push([byte, Math.round(ms * 1000) / 1000])
    })
  }
  return sides
}

function bytesIn(step: Step, values: HoleValues): { readonly side: Side; readonly bytes: Uint8Array } {
  switch (step.kind) {
    case 'send':
      return { side: 'host', bytes: concat([filled(step.pattern, values), bytesOf('\r')]) }
    case 'sendBytes':
      return { side: 'host', bytes: filled(step.pattern, values) }
    case 'line':
      return { side: 'module', bytes: concat([filled(step.pattern, values), bytesOf('\r\n')]) }
    case 'bytes':
      return { side: 'module', bytes: filled(step.pattern, values) }
    case 'prompt':
      return { side: 'module', bytes: bytesOf('\r\n>') }
    case 'echo':
      return { side: 'host', bytes: bytesOf('') }
    default:
      throw new Error(`no recording has a step ${step.kind}`)
  }
}

function filled(pattern: Pattern, values: HoleValues): Uint8Array {
  const result = fill(pattern, valuesOf(values), true)
  if ('bytes' in result) return result.bytes
  throw new Error(`no value for ${result.name}`)
}
