import { describe, expect, test } from 'vitest'
import { type Content, contents } from '../at/commands/content.ts'
import { bytesOf, textOf } from '../at/syntax/bytes.ts'
import { parseTranscript } from '../transcript/language/parse.ts'
import { Recorder } from './recorder.ts'
import { type Heard, heardIn, record, spoken } from './testing.ts'

const said = [
  '> AT+CMQTTACCQ=0,"my-client",0\r',
  '< AT+CMQTTACCQ=0,"my-client",0\r\r\nOK\r\n',
  '> AT+CMQTTCONNECT=0,"tcp://b:1883",60,1,"my-user","my-password"\r',
  '< \r\nOK\r\n\r\n+CMQTTCONNECT: 0,0\r\n',
  '> AT+CMQTTTOPIC=0,5\r',
  '< AT+CMQTTTOPIC=0,5\r\r\n>',
  '> a/b/c',
  '< a/b/c\r\nOK\r\n',
  '> AT+CMQTTPAYLOAD=0,8\r',
  '< AT+CMQTTPAYLOAD=0,8\r\r\n>',
  '> 21\r\n.5C\r',
  '< 21\r\n.5C\r\r\nOK\r\n',
  '< \r\n+CMQTTRXSTART: 0,5,8\r\n+CMQTTRXTOPIC: 0,5\r\na/b/c\r\n+CMQTTRXPAYLOAD: 0,8\r\n21\r\n.5C\r\r\n+CMQTTRXEND: 0\r\n',
  '> AT+CEREG?\r',
  '< \r\n+CEREG: 2,1,"1A2B","0123ABCD",7\r\n\r\nOK\r\n',
]
const session = spoken(...said)

const written = (chunks: readonly Heard[], leftOut: readonly Content[]): string =>
  record(chunks, true, leftOut).replace(/^@at .*\n/gm, '')

const values = {
  ...{ password: 'my-password', topic: 'a/b/c' },
  ...{ identity: 'my-client', identity2: 'my-user', location: '1A2B', location2: '0123ABCD' },
  ...{ payload: '21\r\n.5C\r', payload2: '21', payload3: '.5C', payload4: '21\r\n', payload5: '.5C\r' },
}

describe('content that is left out of a recording', () => {
  test.each<readonly [Content, readonly string[]]>([
    [
      'payloads',
      ['>> {payload:8}', '<< {payload4:4}', '<< {payload5:4}', '> AT+CMQTTPAYLOAD=0,8', '< +CMQTTRXTOPIC: 0,5'],
    ],
    ['topics', ['>> {topic:5}', '< {topic:5}', '> AT+CMQTTTOPIC=0,5']],
    [
      'identity',
      ['> AT+CMQTTACCQ=0,"{identity:9}",0', '<< AT+CMQTTACCQ=0,"{identity:9}",0\\r', '"{identity2:7}","{password:11}"'],
    ],
    ['location', ['< +CEREG: 2,1,"{location:4}","{location2:8}",7']],
  ])('%s: holes of the same length', (kind, lines) => {
    const recording = record(session, true, [kind])
    for (const line of lines) expect(recording).toContain(line)
    expect(heardIn(recording, { ...values, broker: 'b:1883' })).toEqual(
      heardIn(record(session, false), { broker: 'b:1883' }),
    )
    const others = contents.filter((other) => other !== kind)
    for (const [other, texts] of Object.entries(ofKind))
      for (const text of texts) expect([other, text, recording.includes(text)]).toEqual([other, text, other !== kind])
    expect(others.flatMap((other) => (recording.includes(`{${holeOf[other]}`) ? [other] : []))).toEqual([])
  })

  test('all of them, in the bytes for a capture too', () => {
    const units: string[] = []
    const recorder = new Recorder({
      redact: true,
      leftOut: contents,
      write() {},
      onUnit: (_, bytes) => units.push(textOf(bytes)),
    })
    for (const { side, text, ms } of session) recorder.take(side, bytesOf(text), ms)
    recorder.finish()
    expect(units.join('')).toHaveLength(session.map(({ text }) => text).join('').length)
    for (const text of Object.values(ofKind).flat()) expect(units.join('')).not.toContain(text)
    expect(units).toContain('AT+CMQTTACCQ=0,"*********",0\r')
    expect(units).toContain('********')
  })

  test('none of them: as without the option', () => {
    expect(record(session, true, [])).toBe(record(session))
  })
})

const ofKind: Readonly<Record<Content, readonly string[]>> = {
  payloads: ['.5C'],
  topics: ['a/b'],
  identity: ['my-client', 'my-user'],
  location: ['1A2B', '0123ABCD'],
}
const holeOf: Readonly<Record<Content, string>> = {
  payloads: 'payload',
  topics: 'topic',
  identity: 'ident',
  location: 'loc',
}

describe('messages that a module gives', () => {
  const frame = (payload: string, announced = payload.length): string =>
    `< \r\n+CMQTTRXSTART: 0,5,${announced}\r\n+CMQTTRXTOPIC: 0,5\r\na/b/c\r\n+CMQTTRXPAYLOAD: 0,${announced}\r\n${payload}\r\n+CMQTTRXEND: 0\r\n`

  test.each([
    ['with lines of a module in it', ['AT'], frame('x\r\nOK\r\ngeheim\r\n\r\n>geheim\r\n+CMQTTRXEND: 0\r\ngeheim')],
    ['longer than announced', ['AT+CSQ'], frame('12345\r\ngeheim', 5)],
    ['shorter than announced', ['AT+CSQ'], frame('geheim', 400)],
    ['in one line', ['AT+CSQ'], '< \r\n+CMQTTRECV: 0,"a/b",12,"x\r\ngeheim"y\r\n'.replace('12', '11')],
    ['in one line, without a length', [], '< \r\n+CMQTTRECV: 0,"a/b","x\r\ngeheim\r\ngeheim"\r\n'],
    ['without its announcement', [], '< \r\n+CMQTTRXPAYL\r\ngeheim\r\n'],
    ['whose line is garbled', [], '< \r\n+CMQXTRXPAYLOAD: 0,6\r\ngeheim\r\n'],
  ])('%s', (_, typed, heard) => {
    for (const leftOut of [contents, ['payloads']] as const) {
      const chunks = spoken(...typed.map((line) => `> ${line}\r`), heard)
      const recording = written(chunks, leftOut)
      expect(recording).not.toContain('geheim')
      expect(() => parseTranscript(record(chunks, true, leftOut), 'x.at')).not.toThrow()
    }
  })

  test('lines behind a message are shown', () => {
    expect(written(spoken('> AT+CSQ\r', frame('geheim'), '< \r\n+CSQ: 20,99\r\n\r\nOK\r\n'), ['payloads'])).toMatch(
      /< \{payload:6\}\n< \+CMQTTRXEND: 0\n<\n< \+CSQ: 20,99\n<\n< OK\n$/,
    )
  })
})

test('data that a host sends though the module has refused them, and lines that nobody has defined', () => {
  const recording = written(
    spoken(
      '> AT+CMQTTPAYLOAD=0,9\r',
      '< \r\nERROR\r\n',
      '> geheimAT+CSQ\r',
      '< geheimAT+CSQ\r\r\nERROR\r\n',
      '> AT+FOO="geheim"\r',
      '< \r\ngeheim\r\n\r\nOK\r\n',
    ),
    ['payloads'],
  )
  expect(recording).not.toContain('geheim')
  expect(recording).toContain('< ERROR\n')
})
