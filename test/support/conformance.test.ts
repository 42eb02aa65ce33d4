import { describe, expect, test } from 'vitest'
import { bytesOf, concat, equalBytes } from '../../src/at/bytes/bytes.ts'
import type { Clock } from '../../src/io/runtime.ts'
import { parseTranscript } from '../../src/transcript/parse.ts'
import { type HostLine, playTranscript } from '../../src/transcript/play.ts'
import type { BlockItem, Step } from '../../src/transcript/transcript.ts'
import { conformanceTexts } from './conformance.ts'

const values = { broker: '127.0.0.1:1883', peer: '127.0.0.1:1884' }
const clock: Clock = { now: () => 0, after: () => () => {} }
const transcripts = conformanceTexts().map(({ text, fileName }) => parseTranscript(text, fileName))

function filled(source: string): Uint8Array {
  return bytesOf(
    source
      .replaceAll('{broker}', values.broker)
      .replaceAll('{peer}', values.peer)
      .replace(/\{.*?\}/g, '7'),
  )
}

function itemBytes(item: BlockItem): Uint8Array {
  return item.kind === 'bytes'
    ? concat([item.bytes, bytesOf('\r\n')])
    : concat([filled(item.pattern.source), bytesOf('\r\n')])
}

function sentBytes(step: Step): Uint8Array | undefined {
  if (step.kind === 'sendBytes') return step.bytes
  return step.kind === 'send' ? concat([filled(step.pattern.source), bytesOf('\r')]) : undefined
}

function answerBytes(step: Step): Uint8Array {
  if (step.kind === 'prompt') return bytesOf('\r\n>\r\n')
  if (step.kind === 'anyTime') return concat([bytesOf('\r\n'), ...step.items.map(itemBytes)])
  if (step.kind === 'line') return concat([bytesOf('\r\n'), itemBytes(step)])
  return new Uint8Array(0)
}

/** A line that says what the transcript wants to hear: the player has to be content with it, however it is cut. */
function mirror(steps: readonly Step[], pieceSize: number): HostLine {
  let deliver: (bytes: Uint8Array) => void = () => {}
  let at = 0
  let received: Uint8Array = new Uint8Array(0)
  const answer = () => {
    const parts = [received]
    for (at++; at < steps.length && !sentBytes(steps[at]!); at++) parts.push(answerBytes(steps[at]!))
    received = new Uint8Array(0)
    const bytes = concat(parts)
    for (let from = 0; from < bytes.length; from += pieceSize) deliver(bytes.subarray(from, from + pieceSize))
  }
  return {
    onData: (callback) => {
      deliver = callback
    },
    write: (bytes) => {
      received = concat([received, bytes])
      if (equalBytes(received, sentBytes(steps[at]!) ?? received)) answer()
    },
  }
}

describe('the conformance transcripts', () => {
  test('there is one for every section of the note that has examples without TLS', () => {
    const sections = [...Array(15).keys()].map((index) => `§2.2.${index + 1}`)
    const cited = transcripts.map(({ steps }) => [...new Set(steps.map(({ cite }) => cite))])
    expect(cited).toEqual([...sections, '§3.1', '§3.5'].map((section) => [section]))
  })

  test.each(transcripts)('$fileName leaves the service as it found it', ({ steps, profile }) => {
    const sent = steps.flatMap((step) => (step.kind === 'send' ? [step.pattern.source] : []))
    const has = (command: string) => sent.some((line) => line.startsWith(command))
    expect(profile).toBe('sim767x')
    expect(sent.at(-1)).toBe('AT+CMQTTSTOP')
    expect(has('AT+CMQTTACCQ=0')).toBe(has('AT+CMQTTREL=0'))
  })

  test.each(transcripts)('$fileName can be played, cut anywhere', async (transcript) => {
    const options = { clock, values }
    await playTranscript(transcript, mirror(transcript.steps, 1_000_000), options)
    const oneByOne = (bytes: Uint8Array) => Array.from(bytes, (_, at) => bytes.subarray(at, at + 1))
    await playTranscript(transcript, mirror(transcript.steps, 1), { ...options, split: oneByOne })
  })
})
