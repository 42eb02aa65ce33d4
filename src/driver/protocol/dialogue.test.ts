import { array, assert, constantFrom, integer, nat, oneof, property, tuple, uint8Array } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bytesOf, textOf } from '../../at/syntax/bytes.ts'
import type { Request } from './answer.ts'
import { Dialogue } from './dialogue.ts'

const plain = (line: string, name = `+${/\+([A-Z]+)/.exec(line)?.[1]}`): Request => ({
  line,
  name,
  information: 'named',
  finalMs: 1000,
})
const deferring = (line: string, name: string, clientIndex?: number): Request => ({
  ...plain(line, name),
  result: { ...(clientIndex !== undefined && { clientIndex }), deferred: true },
  resultMs: 60_000,
})
const prompting = (line: string, data: string): Request => ({
  ...plain(line),
  data: bytesOf(data),
  result: { clientIndex: 0, deferred: false },
})

/** A dialogue that writes down what it tells, one line each. */
function rig(echoesData = true) {
  const told: string[] = []
  const sent: string[] = []
  const dialogue = new Dialogue(
    {
      send: (bytes) => sent.push(textOf(bytes)),
      answer: (answer) => told.push(`answer ${JSON.stringify(answer)}`),
      result: (name, index, result) => told.push(`result ${name} ${index ?? '-'} ${JSON.stringify(result)}`),
      message: ({ clientIndex, topic, payload }) =>
        told.push(`message ${clientIndex} ${textOf(topic)} ${JSON.stringify(textOf(payload))}`),
      damaged: (index, reason) => told.push(`damaged ${index ?? '-'} ${reason}`),
      urc: (text) => told.push(`urc ${text}`),
      stray: (text) => told.push(`stray ${text}`),
      late: (name, index, code) => told.push(`late ${name} ${index ?? '-'} ${code}`),
      unasked: (kind, text) => told.push(`unasked ${kind} ${text}`),
      portBusy: (text) => told.push(`port busy ${text}`),
      seen: () => {},
    },
    { echoesData },
  )
  let now = 0
  return {
    dialogue,
    told,
    sent,
    begin: (request: Request) => dialogue.begin(request, now),
    feed: (text: string) => dialogue.feed(bytesOf(text), now),
    /** Byte by byte. */
    drip: (text: string) => {
      for (const character of text) dialogue.feed(bytesOf(character), now)
    },
    wait: (ms: number) => {
      const end = now + ms
      for (let due = dialogue.deadline(); due <= end; due = dialogue.deadline()) {
        now = Math.max(now, due)
        dialogue.time(now)
      }
      now = end
    },
  }
}

const received =
  '\r\n+CMQTTRXSTART: 0,3,4\r\n+CMQTTRXTOPIC: 0,3\r\na/b\r\n+CMQTTRXPAYLOAD: 0,4\r\n\r\nOK\r\n+CMQTTRXEND: 0\r\n'
const message = 'message 0 a/b "\\r\\nOK"'
const ok = (...lines: string[]) => `answer ${JSON.stringify({ kind: 'ok', lines })}`

describe.each([
  ['whole', 'feed'],
  ['byte by byte', 'drip'],
] as const)('%s', (_, how) => {
  test.each([
    ['without echo', ''],
    ['with echo', 'AT+CSQ\r'],
  ])('an answer %s', (_name, echo) => {
    const r = rig()
    r.begin(plain('AT+CSQ'))
    r[how](`${echo}\r\n+CSQ: 23,0\r\n\r\nOK\r\n`)
    expect(r.sent).toEqual(['AT+CSQ\r'])
    expect(r.told).toEqual([ok('+CSQ: 23,0')])
    expect(r.dialogue.echo).toBe(echo ? 'on' : 'off')
  })

  test('a message and unsolicited lines between command, information and OK are not taken for its answer', () => {
    const r = rig()
    r.begin(plain('AT+CSQ'))
    r[how](`AT+CSQ\r\r\nSMS DONE\r\n${received}\r\n+CSQ: 23,0\r\n\r\n+CMQTTCONNLOST: 1,2\r\n${received}\r\nOK\r\n`)
    expect(r.told).toEqual(['urc SMS DONE', message, 'urc +CMQTTCONNLOST: 1,2', message, ok('+CSQ: 23,0')])
  })

  test.each([
    ['CR LF > CR LF', '\r\n>\r\n', ''],
    ['CR LF >', '\r\n>', ''],
    ['an unsolicited line first', `\r\nPB DONE\r\n\r\n>\r\n`, 'urc PB DONE'],
    ['a message first', `${received}\r\n>`, message],
  ])('a prompt: %s', (_name, prompt, before) => {
    const r = rig()
    r.begin(prompting('AT+CMQTTTOPIC=0,3', 'a/b'))
    expect(r.sent).toHaveLength(1)
    r[how](prompt)
    expect(r.sent).toEqual(['AT+CMQTTTOPIC=0,3\r', 'a/b'])
    r[how]('\r\nOK\r\n')
    expect(r.told).toEqual([...(before ? [before] : []), ok()])
  })

  const awkward = ['a/b', '\r\nOK\r\n', '\r\n', '\r', '>', '\r\nERROR\r\n\r\n+CMQTTPAYLOAD: 0,14\r\n', 'OK\r\n']
  test.each(awkward.flatMap((data) => ['\r\n>\r\n', '\r\n>'].map((prompt) => [data, prompt])))(
    'data %j come back as an echo behind %j',
    (data, prompt) => {
      const r = rig()
      r.begin(prompting('AT+CMQTTPAYLOAD=0,9', data))
      r[how](`AT+CMQTTPAYLOAD=0,9\r${prompt}`)
      r[how](`${data}\r\nOK\r\n`)
      expect(r.told).toEqual([ok()])
    },
  )

  test.each(['a/b', '\r\nOK', 'OK\r\n'])('data %j do not come back: echo is off, or of commands alone', (data) => {
    for (const [echo, echoesData] of [
      ['', true],
      ['AT+CMQTTPAYLOAD=0,9\r', false],
    ] as const) {
      const r = rig(echoesData)
      r.begin(prompting('AT+CMQTTPAYLOAD=0,9', data))
      r[how](`${echo}\r\n>\r\n\r\nOK\r\n`)
      expect(r.told).toEqual([ok()])
    }
  })

  test('deferred results go to their commands, whatever runs meanwhile', () => {
    const r = rig()
    r.begin(deferring('AT+CMQTTSUB=0,3,1', '+CMQTTSUB', 0))
    r[how]('\r\nOK\r\n')
    r.begin(deferring('AT+CMQTTPUB=1,1,60', '+CMQTTPUB', 1))
    r[how]('\r\n+CMQTTSUB: 0,0\r\n\r\nOK\r\n\r\n+CMQTTPUB: 1,17\r\n')
    const code = (n: number) => JSON.stringify({ kind: 'code', code: n })
    expect(r.told).toEqual([ok(), `result +CMQTTSUB 0 ${code(0)}`, ok(), `result +CMQTTPUB 1 ${code(17)}`])
  })

  test.each([
    ['behind OK', '\r\nOK\r\n\r\n+CMQTTSTART: 0\r\n'],
    ['before OK', '\r\n+CMQTTSTART: 0\r\n\r\nOK\r\n'],
    ['with a context', '\r\nOK\r\n\r\n+CMQTTSTART: 0,1\r\n'],
  ])('a result %s', (_name, answer) => {
    const r = rig()
    r.begin(deferring('AT+CMQTTSTART', '+CMQTTSTART'))
    r[how](answer)
    expect(r.told).toEqual([ok(), 'result +CMQTTSTART - {"kind":"code","code":0}'])
  })

  test.each([
    ['a bare ERROR', '\r\nERROR\r\n', { kind: 'error', lines: [] }],
    ['a code', '\r\n+CMQTTPUB: 0,11\r\n\r\nERROR\r\n', { kind: 'error', lines: [], code: 11 }],
    ['+CME ERROR', '\r\n+CME ERROR: SIM not inserted\r\n', { kind: 'cme', text: 'SIM not inserted' }],
  ])('%s', (_name, text, answer) => {
    const r = rig()
    r.begin(deferring('AT+CMQTTPUB=0,1,60', '+CMQTTPUB', 0))
    r[how](text)
    expect(r.told).toEqual([`answer ${JSON.stringify(answer)}`])
  })

  test('a list of raw rows ends with the OK behind an empty line', () => {
    const r = rig()
    r.begin({ ...plain('AT+CMQTTSUB?', '+CMQTTSUB'), information: 'rows' })
    r[how]('AT+CMQTTSUB?\r\r\n+CMQTTSUB:\r\nOK\r\nERROR\r\na\rb\r\r\n\r\nOK\r\n')
    expect(r.told).toEqual([ok('+CMQTTSUB:', 'OK', 'ERROR', 'a\rb\r')])
  })
})

describe('limits', () => {
  test('no final result, then one that is late', () => {
    const r = rig()
    r.begin(deferring('AT+CMQTTPUB=0,1,60', '+CMQTTPUB', 0))
    r.wait(1100)
    expect(r.told).toEqual(['answer {"kind":"silent","awaited":"final"}'])
    expect(r.dialogue.aligned).toBe(false)
    r.feed('\r\nOK\r\n\r\n+CMQTTPUB: 0,0\r\n')
    expect(r.told.slice(1)).toEqual(['stray OK', 'late +CMQTTPUB 0 0'])
  })

  test('no result, then one that is late, in front of the next OK or behind the time', () => {
    const r = rig()
    r.begin(deferring('AT+CMQTTPUB=0,1,60', '+CMQTTPUB', 0))
    r.feed('\r\nOK\r\n')
    r.wait(60_000)
    expect(r.told.slice(1)).toEqual(['result +CMQTTPUB 0 {"kind":"silent","awaited":"result"}'])
    r.begin(deferring('AT+CMQTTPUB=0,1,60', '+CMQTTPUB', 0))
    r.feed('\r\n+CMQTTPUB: 0,0\r\n\r\nOK\r\n\r\n+CMQTTPUB: 0,17\r\n')
    expect(r.told.slice(2)).toEqual(['late +CMQTTPUB 0 0', ok(), 'result +CMQTTPUB 0 {"kind":"code","code":17}'])
  })

  test('a late result in front of a refusal', () => {
    const r = rig()
    r.begin(deferring('AT+CMQTTPUB=0,1,60', '+CMQTTPUB', 0))
    r.feed('\r\nOK\r\n')
    r.wait(60_000)
    r.begin(deferring('AT+CMQTTPUB=0,1,60', '+CMQTTPUB', 0))
    r.feed('\r\n+CMQTTPUB: 0,0\r\n\r\n+CMQTTPUB: 0,18\r\n\r\nERROR\r\n')
    expect(r.told.slice(2)).toEqual(['late +CMQTTPUB 0 0', 'answer {"kind":"error","lines":[],"code":18}'])
  })

  test('a prompt behind a refusal is a line like any other', () => {
    const r = rig()
    r.begin(prompting('AT+CMQTTTOPIC=0,3', 'a/b'))
    r.feed('\r\nERROR\r\n\r\n>\r\n')
    expect([r.sent.length, r.told.at(-1)]).toEqual([1, 'urc >'])
  })

  test('no prompt: nothing of the data is sent, not even when it comes late', () => {
    const r = rig()
    r.begin(prompting('AT+CMQTTTOPIC=0,3', 'a/b'))
    r.feed('\r\nOK\r\n')
    r.wait(1100)
    expect(r.told).toEqual(['answer {"kind":"silent","awaited":"prompt"}'])
    r.feed('\r\n>\r\n')
    expect(r.sent).toEqual(['AT+CMQTTTOPIC=0,3\r'])
  })

  test('a line that begins with > is no prompt', () => {
    const r = rig()
    r.begin(prompting('AT+CMQTTTOPIC=0,3', 'a/b'))
    r.feed('\r\n> something\r\n\r\nERROR\r\n')
    expect(r.sent).toHaveLength(1)
  })

  test('a busy line: the answer stands behind what comes, and is waited for, but not for ever', () => {
    const r = rig()
    r.begin(plain('AT+CSQ'))
    for (let i = 0; i < 20; i++) {
      r.feed('\r\nRING\r\n')
      r.wait(100)
    }
    expect(r.told.filter((line) => line.startsWith('answer'))).toEqual([])
    for (let i = 0; i < 60; i++) {
      r.feed('\r\nRING\r\n')
      r.wait(100)
    }
    expect(r.told.filter((line) => line.startsWith('answer'))).toEqual(['answer {"kind":"silent","awaited":"final"}'])
  })

  test.each(['+CMQTTRXTOPIC: 0,3', '+CMQTTRXTOPIC: 0,3\r', '+CMQTTRXPAYLOAD: 0,'])(
    '%j, of which no more comes, announces nothing: what follows is read',
    (cut) => {
      const r = rig()
      r.feed(`\r\n+CMQTTRXSTART: 0,3,4\r\n${cut}`)
      r.wait(1999)
      expect(r.told).toEqual([])
      r.wait(1)
      expect(r.told).toEqual(['damaged 0 bytes of it are missing or surplus'])
      r.begin(plain('AT+CSQ'))
      r.feed('\r\n+CSQ: 1,0\r\n\r\nOK\r\n')
      expect(r.told.at(-1)).toContain('+CSQ: 1,0')
    },
  )

  test('a body that does not come is given up, and what follows is read', () => {
    const r = rig()
    r.feed('\r\n+CMQTTRXSTART: 0,3,4\r\n+CMQTTRXTOPIC: 0,3\r\na')
    r.wait(2000)
    expect(r.told).toEqual(['damaged 0 bytes of it are missing or surplus'])
    r.begin(plain('AT+CSQ'))
    r.feed('\r\n+CSQ: 1,0\r\n\r\nOK\r\n')
    r.feed(received)
    expect(r.told.slice(1)).toEqual([ok('+CSQ: 1,0'), message])
  })

  test('a closed port ends everything', () => {
    const r = rig()
    r.begin(deferring('AT+CMQTTSUB=0,3,1', '+CMQTTSUB', 0))
    r.feed('\r\nOK\r\n')
    r.begin(plain('AT+CSQ'))
    r.dialogue.abandon('closed')
    expect(r.told.slice(1)).toEqual(['result +CMQTTSUB 0 {"kind":"closed"}', 'answer {"kind":"closed"}'])
    expect(r.dialogue.deadline()).toBe(Number.POSITIVE_INFINITY)
  })
})

test.each([
  ['a byte of the payload is missing', received.replace('\r\n\r\nOK', '\r\n\r\nO')],
  ['a byte of the payload is surplus', received.replace('\r\n\r\nOK', '\r\n\r\nOKK')],
  ['a part comes twice', received.replace(/\+CMQTTRXTOPIC: 0,3\r\na\/b\r\n/, '$&$&')],
  ['a part is missing', received.replace('+CMQTTRXTOPIC: 0,3\r\na/b\r\n', '')],
  ['the beginning is missing', received.replace('\r\n+CMQTTRXSTART: 0,3,4', '')],
  ['the length is 4 GB', received.replace('PAYLOAD: 0,4', 'PAYLOAD: 0,4294967296')],
  ['the announced length is 4 GB', received.replace('0,3,4', '0,3,4294967296')],
  ['the index is wrong', received.replace('END: 0', 'END: 1')],
])('a message is not delivered when %s; the next one is', (_name, text) => {
  const r = rig()
  r.feed(text)
  r.wait(5000)
  expect(r.told.some((line) => line.startsWith('damaged'))).toBe(true)
  expect(r.told.filter((line) => line.startsWith('message'))).toEqual([])
  r.feed(`\r\n${received}`)
  expect(r.told.filter((line) => line.startsWith('message'))).toEqual([message])
})

test('parts that are more than was announced are dropped as they come, not collected', () => {
  const r = rig()
  r.feed('\r\n+CMQTTRXSTART: 0,3,4\r\n+CMQTTRXPAYLOAD: 0,4\r\nabcd\r\n+CMQTTRXPAYLOAD: 0,1\r\n')
  expect(r.told).toEqual(['damaged 0 its parts are longer than announced'])
})

describe('any bytes', () => {
  const pieces = [
    received,
    'OK\r\n',
    '\r\n>',
    '+CMQTTRXPAYLOAD: 0,4294967295\r\n',
    '+CMQTTPUB: 0,0\r\n',
    '\xff',
    'AT+X\r',
    '+',
  ]
  const noise = oneof(uint8Array({ maxLength: 40 }), constantFrom(...pieces.map(bytesOf)))

  test('every command has one answer and one result at the latest, and the next one is understood', () => {
    const steps = array(tuple(noise, integer({ min: 0, max: 3000 })), { maxLength: 30 })
    assert(
      property(steps, (list) => {
        const r = rig()
        r.begin({ ...deferring('AT+CMQTTPUB=0,1,60', '+CMQTTPUB', 0), data: bytesOf('x') })
        for (const [bytes, ms] of list) {
          r.feed(textOf(bytes))
          r.wait(ms)
        }
        r.wait(200_000)
        expect(r.told.filter((line) => line.startsWith('answer'))).toHaveLength(1)
        const accepted = r.told.some((line) => line.startsWith('answer {"kind":"ok"'))
        expect(r.told.filter((line) => line.startsWith('result'))).toHaveLength(accepted ? 1 : 0)
        r.feed('\r\n')
        r.begin(plain('AT+CSQ'))
        r.feed('\r\n+CSQ: 1,0\r\n\r\nOK\r\n')
        expect(r.told).toContain(ok('+CSQ: 1,0'))
      }),
      { numRuns: 2000 },
    )
  })

  const delivered = (bytes: Uint8Array): string[] => {
    const r = rig()
    r.feed(textOf(bytes))
    r.wait(5000)
    return r.told.filter((line) => line.startsWith('message'))
  }
  const bodies = ['a/b\r\n+', '\r\nOK\r\n+'].map((body) => received.indexOf(body))
  const inBody = (at: number) => bodies.some((from, i) => at >= from && at < from + (i === 0 ? 3 : 4))

  test('a message that lost a byte anywhere is delivered as it was, or not at all', () => {
    for (let at = 0; at < received.length; at++) {
      const lost = delivered(bytesOf(received.slice(0, at) + received.slice(at + 1)))
      expect([at, lost.filter((text) => text !== message)]).toEqual([at, []])
      if (inBody(at)) expect([at, lost]).toEqual([at, []])
    }
  })

  test('a message with a changed byte in its frame is delivered as it was, or not at all', () => {
    const place = nat(received.length - 1).filter((at) => !inBody(at))
    assert(
      property(place, nat(255), (at, byte) => {
        const changed = bytesOf(received)
        changed[at] = byte
        expect(delivered(changed).filter((text) => text !== message)).toEqual([])
      }),
      { numRuns: 3000 },
    )
  })

  test('an endless line takes no memory', () => {
    const r = rig()
    r.begin(plain('AT+CSQ'))
    const block = 'x'.repeat(65_536)
    for (let i = 0; i < 400; i++) r.feed(block)
    r.feed('\r\n')
    expect(r.told.every((line) => line.length < 9000)).toBe(true)
    r.feed('+CSQ: 1,0\r\n\r\nOK\r\n')
    expect(r.told.at(-1)).toBe(ok('+CSQ: 1,0'))
  })

  test('an endless response is kept up to a limit', () => {
    const r = rig()
    r.begin(plain('AT+CSQ'))
    for (let i = 0; i < 5000; i++) r.feed(`\r\n+CSQ: ${'9'.repeat(200)}\r\n`)
    r.feed('\r\nOK\r\n')
    expect(r.told).toHaveLength(1)
    expect(r.told[0]!.length).toBeLessThan(300_000)
  })
})

test('what is kept is counted: a line, a body as announced, a message, an echo, a response', () => {
  const { dialogue, begin, feed } = rig()
  const kept = (text: string) => {
    feed(text)
    return dialogue.buffered
  }
  expect(kept('\r\n+CMQTTR')).toBe(7)
  expect(kept('XSTART: 0,3,5000\r\n')).toBe(0)
  expect(kept('+CMQTTRXTOPIC: 0,3\r\na')).toBe(3)
  expect(kept('/b\r\n')).toBe(3)
  expect(kept('+CMQTTRXPAYLOAD: 0,1500\r\nx')).toBe(1503)
  expect(kept(`${'x'.repeat(1499)}\r\n`)).toBe(1503)
  expect(kept('+CMQTTRXSTART: 0,1,1\r\n')).toBe(0)
  begin(prompting('AT+CMQTTTOPIC=0,4', 'abcd'))
  expect(kept('AT+CMQTTTOPIC=0,4\r\r\n>')).toBe(0)
  expect(kept('\r\nab')).toBe(4)
  expect(kept('cd\r\n+CMQTTTOPIC: hello\r\n')).toBe(18)
  expect(kept('\r\nOK\r\n')).toBe(0)
})

describe('another program on the port', () => {
  const publish: Request = {
    ...plain('AT+CMQTTPUB=0,1,60'),
    result: { clientIndex: 0, deferred: true },
    resultMs: 99_000,
  }

  test('answers, command lines, results and positions that nobody has asked for are told', () => {
    const r = rig()
    r.feed('AT+CSQ\r\r\n+CSQ: 23,0\r\n\r\nOK\r\n\r\n+CMQTTSUB: 1,0\r\n$GNRMC,1,V\r\n\r\n+CREG: 1\r\n')
    expect(r.told.filter((text) => text.startsWith('unasked'))).toEqual([
      'unasked echo AT+CSQ',
      'unasked answer OK',
      'unasked result +CMQTTSUB: 1,0',
      'unasked sentence $GNRMC,1,V',
    ])
    expect(r.dialogue.isDisturbed(0)).toBe(true)
  })

  test('a late answer to a command of ours, and its result by another name, are none', () => {
    const r = rig()
    r.begin(plain('AT+CSQ'))
    r.wait(60_000)
    r.feed('\r\n+CSQ: 1,0\r\n\r\nOK\r\n')
    r.dialogue.realigned()
    r.begin(publish)
    r.feed('\r\nOK\r\n\r\n+CMQTTTOPIC: 0,0\r\n')
    expect(r.told.filter((text) => text.startsWith('unasked'))).toEqual([])
    expect(r.dialogue.isDisturbed(0)).toBe(false)
  })

  test('an OK that may not have been ours: the result is awaited for 6 s', () => {
    const r = rig()
    r.begin(publish)
    r.feed('\r\nOK\r\n')
    r.wait(1000)
    expect(r.dialogue.deadline()).toBe(99_000)
    r.feed('\r\nOK\r\n')
    r.wait(6000)
    expect(r.told.at(-1)).toBe('result +CMQTTPUB 0 {"kind":"silent","awaited":"result"}')
    r.begin(publish)
    r.feed('\r\nOK\r\n')
    expect(r.dialogue.deadline()).toBe(13_000)
  })

  test('while echo is on, what comes before the echo of a command is no answer to it', () => {
    const r = rig()
    r.begin(plain('AT+CSQ'))
    r.feed('AT+CSQ\r\r\n+CSQ: 1,0\r\n\r\nOK\r\n\r\nOK\r\n')
    r.begin(prompting('AT+CMQTTTOPIC=0,3', 'a/b'))
    r.feed('ATI\r\r\nModel: X\r\n\r\nOK\r\nAT+CMQTTTOPIC=0,3\r\r\n>\r\n')
    r.feed('a/b\r\nOK\r\n')
    expect(r.told.at(-1)).toBe(`answer ${JSON.stringify({ kind: 'ok', lines: [], disturbed: true })}`)
    expect(r.sent.at(-1)).toBe('a/b')
  })

  test('a command that was glued to a line of the other program, and one that was swallowed, end within 3 s', () => {
    const r = rig()
    r.begin(plain('AT+CSQ'))
    r.feed('AT+CSQ\r\r\n+CSQ: 1,0\r\n\r\nOK\r\n\r\nOK\r\n')
    r.begin({ ...plain('AT+CMQTTDISC?'), finalMs: 9000 })
    r.feed('AT+CSAT+CMQTTDISC?\r\r\nERROR\r\n')
    expect(r.told.at(-1)).toBe('answer {"kind":"error","lines":[],"disturbed":true}')
    r.begin({ ...plain('AT+CMQTTDISC?'), finalMs: 9000 })
    r.feed('0AT+CMQTTDISC?\rAT\r\r\nOK\r\n')
    r.wait(3100)
    expect(r.told.at(-1)).toBe('answer {"kind":"silent","awaited":"final"}')
  })

  describe('has switched echo off', () => {
    const echoing = 'AT+CSQ\r\r\n+CSQ: 1,0\r\n\r\nOK\r\n'
    function disturbed() {
      const r = rig()
      r.feed('AT\r\r\nOK\r\n')
      r.begin(plain('AT+CSQ'))
      r.feed(echoing)
      expect(r.dialogue.echo).toBe('on')
      return r
    }

    test.each(['ATE0', 'ATE', 'ATZ', 'AT&F', 'ATE0V1', 'ATE0V1;+CSQ'])(
      'by %s: no echo is awaited behind its answer',
      (line) => {
        const r = disturbed()
        r.feed(`${line}\r\r\nOK\r\n`)
        expect(r.dialogue.echo).toBe('unknown')
        r.begin(plain('AT+CSQ'))
        r.feed('\r\n+CSQ: 2,0\r\n\r\nOK\r\n')
        expect(r.told.at(-1)).toBe('answer {"kind":"ok","lines":["+CSQ: 2,0"]}')
      },
    )

    test.each(['ATE1', 'AT', 'AT+CSQ'])('%s does not', (line) => {
      const r = disturbed()
      r.feed(`${line}\r\r\nOK\r\n`)
      expect(r.dialogue.echo).toBe('on')
    })

    test('and nobody has seen it: a command, also a slow one, ends within 3 s of its answer', () => {
      const r = disturbed()
      r.begin({ ...plain('AT+CFUN=0'), finalMs: 60_000 })
      r.feed('\r\nOK\r\n')
      r.wait(3100)
      expect(r.told.at(-1)).toBe('answer {"kind":"silent","awaited":"final"}')
      expect(r.dialogue.echo).toBe('unknown')
    })

    test('and nobody has seen it: a prompt that nobody fills for 3 s is taken', () => {
      const r = disturbed()
      r.begin({ ...plain('AT+CMQTTTOPIC=0,3'), finalMs: 9000, data: bytesOf('a/b') })
      r.feed('\r\n>')
      expect(r.sent.at(-1)).toBe('AT+CMQTTTOPIC=0,3\r')
      r.wait(3100)
      expect(r.sent.at(-1)).toBe('a/b')
      r.feed('\r\nOK\r\n')
      expect(r.told.at(-1)).toBe('answer {"kind":"ok","lines":[],"disturbed":true}')
    })
  })
})
