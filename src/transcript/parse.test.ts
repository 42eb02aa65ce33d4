import { describe, expect, test } from 'vitest'
import { bytesOf, textOf } from '../at/bytes/bytes.ts'
import { parseTranscript } from './parse.ts'
import type { Step } from './transcript.ts'
import { TranscriptError } from './transcript-error.ts'

function steps(text: string): readonly Step[] {
  return parseTranscript(text, 'x.at').steps
}

function sent(line: string): string {
  const [step] = steps(`>> ${line}`)
  return step?.kind === 'sendBytes' ? textOf(step.bytes) : 'no bytes'
}

describe('what a line becomes', () => {
  test.each([
    ['> AT+CSQ', { kind: 'send', pattern: { source: 'AT+CSQ' } }],
    ['>', { kind: 'send', pattern: { source: '' } }],
    ['<prompt', { kind: 'prompt' }],
    ['>> a', { kind: 'sendBytes', bytes: bytesOf('a') }],
    ['<< a', { kind: 'bytes', bytes: bytesOf('a') }],
    ['~', { kind: 'settle' }],
    ['< OK', { kind: 'line', pattern: { source: 'OK' } }],
    ['< A  within 12s', { kind: 'line', pattern: { source: 'A' }, withinMs: 12_000 }],
    ['< A within 12s', { kind: 'line', pattern: { source: 'A within 12s' } }],
    ['~ A  within 500ms', { kind: 'anyTime', withinMs: 500 }],
    ['<  two blanks', { kind: 'line', pattern: { source: ' two blanks' } }],
  ])('%s', (line, expected) => {
    expect(steps(line)).toMatchObject([expected])
  })

  test('comments, empty lines and CR LF line ends leave no trace', () => {
    expect(steps('# §3.1\r\n\r\n> AT\r\n< OK\r\n')).toMatchObject([
      { kind: 'send', line: 3, pattern: { source: 'AT' } },
      { kind: 'line', line: 4, pattern: { source: 'OK' } },
    ])
  })

  test('bytes have escapes, braces without meaning, and UTF-8', () => {
    expect(sent('a\\x00\\xfF\\r\\n\\\\ {b}')).toBe('a\x00\xff\r\n\\ {b}')
    expect(sent('é')).toBe('\xc3\xa9')
  })

  test('consecutive ~ and ~~ lines are one block, anything else ends it', () => {
    const text = '~ A\n~~ a\n~ B\n\n~ C\n# comment\n~ D\n< OK\n~ E\n~\n~ F'
    const lines = steps(text).map((step) => (step.kind === 'anyTime' ? step.items.length : step.kind))
    expect(lines).toEqual([3, 1, 1, 'line', 1, 'settle', 1])
  })

  test('directives tell the profile, and the section of the steps behind them', () => {
    const transcript = parseTranscript('@profile a76xx\n> A\n@cite §2.2.1\n> B\n@cite §2.2.2 and more\n> C', 'dir/x.at')
    expect(transcript).toMatchObject({
      fileName: 'dir/x.at',
      profile: 'a76xx',
      steps: [{ line: 2 }, { cite: '§2.2.1' }, { cite: '§2.2.2 and more', fileName: 'dir/x.at' }],
    })
    expect(transcript.steps[0]).not.toHaveProperty('cite')
  })
})

describe('what is refused', () => {
  test.each([
    ['AT', 'a line begins with one of'],
    ['@chunk 1', 'unknown directive @chunk'],
    ['@', 'unknown directive @;'],
    ['@profile', '@profile needs a value'],
    ['@profile a\n@profile b', '@profile stands here a second time'],
    ['>AT', '">" is followed by one blank'],
    ['<prompt >', '"<prompt" is followed by'],
    ['> AT ', 'the line ends in a blank'],
    ['<', 'the line that should come is missing'],
    ['>>', 'the bytes are missing'],
    ['<<', 'the bytes are missing'],
    ['~~ a', '"~~" needs a "~" line straight before it'],
    ['~ A\n\n~~ a', '"~~" needs a "~" line straight before it'],
    ['~ A\n~ B  within 1s', '"within" belongs to the first line'],
    ['>> \\q', '\\q is no escape'],
    ['>> \\x1', '\\x is no escape'],
    ['>> \\', '\\ is no escape'],
    ['> AT{*}', 'a line that is sent takes {name} holes only'],
    ['> AT{0-3}', 'a line that is sent takes {name} holes only'],
    ['< {', '"{" stands alone'],
    ['< a}', '"}" stands alone'],
    ['< {-1}', '{-1} is no hole'],
    ['< {}', '{} is no hole'],
  ])('%j: %s', (text, sentence) => {
    const parse = () => parseTranscript(`# title\n${text}`, 'dir/x.at')
    expect(parse).toThrow(TranscriptError)
    expect(parse).toThrow(`dir/x.at:${text.split('\n').length + 1}: ${sentence}`)
  })

  test('names the section, where one is given', () => {
    expect(() => parseTranscript('@cite §2.2.1\n!', 'x.at')).toThrow('x.at:2 (§2.2.1): ')
  })
})
