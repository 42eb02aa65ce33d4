import { describe, expect, test } from 'vitest'
import { bytesOf } from '../../at/syntax/bytes.ts'
import { parseTranscript } from '../language/parse.ts'
import { type ModulePlayOptions, playAsModule } from './play-module.ts'
import { manualClock, scripted } from './testing.ts'

/** Plays the module to a host that sends `inputs`, one a turn; gives what the module said, and how it ended. */
async function toHost(text: string, inputs: readonly string[], options: Partial<ModulePlayOptions> = {}) {
  const line = scripted()
  const clock = manualClock()
  const said = playAsModule(parseTranscript(text, 'x.at'), line, { clock, ...options }).then(
    () => 'done',
    (error: Error) => error.message,
  )
  for (const input of inputs) {
    await clock.advance(0)
    line.reply(input)
  }
  await clock.advance(10_000)
  return { sent: line.sent.join(''), end: await said }
}

const session = [
  '> AT+CMQTTTOPIC={client},9',
  '<prompt',
  '>> simcommsg',
  '< OK',
  '~ +CMQTTRXTOPIC: {client},9',
  '~~ simcommsg',
  '> AT+CSQ',
  '< +CSQ: {0-31},{*}',
  '< OK',
].join('\n')

describe('the module of a transcript', () => {
  test('answers what it says, in frames', async () => {
    const { sent, end } = await toHost(session, ['AT+CMQTTTOPIC=1,9\r\n', 'simcommsg', 'AT+CSQ\r\n'])
    expect(end).toBe('done')
    expect(sent).toBe('\r\n>\r\nOK\r\n\r\n+CMQTTRXTOPIC: 1,9\r\nsimcommsg\r\n\r\n+CSQ: 0,\r\n\r\nOK\r\n')
  })

  test('takes type-ahead, cut anywhere', async () => {
    const whole = 'AT+CMQTTTOPIC=0,9\rsimcommsgAT+CSQ\r'
    expect(await toHost(session, [whole])).toMatchObject({ end: 'done' })
    expect(await toHost(session, [...whole])).toMatchObject({ end: 'done' })
  })

  test('strict: exactly these bytes, both ways', async () => {
    const text = '@strict\n> AT\n<< AT\\r\n<\n< OK\n>> \\n'
    expect(await toHost(text, ['AT\r\n'])).toEqual({ sent: 'AT\r\r\nOK\r\n', end: 'done' })
    expect((await toHost(text, ['AT\r\r'])).end).toContain('x.at:6: the answer differs')
  })

  test('holes of a length that nobody fills are zeros; those that the host fills come back', async () => {
    const text = '@strict\n> AT+P={password:6}\n<< AT+P={password:6}\\r\n< {imei:5}\n< {imsi:3}'
    const { sent } = await toHost(text, ['AT+P=secret\r'], { values: { imsi: '262' } })
    expect(sent).toBe('AT+P=secret\r00000\r\n262\r\n')
  })

  test.each([
    ['another command', session, ['AT+CSQ\r'], 'x.at:1: the answer differs'],
    ['other data', session, ['AT+CMQTTTOPIC=0,9\r', 'simcomMSG'], 'x.at:3: the answer differs'],
    ['more than there is', '> A\n< OK', ['A\rB'], 'nothing more'],
    ['a hole without value', '> A\n< {x}', ['A\r'], 'x.at:2: there is no value for {x}.'],
  ])('%s ends it', async (_, text, inputs, sentence) => {
    expect((await toHost(text, inputs)).end).toContain(sentence)
  })

  test('a host that stays away is waited for as long as asked', async () => {
    const { end } = await toHost('> A\n< OK', [], { timeoutMs: 9000 })
    expect(end).toContain('x.at:1: the answer differs (not in time)')
  })

  test('the recorded pauses, chunks and delays', async () => {
    const line = scripted()
    const clock = manualClock()
    const text = '@at 1\n> A\n@at 1.2 2@1.3\n< OK\n@chunk 3\n@delay 1s\n< YES'
    const played = playAsModule(parseTranscript(`@strict\n${text}`, 'x.at'), line, { clock, realTime: true })
    line.reply('A\r')
    await clock.advance(199)
    expect(line.sent).toEqual([])
    await clock.advance(1)
    expect(line.sent).toEqual(['OK'])
    await clock.advance(100)
    expect(line.sent).toEqual(['OK', '\r\n'])
    await clock.advance(1000)
    await played
    expect(line.sent).toEqual(['OK', '\r\n', 'YES', '\r\n'])
  })

  test('bytes of a payload, whatever they are', async () => {
    const text = '> A\n>> \\x00\\xff\\r\n<< \\x00\\xff\\r'
    const { sent } = await toHost(text, ['A\r', '\x00\xff\r'])
    expect(bytesOf(sent)).toEqual(bytesOf('\x00\xff\r\r\n'))
  })
})
