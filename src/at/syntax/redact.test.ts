import { array, assert, constantFrom, nat, property } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LineRedactor } from './redact.ts'

/** A text cut at some places, given as any numbers. */
function cut(text: string, places: readonly number[]): string[] {
  const at = [...new Set([0, ...places.map((place) => place % (text.length + 1)), text.length])].sort((a, b) => a - b)
  return at.slice(1).map((end, i) => text.slice(at[i], end))
}

const redacted = (text: string, direction: 'in' | 'out' = 'in'): string => new LineRedactor(direction).take(text)

const server = '0,"tcp://b:1883",60'

describe('what is hidden', () => {
  test.each([
    ['a password', `AT+CMQTTCONNECT=${server},1,"u","secret"\r`, `AT+CMQTTCONNECT=${server},1,"u",***\r`],
    ['without clean_session', `AT+CMQTTCONNECT=${server},,"u","secret"\r`, `AT+CMQTTCONNECT=${server},,"u",***\r`],
    [
      'in any case, with spaces',
      'at+cmqttConnect  = 0 ,"tcp://b",60,1,"u" , "secret" \r',
      'at+cmqttConnect  = 0 ,"tcp://b",60,1,"u" ,***\r',
    ],
    ['behind a semicolon', `ATE0;+CMQTTCONNECT=${server},1,"u","secret"\r`, `ATE0;+CMQTTCONNECT=${server},1,"u",***\r`],
    [
      'before another command',
      `AT+CMQTTCONNECT=${server},1,"u","sec;ret";+CSQ\r`,
      `AT+CMQTTCONNECT=${server},1,"u",***;+CSQ\r`,
    ],
    ['two on a line', `AT+CMQTTCONNECT=${server},1;+CPIN="1234"\r`, `AT+CMQTTCONNECT=${server},1;+CPIN=***\r`],
    ['unquoted', `AT+CMQTTCONNECT=${server},1,u,secret\r`, `AT+CMQTTCONNECT=${server},1,u,***\r`],
    [
      'unquoted with what ends a parameter',
      `AT+CMQTTCONNECT=${server},1,u,sec,ret;x\r`,
      `AT+CMQTTCONNECT=${server},1,u,***;***\r`,
    ],
    [
      'behind an unquoted name with a semicolon',
      `AT+CMQTTCONNECT=${server},1,u;ser,secret\r`,
      `AT+CMQTTCONNECT=${server},1,u;***\r`,
    ],
    [
      'with a parameter too few in front',
      `AT+CMQTTCONNECT=${server},"u","secret"\r`,
      `AT+CMQTTCONNECT=${server},***\r`,
    ],
    ['in the address', 'AT+CMQTTCONNECT=0,"tcp://u:secret@b",60,1\r', 'AT+CMQTTCONNECT=0,***\r'],
    ['with a quote too many', `AT+CMQTTCONNECT=${server},1,"u"x,"secret"\r`, 'AT+CMQTTCONNECT=***\r'],
    ['with its quote open', `AT+CMQTTCONNECT=${server},1,"u","secret\r`, 'AT+CMQTTCONNECT=***\r'],
    ['edited', `AT+CMQTTCONNECT=${server},1,"u"\b\b\b"u","secret"\r`, 'AT+CMQTTCONNECT=***\r'],
    [
      'behind an edited name',
      `AT+CMQTTCOMM\b\bNNECT=${server},1,"u","secret"\r`,
      `AT+CMQTTCOMM\b\bNNECT=${server},1,"u",***\r`,
    ],
    [
      'straight behind prompt data',
      `23 bytesAT+CMQTTCONNECT=${server},1,"u","secret"\r`,
      `23 bytesAT+CMQTTCONNECT=${server},1,"u",***\r`,
    ],
    ['with LF for CR', `AT+CMQTTCONNECT=${server},1,"u","secret"\nAT\n`, `AT+CMQTTCONNECT=${server},1,"u",***\nAT\n`],
    [
      'with an LF in it',
      `AT+CMQTTCONNECT=${server},1,"u","sec\nret"\rAT\r`,
      `AT+CMQTTCONNECT=${server},1,"u",***\rAT\r`,
    ],
    ['a PIN', 'AT+CPIN=1234\r', 'AT+CPIN=***\r'],
    ['a lock code', 'AT+CLCK="SC",1,"1234"\r', 'AT+CLCK=***\r'],
    ['a key password', 'AT+CSSLCFG="password",0,"secret"\r', 'AT+CSSLCFG="password",0,***\r'],
    ['an APN login', 'AT+CGAUTH=1,1,"secret","u"\r', 'AT+CGAUTH=***\r'],
    [
      'of a command with a letter wrong',
      `AT+CMQTTCONNEKT=${server},1,"u","secret"\r`,
      `AT+CMQTTCONNEKT=${server},1,"u",***\r`,
    ],
    ['missing', `AT+CMQTTCONECT=${server},1,"u","secret"\r`, `AT+CMQTTCONECT=${server},1,"u",***\r`],
    ['swapped', `at+cmqttcnonect=${server},1,"u","secret"\r`, `at+cmqttcnonect=${server},1,"u",***\r`],
    ['two missing', `AT+CMQTCONNET=${server},1,"u","secret"\r`, `AT+CMQTCONNET=${server},1,"u",***\r`],
    ['a digit for a letter', `AT+CMQTTC0NNECT=${server},1,"u","secret"\r`, `AT+CMQTTC0NNECT=${server},1,"u",***\r`],
    ['no plus', `ATCMQTTCONNECT=${server},1,"u","secret"\r`, `ATCMQTTCONNECT=${server},1,"u",***\r`],
    [
      'a colon for the equals sign',
      `AT+CMQTTCONNECT:${server},1,"u","secret"\r`,
      `AT+CMQTTCONNECT:${server},1,"u",***\r`,
    ],
    ['a key password', 'AT+CSSLCG="password",0,"secret"\r', 'AT+CSSLCG="password",0,***\r'],
    ['a new PIN', 'AT+CPWD="SC","1234","4321"\r', 'AT+CPWD=***\r'],
    ['a space for the equals sign', 'AT+CPIN 1234\r', 'AT+CPIN ***\r'],
    ['nothing for the equals sign', 'AT+CPIN1234\r', 'AT+CPIN***\r'],
    ['a quote for the equals sign', 'AT+CPIN"1234"\r', 'AT+CPIN***\r'],
    ['a comma for the equals sign', 'AT+CGAUTH,1,1,"u","secret"\r', 'AT+CGAUTH***\r'],
    ['a question mark too many', 'AT+CPIN? 1234\r', 'AT+CPIN? ***\r'],
    ['a word behind a space', 'AT+CLCK secret\r', 'AT+CLCK ***\r'],
    ['no plus in a short name', 'ATCPIN=1234\r', 'ATCPIN=***\r'],
    ['a colon for the equals sign of a PIN', 'AT+CPIN:1234\r', 'AT+CPIN:***\r'],
    ['set by a command that has none', 'AT+CMQTTSSLCFG="password",0,"secret"\r', 'AT+CMQTTSSLCFG="password",0,***\r'],
    ['under a misspelled key', 'AT+CMQTTSSLCFG="pasword",0,"secret"\r', 'AT+CMQTTSSLCFG="pasword",0,***\r'],
    ['behind such a command', 'AT+CMQTTCFG="version",0,4;+CPIN=1234\r', 'AT+CMQTTCFG="version",0,4;+CPIN=***\r'],
  ])('%s', (_title, text, expected) => {
    expect(redacted(text)).toBe(expected)
  })

  test('the password in the row of a read', () => {
    const row = (login: string) => `\r\n+CMQTTCONNECT: ${server},1${login}\r\n+CMQTTCONNECT: 1\r\n\r\nOK\r\n`
    expect(redacted(row(',"u","secret"'), 'out')).toBe(row(',"u",***'))
    expect(redacted(row(',"u"'), 'out')).toBe(row(',"u"'))
  })

  test('the host ends its line with an LF of its own: what it types then is another line', () => {
    const redactor = new LineRedactor('in')
    expect([redactor.take('AT+CPIN=12'), redactor.take('\r\n'), redactor.take('AT\r')]).toEqual([
      'AT+CPIN=',
      '***\r\n',
      'AT\r',
    ])
  })

  test('what the module prints between the echo of a half-typed line and its rest', () => {
    const redactor = new LineRedactor('out')
    const said = ['AT+CPIN=12', '\r\n+CREG: 1\r\n', '34\r', '\r\nOK\r\n'].map((text) => redactor.take(text))
    expect(said).toEqual(['AT+CPIN=', '\r\n+CREG: 1\r\n', '***\r', '\r\nOK\r\n'])
  })

  test('a row behind such a line is its own', () => {
    const redactor = new LineRedactor('out')
    const said = ['AT+CPI', `\r\n+CMQTTCONNECT: ${server},1,"u","secret"\r\n`, 'N=1234\r'].map((text) =>
      redactor.take(text),
    )
    expect(said).toEqual(['AT+CPI', `\r\n+CMQTTCONNECT: ${server},1,"u",***\r\n`, 'N=***\r'])
  })

  test('a test with spaces is shown, and parentheses only in a row', () => {
    expect(redacted('AT+CPIN= ? \r')).toBe('AT+CPIN= ? \r')
    expect(redacted('AT+CPIN=(1234)\r')).toBe('AT+CPIN=***\r')
    expect(redacted(`\r\n+CMQTTCONNECT: x(${server}),1,u,secret\r\n`, 'out')).toBe('\r\n+CMQTTCONNECT:***\r\n')
  })

  test('a line without end is neither shown nor kept as a whole', () => {
    const redactor = new LineRedactor('in')
    expect(redactor.take(`AT+CMQTTCONNECT=${server},1,"u","${'secret'.repeat(10_000)}`)).toBe('AT+CMQTTCONNECT=')
    expect(redactor.take('"\rAT\r')).toBe('***\rAT\r')
  })
})

describe('what is shown', () => {
  test.each([
    ['a login without password', `AT+CMQTTCONNECT=${server},1,"user"\r`],
    ['no login', `AT+CMQTTCONNECT=${server},1\r`],
    ['a bad address', 'AT+CMQTTCONNECT=0,"b:1883",60,1\r'],
    ['read and test', 'AT+CMQTTCONNECT?\rAT+CMQTTCONNECT=?\rAT+CPIN=?\rAT+CPIN?\r'],
    ['the reply to a test', '\r\n+CMQTTCONNECT: (0-1),(9-256),(1-64800),(0-1)[,<user_name>,<pass_word>]\r\n'],
    ['commands whose names are alike', 'AT+CCLK="26/11/27"\rAT+CMQTTCFG="version",0,4\r\r\n+CMQTTCONNLOST: 0,3\r\n'],
    ['results', '\r\n+CMQTTCONNECT: 0,0\r\n\r\n+CPIN: READY\r\n'],
    ['other commands', 'AT+CMQTTACCQ=0,"AT+CMQTTCONNECT"\rAT+CSQ\r'],
    ['every byte', Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte)).join('')],
  ])('%s', (_title, text) => {
    expect(redacted(text, 'in')).toBe(text)
    expect(redacted(text, 'out')).toBe(text)
  })
})

test('time is linear: any square of these lengths would take minutes', () => {
  const many = 400_000
  for (const text of [
    `AT+CMQTTCONNECT=${' '.repeat(5000)}x"`,
    `AT${'AT'.repeat(many)}${'='.repeat(many)}`,
    `AT+CPIN${' '.repeat(many)}`,
    `x${'a: '.repeat(many)}`,
  ])
    expect(redacted(`${text}\r`).length).toBeGreaterThan(0)
  const slow = new LineRedactor('in')
  for (const character of 'AT+FOO=1,2 '.repeat(20_000)) slow.take(character)
})

describe('cuts', () => {
  const pieces = [
    'AT',
    '+CMQTTCONNECT',
    '=',
    '"',
    ',',
    ';',
    ' ',
    'secret',
    '\r',
    '\n',
    '\b',
    '+CPIN',
    ':',
    '?',
    '1',
    'tcp://b',
  ]

  test('change nothing of what comes from the host', () => {
    assert(
      property(array(constantFrom(...pieces), { maxLength: 40 }), array(nat()), (parts, places) => {
        const text = `${parts.join('')}\r`
        const redactor = new LineRedactor('in')
        const shown = cut(text, places).map((piece) => redactor.take(piece))
        expect(shown.join('')).toBe(redacted(text))
      }),
      { numRuns: 500 },
    )
  })
})

describe('the echo of a half-typed line', () => {
  test('stays hidden when the module prints something between', () => {
    const redactor = new LineRedactor('out')
    expect(redactor.take(`AT+CMQTTCONNECT=${server},1,"u","sec`)).toBe('AT+CMQTTCONNECT=')
    expect(redactor.take('\r\nRING\r\n')).toBe('\r\nRING\r\n')
    expect(redactor.take('ret"')).toBe('')
    expect(redactor.take('\r\r\nOK\r\n')).toBe(`${server},1,"u",***\r\r\nOK\r\n`)
  })
  test('stays hidden when its name is cut in two by what the module prints', () => {
    const redactor = new LineRedactor('out')
    expect(redactor.take('AT+CMQTTCONN')).toBe('AT+CMQTTCONN')
    expect(redactor.take('\r\nRING\r\n')).toBe('\r\nRING\r\n')
    expect(redactor.take(`ECT=${server},1,"u","secret"\r`)).toBe(`ECT=${server},1,"u",***\r`)
  })
  test('is what the host typed last, when an answer ends half-way', () => {
    const redactor = new LineRedactor('out')
    redactor.take('AT+CMQTTCONN')
    redactor.take('\r\nOK\r\nAT')
    expect(redactor.take(`ECT=${server},1,"u","open"\r`)).toBe(`ECT=${server},1,"u","open"\r`)
  })
  test('of the host itself goes on behind its own CR LF as any line', () => {
    const redactor = new LineRedactor('in')
    redactor.take('AT+CMQTTCONN')
    expect(redactor.take(`\r\nECT=${server},1,"u","open"\r`)).toBe(`\r\nECT=${server},1,"u","open"\r`)
    expect(redactor.take(`AT+CMQTTCONNECT=${server},1,"u","a`)).toBe('AT+CMQTTCONNECT=')
    expect(redactor.take('\r\nRING\r\n')).toMatch(/\*\*\*/)
  })
  test('stays hidden when it begins behind a result', () => {
    const redactor = new LineRedactor('out')
    redactor.take('data without end')
    expect(redactor.take(`\r\nOK\r\nAT+CMQTTCONNECT=${server},1,"u","sec`)).toBe('\r\nOK\r\nAT+CMQTTCONNECT=')
    expect(redactor.take('ret"\r\r\nOK\r\n')).toBe(`${server},1,"u",***\r\r\nOK\r\n`)
  })
})

test.each([
  ...['#', '$', '-', '_', '^', '*', '&', ' ', '+ ', ' + ', '+\t'].map((sign) => `AT${sign}CMQTTCONNECT`),
  ...['_', ' ', '-', '\xc3', '\0', '\x7f'].map((junk) => `AT+CMQTT${junk}CONNECT`),
  ...['AT+CMQTT\xc3ONNECT', 'AT+CSQ;CMQTTCONNECT', 'AT+CSQ&CMQTTCONNECT', 'AT#CGAUTH', 'AT+CG AUTH'],
])('a character that no name has does not show a password: %j', (name) => {
  for (const direction of ['in', 'out'] as const) {
    const shown = new LineRedactor(direction).take(`${name}=0,"tcp://b",60,1,"u","secret1234"\r`)
    expect(shown).not.toContain('secret1234')
  }
})

test.each(['AT#CPIN=1234', 'AT CPIN=1234', 'AT+CP IN=1234', 'AT+CPI\x7fN=1234'])('nor a PIN: %j', (line) => {
  expect(new LineRedactor('in').take(`${line}\r`)).not.toContain('1234')
})
