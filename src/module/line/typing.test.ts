import { describe, expect, test } from 'vitest'
import { ERROR, OK, PROMPT, pureModule, refused, said } from '../../../test/support/pure-module.ts'
import { profiles } from '../../at/public.ts'

describe('echo', () => {
  test('is on after power-on: the bytes as typed, the CR too, then the response [line-25]', () => {
    expect(pureModule({ echo: true }).type('aT+cMeE?\r')).toBe(`aT+cMeE?\r${said('+CMEE: 2')}${OK}`)
  })

  test('comes byte by byte, as typed', () => {
    const m = pureModule({ echo: true })
    expect([...'AT\r'].map((key) => m.type(key))).toEqual(['A', 'T', `\r${OK}`])
  })

  test('ATE0 itself is still echoed, ATE1 is not [line-26 line-27]', () => {
    const m = pureModule({ echo: true })
    expect(m.at('E0')).toBe(`ATE0\r${OK}`)
    expect(m.at('')).toBe(OK)
    expect(m.at('E1')).toBe(OK)
    expect(m.at('')).toBe(`AT\r${OK}`)
    expect(m.at('E')).toBe(`ATE\r${OK}`)
    expect(m.at('')).toBe(OK)
  })

  test('belongs to the line [line-1]', () => {
    const m = pureModule().attach(2, true)
    expect(m.at('', 2)).toBe(`AT\r${OK}`)
    expect(m.at('')).toBe(OK)
  })

  test('data is echoed in the profile that does so, and only while E1 [line-29]', () => {
    const m = pureModule({ echo: true }).acquired()
    expect(m.at('+CMQTTTOPIC=0,3')).toBe(`AT+CMQTTTOPIC=0,3\r${PROMPT}`)
    expect(m.type('ab')).toBe('ab')
    expect(m.type('c\r\n')).toBe(`c${OK}`)
    m.at('E0')
    expect(m.prompted('+CMQTTTOPIC=0,3', 'abc')).toBe(PROMPT + OK)
  })

  test.each(['a76xx', 'sim7600'])('%s echoes no data, and its prompt has no line end', (name) => {
    const m = pureModule({ echo: true, profile: profiles[name]! }).connected()
    expect(m.at('+CMQTTTOPIC=0,3')).toBe('AT+CMQTTTOPIC=0,3\r\r\n>')
    expect(m.type('abc\r\n')).toBe(OK)
  })
})

describe('line ends', () => {
  test('an LF straight behind CR is neither echoed nor answered [line-14]', () => {
    const m = pureModule({ echo: true })
    expect(m.type('AT\r\nAT\r\n')).toBe(`AT\r${OK}AT\r${OK}`)
    expect(m.type('\n')).toBe('\n')
  })

  test.each([
    ['CR LF host', 'AT\r\n', '\n', ''],
    ['CR host', 'AT\rAT\r', '\n', '\n'],
    ['host of which nothing is learnt', '', '\n', ''],
  ])('%s: what an LF at the start of data is [line-15 line-16 line-17 line-18]', (_, learnt, first, taken) => {
    const m = pureModule().acquired()
    // The helpers end lines with CR alone; a host that comes anew is unknown again.
    m.input({ type: 'host', line: 1, present: false }).input({ type: 'host', line: 1, present: true })
    m.type(learnt)
    expect(m.type('AT+CMQTTTOPIC=0,3\r')).toBe(PROMPT)
    m.type(first)
    expect(m.type('abc'.slice(taken.length))).toBe(OK)
    expect(topicOf(m.state)).toBe(`${taken}${'abc'.slice(taken.length)}`)
  })

  test.each(['AT+CMQTTTOPIC=0,3\r\n\nab', 'AT+CMQTTTOPIC=0,3\r\n|\nab'])('one LF only is swallowed: %j', (typed) => {
    const m = pureModule().acquired()
    m.type('AT\r\n')
    for (const chunk of typed.split('|')) m.type(chunk)
    expect(topicOf(m.state)).toBe('\nab')
  })

  test('what the last byte behind a CR in command state said counts [line-15]', () => {
    const m = pureModule({ echo: false }).acquired()
    m.type('AT\rAT\r')
    expect(m.type('AT+CMQTTTOPIC=0,1\r\n')).toBe(PROMPT + OK)
    expect(topicOf(m.state)).toBe('\n')
    m.type('AT\r\nAT\r\n')
    expect(m.type('AT+CMQTTTOPIC=0,1\r\nx')).toBe(PROMPT + OK)
    expect(topicOf(m.state)).toBe('x')
  })

  test.each([
    ['', ''],
    ['\r', ''],
    ['\n', ''],
    ['\r\n', ''],
    ['\n\r', ''],
    ['\r\n\r', '\r'],
    ['\r\r', '\r'],
    ['\r\n\n', '\n'],
  ])('behind data at most one CR and one LF are swallowed: %j [line-64]', (behind, echoed) => {
    for (const cut of [0, 1, 2]) {
      const m = pureModule({ echo: true }).acquired()
      m.prompted('+CMQTTTOPIC=0,1', 'x')
      expect(m.type(behind.slice(0, cut)) + m.type(behind.slice(cut))).toBe(echoed)
      expect(m.at('')).toBe(echoed === '\n' ? 'AT\r' : `AT\r${OK}`)
    }
  })
})

describe('what is no command', () => {
  test('an empty line and one that does not begin with AT are echoed and get no answer [line-20]', () => {
    const m = pureModule({ echo: true })
    expect(m.type('\r')).toBe('\r')
    expect(m.type('hello\r')).toBe('hello\r')
    expect(m.type(' AT\r')).toBe(' AT\r')
    expect(m.type('A\r')).toBe('A\r')
    expect(m.type('T\0\xff\r')).toBe('T\0\xff\r')
    expect(m.at('')).toBe(`AT\r${OK}`)
  })

  test('bytes sent blindly behind a refusal are read as command lines [order-8]', () => {
    const m = pureModule()
    m.at('+CMQTTSTART')
    expect(m.type('AT+CMQTTTOPIC=0,5\rhello\rAT\r')).toBe(`${refused('+CMQTTTOPIC: 0,20')}${OK}`)
  })
})

describe('A/', () => {
  test('repeats the last line at once, without CR, in any case and however it is cut [line-21]', () => {
    const m = pureModule({ echo: true })
    m.at('+CMEE=1')
    m.at('+CMEE?')
    const again = `${said('+CMEE: 1')}${OK}`
    expect(m.type('A/')).toBe(`A/${again}`)
    expect(m.type('a')).toBe('a')
    expect(m.type('/')).toBe(`/${again}`)
    expect(m.type('A/A/')).toBe(`A/${again}A/${again}`)
  })

  test('repeats a prompt too, and a line that failed', () => {
    const m = pureModule().acquired()
    expect(m.prompted('+CMQTTTOPIC=0,2', 'ab')).toBe(PROMPT + OK)
    expect(m.type('A/cd')).toBe(PROMPT + OK)
    expect(topicOf(m.state)).toBe('cd')
    expect(m.at('+NONSENSE')).toBe(ERROR)
    expect(m.type('A/')).toBe(ERROR)
  })

  test('is what stands at the start of a line only, backspaces applied', () => {
    const m = pureModule()
    m.at('+CMEE?')
    expect(m.type('xA/\r')).toBe('')
    expect(m.type('x\bA/')).toBe(`${said('+CMEE: 2')}${OK}`)
    expect(m.type('AT\b/')).toBe(`${said('+CMEE: 2')}${OK}`)
  })
})

describe('backspace', () => {
  test('takes the last byte back, is echoed, and does nothing on an empty line [line-23]', () => {
    const m = pureModule({ echo: true })
    expect(m.type('\b\bAX\bT\r')).toBe(`\b\bAX\bT\r${OK}`)
    expect(m.type('AT+CMEX\b')).toBe('AT+CMEX\b')
    expect(m.type('E?\r')).toBe(`E?\r${said('+CMEE: 2')}${OK}`)
  })

  test('is a data byte behind a prompt', () => {
    const m = pureModule().acquired()
    expect(m.prompted('+CMQTTTOPIC=0,3', 'a\bc')).toBe(PROMPT + OK)
    expect(topicOf(m.state)).toBe('a\bc')
  })
})

function topicOf(state: ReturnType<typeof pureModule>['state']): string | undefined {
  const client = state.service.mqtt.kind === 'started' ? state.service.mqtt.clients[0] : undefined
  const topic = client && client.kind !== 'free' ? client.acquired.staged.topic : undefined
  return topic && Buffer.from(topic).toString('latin1')
}
