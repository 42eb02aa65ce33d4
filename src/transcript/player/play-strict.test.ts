import { describe, expect, test } from 'vitest'
import { manualClock, play, scripted } from './testing.ts'

describe('@strict', () => {
  const session = [
    '@strict',
    '> AT+CMQTTSUB=0,9,1',
    '<< AT+CMQTTSUB=0,9,1\\r',
    '<prompt',
    '<',
    '>> simcommsg',
    '<< simcommsg',
    '<',
    '< OK',
    '<',
    '< +CMQTTSUB: 0,{0-31}',
  ].join('\n')
  const answers = ['AT+CMQTTSUB=0,9,1\r\r\n>\r\n', 'simcommsg\r\nOK\r\n\r\n+CMQTTSUB: 0,0\r\n']

  test('every byte is there: echo, empty lines, prompt', async () => {
    for (const size of [1, 2, 7, 100]) await play(session, scripted(answers, size))
  })

  test.each([
    ['no echo', '\r\n>\r\n', answers[1]!, 'AT+CMQTTSUB=0,9,1\\r', 3],
    ['an LF too few before the prompt', 'AT+CMQTTSUB=0,9,1\r\r>\r\n', answers[1]!, '\\r\\n>', 4],
    ['no CR LF behind the prompt', 'AT+CMQTTSUB=0,9,1\r\r\n>O', answers[1]!, '\\r\\n', 5],
    ['an empty line too many', answers[0]!, 'simcommsg\r\n\r\nOK\r\n', 'OK\\r\\n', 9],
    ['an LF for a CR LF', answers[0]!, 'simcommsg\r\nOK\n\r\n', 'OK\\r\\n', 9],
    ['a CR LF too many at the end', answers[0]!, `${answers[1]}\r\n`, 'nothing more', 11],
  ])('%s is a mismatch', async (_title, first, second, expected, line) => {
    const played = play(session, scripted([first, second]))
    await expect(played).rejects.toMatchObject({ expected, place: { line } })
  })

  test('a block in strict mode stands among lenient steps', async () => {
    const text = '> A\n~ U\n< OK\n@begin b\n@strict\n> B\n<\n< OK\n@end\n> C\n< OK'
    await play(text, scripted(['\r\nOK\r\n\r\nU\r\n', '\r\nOK\r\n', 'C\r\r\n\r\nOK\r\n']))
    await expect(play(text, scripted(['\r\nOK\r\n\r\nU\r\n', 'B\r\r\nOK\r\n']))).rejects.toMatchObject({
      expected: '\\r\\n',
      got: 'B\\r\\r\\nOK\\r\\n',
    })
  })
})

describe('@echo', () => {
  test.each([
    ['on', 'ATE0\r\r\nOK\r\n'],
    ['off', '\r\nOK\r\n'],
  ])('off: whatever it was (%s), what follows is without', async (_, answer) => {
    for (const size of [1, 100]) {
      const line = scripted([answer, '\r\nOK\r\n'], size)
      await play('@strict\n@echo off\n> AT\n<\n< OK', line)
      expect(line.sent).toEqual(['ATE0\r', 'AT\r'])
    }
  })

  test('on; a module that refuses that is a mismatch', async () => {
    const line = scripted(['\r\nOK\r\n', 'AT\r\r\nOK\r\n'])
    await play('@strict\n@echo on\n> AT\n<< AT\\r\n<\n< OK', line)
    expect(line.sent).toEqual(['ATE1\r', 'AT\r'])
    await expect(play('@echo on\n> AT\n< OK', scripted(['\r\nERROR\r\n']))).rejects.toMatchObject({ expected: 'OK' })
  })
})

describe('holes that bind', () => {
  test('in bytes they have a length, and are compared later', async () => {
    const text = '> A\n< LEN: 4\n<< a{id:2}b\n> B{id}\n< {id}'
    const line = scripted(['\r\nLEN: 4\r\naxyb\r\n', '\r\nxy\r\n'], 1)
    await play(text, line)
    expect(line.sent[1]).toBe('Bxy\r')
    await expect(play(text, scripted(['\r\nLEN: 4\r\naxyb\r\n', '\r\nyx\r\n']))).rejects.toThrow('{id}')
  })

  test('a value of bytes has the length that the module was told; of a line it may have another', async () => {
    const text = '> K={key:3}\n>> {key:3}'
    const line = scripted()
    await play(text, line, { values: { key: 'abc' } })
    expect(line.sent).toEqual(['K=abc\r', 'abc'])
    await expect(play(text, scripted(), { values: { key: 'abcd' } })).rejects.toThrow(
      'x.at:2: the value of {key:3} has another length; the module was told 3.',
    )
  })

  test('{name:length} in a line takes so many bytes', async () => {
    await play('> A\n< {imei:3}{rest}', scripted(['\r\n12345\r\n']))
    await expect(play('> A\n< {imei:3}', scripted(['\r\n12345\r\n']))).rejects.toThrow('{imei:3}')
  })
})

describe('directives', () => {
  test('@chunk cuts what is sent, with gaps, until it is off', async () => {
    const line = scripted()
    const clock = manualClock()
    const played = play('@chunk 2 5ms\n> ABCD\n@chunk 3\n> EFG\n@chunk off\n> HIJK', line, { clock })
    await clock.advance(0)
    expect(line.sent).toEqual(['AB'])
    await clock.advance(5)
    expect(line.sent).toEqual(['AB', 'CD'])
    await clock.advance(5)
    await played
    expect(line.sent).toEqual(['AB', 'CD', '\r', 'EFG', '\r', 'HIJK\r'])
  })

  test('@delay waits, and what comes meanwhile is kept', async () => {
    const line = scripted(['\r\nOK\r\n'])
    const clock = manualClock()
    const played = play('> A\n@delay 2s\n> B\n< OK', line, { clock })
    await clock.advance(1999)
    expect(line.sent).toEqual(['A\r'])
    await clock.advance(1)
    await played
    expect(line.sent).toEqual(['A\r', 'B\r'])
  })

  test('@fault is given to whoever can inject it, before the next step', async () => {
    const line = scripted(['\r\nOK\r\n'])
    const injected: unknown[] = []
    const fault = async (name: string, parameters: unknown) => void injected.push([name, parameters, line.sent.length])
    await play('@fault drop {"times":2}\n> A\n< OK', line, { fault })
    expect(injected).toEqual([['drop', { times: 2 }, 0]])
    await expect(play('@fault drop\n> A', scripted())).rejects.toThrow("the fault drop can't be injected here")
  })

  test('@at: as fast as possible, or with the recorded pauses', async () => {
    const text = '@at 10\n> A\n@at 11\n< OK\n@at 11.5 1@11.7\n> B'
    const fast = scripted(['\r\nOK\r\n'])
    await play(text, fast)
    expect(fast.sent).toEqual(['A\r', 'B\r'])
    const line = scripted(['\r\nOK\r\n'])
    const clock = manualClock()
    const played = play(text, line, { clock, realTime: true })
    await clock.advance(499)
    expect(line.sent).toEqual(['A\r'])
    await clock.advance(1)
    expect(line.sent).toEqual(['A\r', 'B'])
    await clock.advance(200)
    await played
    expect(line.sent).toEqual(['A\r', 'B', '\r'])
  })
})

describe('how long a recorded answer is waited for', () => {
  test.each([
    ['20', 37_999, 'in time'],
    ['20', 38_000, 'not in time'],
    ['2', 9_999, 'in time'],
    ['2', 10_000, 'not in time'],
  ])('sent at 1 s, recorded at %s s: an answer after %i ms is %s', async (seconds, comesMs, expected) => {
    const line = scripted()
    const clock = manualClock()
    const played = play(`@at 1\n> A\n@at ${seconds}\n< OK`, line, { clock })
    const ended = played.then(
      () => 'in time',
      ({ reason }) => reason,
    )
    await clock.advance(comesMs)
    line.reply('\r\nOK\r\n')
    expect(await ended).toBe(expected)
  })
})

describe('the two columns of a mismatch', () => {
  test('rows that matched, the one that differs, and those after it', async () => {
    const text = '> A\n~ U: {0-3}\n~~ xy\n< 1\n< 2\n< 3\n< OK\n> B'
    const played = play(text, scripted(['A\r\r\nU: 1\r\nxy\r\n\r\n1\r\n\r\n4\r\n3\r\n']))
    await expect(played).rejects.toMatchObject({
      rows: [
        { state: 'same', expected: 'U: {0-3}', got: 'A\\r\\r\\nU: 1\\r\\n' },
        { state: 'same', expected: 'xy', got: 'xy\\r\\n' },
        { state: 'same', expected: '1', got: '\\r\\n1\\r\\n' },
        { state: 'differs', expected: '2', got: '\\r\\n4\\r\\n' },
        { state: 'behind', expected: '3', got: '3\\r\\n' },
        { state: 'behind', expected: 'OK' },
      ],
    })
  })

  test('at the end of a file there is no next line that is sent', async () => {
    const played = play('> A\n< 1\n< OK', scripted(['\r\n2\r\n']))
    await expect(played).rejects.toMatchObject({ rows: [{ state: 'differs' }, { state: 'behind', expected: 'OK' }] })
  })

  test('nothing came', async () => {
    const clock = manualClock()
    const played = play('> A\n< OK', scripted(), { clock })
    await clock.advance(10_000)
    await expect(played).rejects.toMatchObject({
      rows: [{ state: 'differs', expected: 'OK', got: '' }],
      reason: 'not in time',
    })
  })
})
