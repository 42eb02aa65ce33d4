import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseTranscript } from './parse.ts'
import type { Pattern } from './pattern.ts'
import type { Step } from './transcript.ts'
import { TranscriptError } from './transcript-error.ts'

function steps(text: string): readonly Step[] {
  return parseTranscript(text, 'x.at').steps
}

function sent(line: string): string {
  const [step] = steps(`>> ${line}`)
  return step?.kind === 'sendBytes' ? text(step.pattern) : 'no bytes'
}

const text = ({ pieces }: Pattern): string => pieces.map((piece) => (piece.kind === 'text' ? piece.text : '…')).join('')

describe('lines of a recording', () => {
  test.each([
    ['> AT+CSQ', { kind: 'send', pattern: { source: 'AT+CSQ' } }],
    ['>', { kind: 'send', pattern: { source: '' } }],
    ['<prompt', { kind: 'prompt' }],
    ['>> a', { kind: 'sendBytes', pattern: { pieces: [{ kind: 'text', text: 'a' }] } }],
    ['<< a', { kind: 'bytes', pattern: { pieces: [{ kind: 'text', text: 'a' }] } }],
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

describe('directives', () => {
  test('a profile may be left out by name; the first that is not gives the module its profile', () => {
    const { profile, conditions } = parseTranscript('@profile !a7670c-v11 a76xx\n> A', 'x.at')
    expect([profile, conditions.profiles]).toEqual(['a76xx', ['!a7670c-v11', 'a76xx']])
    expect(() => parseTranscript('@needs !broker\n> A', 'x.at')).toThrow('@needs takes')
  })

  test('conditions of the file, and of a block, which ends what it set', () => {
    const transcript = parseTranscript(
      [
        '# title',
        '@profile sim767x a76xx',
        '@needs broker tls',
        '@needs peer',
        '@cite §1',
        '> A',
        '@begin a block',
        '@only hardware',
        '@cite §2',
        '@grade observed',
        '@chunk 1 5ms',
        '> B',
        '@end',
        '> C',
      ].join('\n'),
      'x.at',
    )
    expect(transcript).toMatchObject({
      title: 'title',
      profile: 'sim767x',
      conditions: { profiles: ['sim767x', 'a76xx'], needs: ['broker', 'tls', 'peer'], only: [] },
      blocks: [
        { title: 'a block', line: 7, endLine: 13, cite: '§2', grade: 'observed', conditions: { only: ['hardware'] } },
      ],
      steps: [
        { line: 6, cite: '§1' },
        { kind: 'chunk', size: 1, gapMs: 5 },
        { line: 12, cite: '§2', grade: 'observed' },
        { kind: 'chunk', size: undefined },
        { line: 14, cite: '§1' },
      ],
    })
    expect(transcript.steps[4]).not.toHaveProperty('grade')
  })

  test('@shows counts for its block or file, adds up, and ends there', () => {
    const text =
      '@shows a-1\n> A\n@begin b\n@shows b-1 2.2.13-r2\n> B\n@shows b-3\n@end\n@begin c\n> C\n@end\n@shows a-2'
    const { shows, blocks } = parseTranscript(text, 'x.at')
    expect(shows).toEqual(['a-1', 'a-2'])
    expect(blocks.map((block) => block.shows)).toEqual([['b-1', '2.2.13-r2', 'b-3'], []])
  })

  test('a block that announced something waits for it', () => {
    expect(steps('@begin b\n~ A\n@end\n> B').map(({ kind }) => kind)).toEqual(['anyTime', 'settle', 'send'])
  })

  test('strict holds to the end of its block; lenient ends it too', () => {
    const text = '~ X\n@strict\n<\n< A\n@lenient\n< B\n@begin b\n@strict\n< C\n@end\n< D'
    const flags = steps(text).map(({ kind, strict }) => `${kind}${strict ? ' strict' : ''}`)
    expect(flags).toEqual(['anyTime', 'settle', 'line strict', 'line strict', 'line', 'settle', 'line strict', 'line'])
  })

  test('changes of the module and of the time', () => {
    expect(steps('@delay 1.5s\n@fault drop {"times":2}\n@fault reset\n@chunk off')).toMatchObject([
      { kind: 'delay', ms: 1500 },
      { kind: 'fault', name: 'drop', parameters: { times: 2 } },
      { kind: 'fault', name: 'reset', parameters: {} },
      { kind: 'chunk', size: undefined, gapMs: 0 },
    ])
  })

  test('@at belongs to the next step', () => {
    const [first, second] = steps('@at 1.25 3@1.5 4@2\n> AT+X\n> B')
    expect(first).toMatchObject({
      at: {
        ms: 1250,
        pieces: [
          { offset: 3, ms: 1500 },
          { offset: 4, ms: 2000 },
        ],
      },
    })
    expect(second).not.toHaveProperty('at')
  })
})

describe('holes and braces', () => {
  test.each([
    ['> {a}{b:6}', [{ name: 'a' }, { name: 'b', length: 6 }]],
    ['>> {key:20}{x}{"a":1}', [{ name: 'key', length: 20 }, { text: '{x}{"a":1}' }]],
    ['> {{"a":{{1}}}}', [{ text: '{"a":{1}}' }]],
    ['< {{{a}}}', [{ text: '{' }, { name: 'a' }, { text: '}' }]],
    ['< {0-31}{*}', [{ kind: 'range', low: 0, high: 31 }, { kind: 'any' }]],
    ['>> \\x7ba:1}', [{ text: '{a:1}' }]],
  ])('%s', (line, pieces) => {
    expect(steps(line)).toMatchObject([{ pattern: { pieces } }])
  })
})

test('any text is a transcript or is refused with a place', () => {
  const pieces = [
    '@',
    '> ',
    '< ',
    '~',
    '~~ ',
    '>> ',
    '<prompt',
    '{',
    '}',
    '{a:1}',
    '\\x',
    '  within 1s',
    'begin b',
    'end',
    'at 1',
    '\n',
    '\r\n',
  ]
  const text = fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 4 })), { maxLength: 12 })
  fc.assert(
    fc.property(text, (parts) => {
      try {
        parseTranscript(parts.join(''), 'x.at')
      } catch (error) {
        expect(error).toBeInstanceOf(TranscriptError)
        expect((error as Error).message).toMatch(/^x\.at:\d+:\d+: .*\.\n {2}.*\n {2}\s*\^$/s)
      }
    }),
    { numRuns: 500 },
  )
})

describe('refused', () => {
  test.each([
    ['AT', 1, 'a line begins with one of'],
    ['@chunk', 7, '@chunk needs a value: a number of bytes'],
    ['@chunk 0', 8, '@chunk takes a number of bytes'],
    ['@chunk 1 fast', 10, 'the gap is a time'],
    ['@what', 1, 'unknown directive @what; there are @profile'],
    ['@constructor', 1, 'unknown directive'],
    ['@', 1, 'unknown directive @;'],
    ['@profile', 9, '@profile needs a value'],
    ['@profile a\n@profile b', 1, '@profile stands here a second time'],
    ['> A\n@needs broker', 1, '@needs stands before the first step'],
    ['@needs ,', 8, '@needs takes names'],
    ['@only moon', 7, '@only takes hardware or virtual'],
    ['@grade A', 8, '@grade takes documented, observed or chosen'],
    ['@shows', 7, '@shows needs a value: IDs of requirements'],
    ['@shows line', 8, '@shows takes IDs of requirements'],
    ['@strict yes', 9, '@strict takes nothing'],
    ['@delay soon', 8, '@delay takes a time'],
    ['@fault drop {x}', 13, 'the parameters of a fault are JSON'],
    ['@fault 1', 8, '@fault takes a name'],
    ['@peer answer {x}', 14, 'the parameters of a peer are JSON'],
    ['@peer', 6, '@peer needs a value: a name'],
    ['@begin', 7, '@begin needs a value: a title'],
    ['@begin a\n@begin b', 1, 'the block of line 2 has no @end'],
    ['@begin a\n> A', 1, 'the block of line 2 has no @end'],
    ['@end', 1, '@end closes no block'],
    ['@at 1\n@at 2', 1, '@at belongs to the step behind it'],
    ['@at 1', 1, '@at belongs to the step behind it'],
    ['@at 1.2.3', 5, '@at takes seconds'],
    ['@strict\n~ A', 1, 'in strict mode every byte has its place'],
    ['>AT', 2, '">" is followed by one blank'],
    ['<prompt >', 8, '"<prompt" is followed by nothing'],
    ['> AT ', 5, 'the line ends in a blank'],
    ['<', 2, 'the line that should come is missing'],
    ['<   within 1s', 3, 'the line that should come is missing'],
    ['>>', 3, 'the bytes are missing'],
    ['<<', 3, 'the bytes are missing'],
    ['~~ a', 1, '"~~" needs a "~" line straight before it'],
    ['~ A\n\n~~ a', 1, '"~~" needs a "~" line straight before it'],
    ['~ A\n~ B  within 1s', 6, '"within" belongs to the first line'],
    ['>> a\\q', 5, '\\q is no escape'],
    ['>> \\x1', 4, '\\x is no escape'],
    ['>> \\', 4, '\\ is no escape'],
    ['> AT{*}', 5, 'a line that is sent takes {name} holes only'],
    ['> AT{0-3}', 5, 'a line that is sent takes {name} holes only'],
    ['< é{', 4, '"{" stands alone'],
    ['< a}', 4, '"}" stands alone'],
    ['< {-1}  within 1s', 3, '{-1} is no hole'],
    ['< {}', 3, '{} is no hole'],
  ])('%j, column %i: %s', (text, column, sentence) => {
    const parse = () => parseTranscript(`# title\n${text}`, 'dir/x.at')
    expect(parse).toThrow(TranscriptError)
    expect(parse).toThrow(`dir/x.at:${text.split('\n').length + 1}:${column}: ${sentence}`)
  })

  test.each([
    ['> AT+CPIN="9876" {', '> AT+CPIN="****" {'],
    ['> AT+CMQTTCONNECT=0,"tcp://b",60,1,"u","geheim",{pin', '> AT+CMQTTCONNECT=0,"tcp://b",60,1,"u","******",{pin'],
    ['> AT+FOO="x",{pin', '> AT+FOO="x",{pin'],
  ])('shows a line without its secrets: %s', (line, shown) => {
    const read = (): unknown => steps(line)
    expect(read).toThrow(`\n  ${shown}\n`)
    expect(read).not.toThrow(/9876|geheim/)
  })

  test('shows the line with a caret, and names the section, where one is given', () => {
    expect(() => parseTranscript('@cite §2.2.1\n>> \ta\\q', 'x.at')).toThrow(
      'x.at:2:6 (§2.2.1): \\q is no escape: there are \\xNN, \\r, \\n and \\\\.\n  >> \ta\\q\n     \t ^',
    )
  })
})
