import { describe, expect, test } from 'vitest'
import { TranscriptError, TranscriptMismatch } from '../language/transcript-error.ts'
import type { PlayOptions } from './play.ts'
import { manualClock, play, scripted } from './testing.ts'

const ok = '\r\nOK\r\n'

describe('sending', () => {
  test('adds a CR to lines, none to bytes, and fills holes', async () => {
    const line = scripted([ok, ok])
    await play('> AT="{broker}"\n< OK\n>> a\\x00\n< OK', line, { values: { broker: 'höst:1' } })
    expect(line.sent).toEqual(['AT="h\xc3\xb6st:1"\r', 'a\x00'])
  })

  test('a hole without value is an error of the transcript', async () => {
    const played = play('\n> AT{peer}', scripted())
    await expect(played).rejects.toBeInstanceOf(TranscriptError)
    await expect(played).rejects.toThrow('x.at:2: there is no value for {peer}.')
  })

  test('leaves in the pieces that split makes, which knows how much was sent before', async () => {
    const line = scripted()
    const offsets: number[] = []
    const split: NonNullable<PlayOptions['split']> = (bytes, offset) => {
      offsets.push(offset)
      return [bytes.subarray(0, 1), bytes.subarray(1)]
    }
    await play('> AT\n>> data', line, { split })
    expect(line.sent).toEqual(['A', 'T\r', 'd', 'ata'])
    expect(offsets).toEqual([0, 3])
  })
})

describe('accepted', () => {
  const all = '> AT+CMQTTSUB=0,9,1\n<prompt\n>> simcommsg\n< OK\n< +CMQTTSUB: 0,0'
  const result = `${ok}\r\n+CMQTTSUB: 0,0\r\n`

  test.each([
    ['echo and data echo', ['AT+CMQTTSUB=0,9,1\r\r\n>\r\n', `simcommsg${result}`]],
    ['echo of lines only, prompt without CR LF behind it', ['AT+CMQTTSUB=0,9,1\r\r\n>', result]],
    ['no echo', ['\r\n>\r\n', result]],
    ['empty lines', ['\r\n\r\n\r\n>\r\n', `${ok}\r\n\r\n\r\n+CMQTTSUB: 0,0\r\n\r\n`]],
  ])('%s, whole and byte by byte', async (_title, answers) => {
    await play(all, scripted(answers))
    await play(all, scripted(answers, 1))
  })

  test('data that begin with CR LF come back as their echo', async () => {
    const text = '> A\n<prompt\n>> \\r\\nab\n< OK'
    for (const size of [1, 2, 3, 20]) {
      await play(text, scripted(['A\r\r\n>\r\n', `\r\nab${ok}`], size))
      await play(text, scripted(['A\r\r\n>', ok], size))
    }
  })

  test('an answer that looks like the data is no echo where the prompt has its CR LF', async () => {
    await play('> A\n<prompt\n>> OK\n< OK', scripted(['\r\n>\r\n', ok]))
  })

  test('echo off: what looks like an echo is the answer', async () => {
    await play('> A\n<prompt\n>> OK\n< OK', scripted(['\r\n>', ok]), { echo: false })
    await expect(play('> A\n< OK', scripted([`A\r${ok}`]), { echo: false })).rejects.toThrow('A\\r\\r\\nOK')
  })

  test('type-ahead is echoed when it is taken up', async () => {
    await play('> A\n> B\n< 1\n< OK\n< 2', scripted(['', `A\r\r\n1\r\n\r\nOK\r\nB\r\r\n2\r\n`]))
  })

  test('holes of a line: ranges, anything, names', async () => {
    const text = '> A\n< +CSQ: {0-31},{*}\n< id {id} {id}\n> B{id}\n< {id}! {broker}'
    const line = scripted(['\r\n+CSQ: 31,\r\nid a.b a.b\r\n', '\r\na.b! h\r\n'])
    await play(text, line, { values: { broker: 'h' } })
    expect(line.sent[1]).toBe('Ba.b\r')
  })

  test('exact bytes, which may be anything', async () => {
    await play('> A\n< T: 4\n<< \\r\\nx\\xff\n< OK', scripted(['A\r\r\nT: 4\r\n\r\nx\xff\r\nOK\r\n'], 1))
  })

  test('surplus bytes before the play are accepted, after it not', async () => {
    const line = scripted(['A\r'])
    await play('> A', line)
    line.reply('\r\nLATE\r\n')
  })
})

describe('~', () => {
  const block = '~ RX: 2\n~~ \\r\\n\n~ END\n'

  test.each([
    ['at once', ['\r\nRX: 2\r\n\r\n\r\nEND\r\n\r\nOK\r\n', '\r\nC\r\n']],
    ['between two answers', ['\r\nOK\r\n\r\nRX: 2\r\n\r\n\r\nEND\r\n', '\r\nC\r\n']],
    ['before an echo', ['A\r\r\nOK\r\n', '\r\nRX: 2\r\n\r\n\r\nEND\r\nB\r\r\nC\r\n']],
    ['at the end', ['\r\nOK\r\n', '\r\nC\r\n\r\nRX: 2\r\n\r\n\r\nEND\r\n']],
  ])('a block comes %s', async (_title, answers) => {
    for (const size of [1, 5, 100]) await play(`> A\n${block}< OK\n> B\n< C`, scripted(answers, size))
  })

  test('blocks come in any order, and what comes later is waited for', async () => {
    const line = scripted()
    const clock = manualClock()
    const played = play('> A\n~ 1\n\n~ 2', line, { clock })
    await clock.advance(9_000)
    line.reply('\r\n2\r\n')
    await clock.advance(500)
    line.reply('\r\n1\r\n')
    await played
  })

  test('~ alone waits before it goes on', async () => {
    const line = scripted()
    const clock = manualClock()
    const played = play('> A\n~ 1\n~\n> B', line, { clock })
    await clock.advance(1000)
    expect(line.sent).toEqual(['A\r'])
    line.reply('\r\n1\r\n')
    await played
    expect(line.sent).toEqual(['A\r', 'B\r'])
  })

  test.each([
    ['an interrupted block', '\r\nRX: 2\r\n\r\n\r\nOK\r\n', 'END', 4],
    ['other bytes in a block', '\r\nRX: 2\r\nab\r\n', '\\r\\n', 3],
    ['neither the answer nor the block', '\r\nX\r\n', 'OK or RX: 2', 5],
  ])('%s is a mismatch', async (_title, answer, expected, at) => {
    const played = play(`> A\n${block}< OK`, scripted([answer]))
    await expect(played).rejects.toMatchObject({ expected, place: { line: at } })
  })

  test('a block that stays away fails at the end, or at its own limit', async () => {
    const failures: unknown[] = []
    for (const [text, ms] of [
      ['> A\n~ U', 10_000],
      ['> A\n~ U  within 2s', 2000],
      ['> A\n~ U  within 2s\n< OK', 2000],
    ] as const) {
      const clock = manualClock()
      const played = play(text, scripted(), { clock })
      const noted = played.catch((error) => failures.push(error))
      await clock.advance(ms - 1)
      const before = failures.length
      await clock.advance(1)
      await noted
      expect(failures.length).toBe(before + 1)
      expect(failures.at(-1)).toMatchObject({ expected: 'U', place: { line: 2 }, got: '' })
    }
  })

  test('a block that comes after its limit is too late', async () => {
    const line = scripted()
    const clock = manualClock()
    const played = play('> A\n~ U  within 2s\n< OK', line, { clock })
    await clock.advance(1999)
    line.reply('\r\nOK\r\n')
    await clock.advance(2)
    line.reply('\r\nU\r\n')
    await expect(played).rejects.toThrow('not in time')
  })
})

describe('mismatches', () => {
  test.each([
    ['another line', '> A\n< OK', '\r\nERROR\r\n', 'OK', 'ERROR\\r\\n'],
    ['more text', '> A\n< OK', '\r\nOK \r\n', 'OK', 'OK \\r\\n'],
    ['a number out of range', '> A\n< {0-31}', '\r\n32\r\n', '{0-31}', '32\\r\\n'],
    ['a number that is none', '> A\n< {0-31}', '\r\nx\r\n', '{0-31}', 'x\\r\\n'],
    ['another value than bound', '> A\n< {x}\n< {x}', '\r\n1\r\n2\r\n', '{x}', '2\\r\\n'],
    ['no prompt', '> A\n<prompt', '\r\nERROR\r\n', 'the prompt >', 'ERROR\\r\\n'],
    ['other bytes', '> A\n< T\n<< ab', '\r\nT\r\nax', 'ab', 'ax'],
    ['more bytes', '> A\n< T\n<< ab', '\r\nT\r\nabc\r\n', 'ab', 'abc\\r\\n'],
    ['an empty line before bytes', '> A\n< T\n<< ab', '\r\nT\r\n\r\nab\r\n', 'ab', '\\r\\nab\\r\\n'],
    ['a line too many', '> A\n< OK', '\r\nOK\r\n\r\nURC\r\n', 'nothing more', 'URC\\r\\n'],
    ['half a line too many', '> A\n< OK', '\r\nOK\r\n\xff', 'nothing more', '\\xff'],
    ['a prompt too many', '> A\n< OK', '\r\nOK\r\n\r\n>', 'nothing more', '>'],
  ])('%s', async (_title, text, answer, expected, got) => {
    for (const size of [1, 100]) {
      const played = play(text, scripted([answer], size))
      await expect(played).rejects.toBeInstanceOf(TranscriptMismatch)
      const start = got.slice(0, 2)
      await expect(played).rejects.toMatchObject({ expected, got: expect.stringContaining(size === 1 ? start : got) })
    }
  })

  test.each([
    ['nothing', '< OK', '', 10_000],
    ['half a line', '< OK', '\r\nOK\r', 10_000],
    ['a prompt without CR LF before it', '<prompt', '>', 10_000],
    ['a line after its own limit', '< OK  within 20s', '', 20_000],
  ])('%s in time', async (_title, expected, answer, ms) => {
    const clock = manualClock()
    const played = play(`> A\n${expected}`, scripted([answer]), { clock })
    let isOver = false
    played.catch(() => (isOver = true))
    await clock.advance(ms - 1)
    expect(isOver).toBe(false)
    await clock.advance(1)
    await expect(played).rejects.toThrow('not in time')
  })

  test('timeoutMs bounds every step', async () => {
    const clock = manualClock()
    const played = play('> A\n< OK', scripted(), { clock, timeoutMs: 50 })
    await clock.advance(50)
    await expect(played).rejects.toBeInstanceOf(TranscriptMismatch)
  })

  test('quietMs finds what comes a little later', async () => {
    const line = scripted(['\r\nOK\r\n'])
    const clock = manualClock()
    const played = play('> A\n< OK', line, { clock, quietMs: 20 })
    await clock.advance(10)
    line.reply('\r\nLATE\r\n')
    await clock.advance(10)
    await expect(played).rejects.toMatchObject({ expected: 'nothing more', got: 'LATE\\r\\n' })
  })

  test('secrets that were expected are in no report', async () => {
    const row = '+CMQTTCONNECT: 0,"tcp://b",60,1,"u","geheim"'
    const played = play(`> AT+CMQTTCONNECT?\n< ${row}\n~ ${row}\n< OK`, scripted(['\r\n+CMQTTCONNECT: 0\r\n']))
    const error = await played.then(
      () => undefined,
      (reason) => reason,
    )
    expect(error).toBeInstanceOf(TranscriptMismatch)
    expect(`${error.message}${JSON.stringify(error)}`).not.toContain('geheim')
    expect(error.expected).toContain('"u","******"')
  })

  test('the message says where, what was cited, expected, got and sent', async () => {
    const played = play('@cite §2.2.3\n> AT+CMQTTSUB=0,"\\"\n< OK', scripted(['\r\n+X: \xff\r\n']))
    await expect(played).rejects.toThrow(
      [
        'x.at:3 (§2.2.3): the answer differs',
        '  expected:  OK',
        '  got:       +X: \\xff\\r\\n',
        '  last sent: AT+CMQTTSUB=0,"\\\\"\\r',
      ].join('\n'),
    )
  })
})
