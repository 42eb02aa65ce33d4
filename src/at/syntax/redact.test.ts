import { array, assert, constantFrom, nat, property } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { KeyWatch, starred, withoutKeys } from './key-watch.ts'
import { LineRedactor, redactLine } from './redact.ts'

/** A text cut at some places, given as any numbers. */
function cut(text: string, places: readonly number[]): string[] {
  const at = [...new Set([0, ...places.map((place) => place % (text.length + 1)), text.length])].sort((a, b) => a - b)
  return at.slice(1).map((end, i) => text.slice(at[i], end))
}

type As = 'command' | 'data' | 'said'

/** What is shown of one piece. */
const taken = (redactor: LineRedactor, as: As, text: string, ends = false): string =>
  redactor.take(text, [{ from: 0, to: text.length, as, ends }])

const redacted = (text: string, as: As = 'command'): string => taken(new LineRedactor(), as, text)

const server = '0,"tcp://b:1883",60'

describe('what is hidden', () => {
  test.each([
    ['a password', `AT+CMQTTCONNECT=${server},1,"u","secret"\r`, `AT+CMQTTCONNECT=${server},1,"u",***\r`],
    ['without clean_session', `AT+CMQTTCONNECT=${server},,"u","secret"\r`, `AT+CMQTTCONNECT=${server},,"u",***\r`],
    [
      'in any case, with spaces',
      'at+cmqttConnect  = 0 ,"tcp://b",60,1,"u" , "secret" \r',
      'at+cmqttConnect  = 0 ,"tcp://b",60,1,"u" , ***\r',
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
      `AT+CMQTTCONNECT=${server},1,u,***\r`,
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
    ['with a quote too many', `AT+CMQTTCONNECT=${server},1,"u"x,"secret"\r`, `AT+CMQTTCONNECT=${server},1,"u"***\r`],
    ['with its quote open', `AT+CMQTTCONNECT=${server},1,"u","secret\r`, `AT+CMQTTCONNECT=${server},1,"u",***\r`],
    ['edited', `AT+CMQTTCONNECT=${server},1,"x"\b\b\b"u","secret"\r`, `AT+CMQTTCONNECT=${server},1,***\b\b\b"u",***\r`],
    [
      'behind an edited name',
      `AT+CMQTTCOMM\b\bNNECT=${server},1,"u","secret"\r`,
      `AT+CMQTTCO**\b\bNNECT=${server},1,"u",***\r`,
    ],
    [
      'straight behind prompt data',
      `23 bytesAT+CMQTTCONNECT=${server},1,"u","secret"\r`,
      `23 bytesAT+CMQTTCONNECT=${server},1,"u",***\r`,
    ],
    ['with LF for CR', `AT+CMQTTCONNECT=${server},1,"u","secret"\nAT\n`, 'AT+CMQTTCONNECT='],
    [
      'with LF for CR, and a CR at last',
      `AT+CMQTTCONNECT=${server},1,"u","secret"\nAT\n\r`,
      `AT+CMQTTCONNECT=${server},1,"u",***\nAT\n\r`,
    ],
    ['with an LF in it, unquoted', 'AT+CPIN=12\n34\r', 'AT+CPIN=***\n***\r'],
    ['with an LF in the name', `AT+CMQTT\nCONNECT=${server},1,"u","secret"\r`, 'AT+CMQTT\n***\r'],
    [
      'with an LF in it',
      `AT+CMQTTCONNECT=${server},1,"u","sec\nret"\rAT\r`,
      `AT+CMQTTCONNECT=${server},1,"u",***\rAT\r`,
    ],
    ['a PIN', 'AT+CPIN=1234\r', 'AT+CPIN=***\r'],
    ['a lock code', 'AT+CLCK="SC",1,"1234"\r', 'AT+CLCK=***\r'],
    ['a key password', 'AT+CSSLCFG="password",0,"secret"\r', 'AT+CSSLCFG="password",0,***\r'],
    ['an APN login', 'AT+CGAUTH=1,1,"secret","u"\r', 'AT+CGAUTH=1,1,***\r'],
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

  test.each([
    ['; for ,', 'AT+CMQTTCONNECT=0;"tcp://b:1883";60;1;"u";"secret"\r', 'AT+CMQTTCONNECT=0;***\r'],
    ['; for one ,', `AT+CMQTTCONNECT=${server},1,"u";"secret"\r`, `AT+CMQTTCONNECT=${server},1,"u";***\r`],
    ['; for =', 'AT+CPIN;1234\r', 'AT+CPIN;***\r'],
    ['a name behind ;', `AT+CMQTTCONNECT=${server},1,"u";+secret\r`, `AT+CMQTTCONNECT=${server},1,"u";+***\r`],
    ['a short name with a letter wrong', 'AT+CPIM=1234\r', 'AT+CPIM=***\r'],
    ['swapped', 'AT+CPNI=1234\r', 'AT+CPNI=***\r'],
    ['missing', 'AT+CLK="SC",1,"1234"\r', 'AT+CLK=***\r'],
    ['a name cut off', `AT+CMQTTCON=${server},1,"u","secret"\r`, `AT+CMQTTCON=${server},1,"u",***\r`],
    ['a name too long', `AT+CMQTTCONNECTION=${server},1,"u","secret"\r`, `AT+CMQTTCONNECTION=${server},1,"u",***\r`],
    ['the word second', 'AT+CSSLCFG=0,"password","secret"\r', 'AT+CSSLCFG=0,***\r'],
    ['the word second, of another command', 'AT+CMQTTCFG=0,"password","secret"\r', 'AT+CMQTTCFG=0,"password",***\r'],
    ['of another module', 'AT+SMCONF="PASSWORD","secret"\r', 'AT+SMCONF=***\r'],
    ['a login of another module', 'AT+CNCFG=0,1,"apn","u","secret",3\r', 'AT+CNCFG=0,1,***\r'],
    ['a login without quotes', 'AT+CNCFG=0,1,apn,u,se;cret\r', 'AT+CNCFG=0,1,***\r'],
    ['of a wireless network', 'AT+CWJAP="ssid","secret"\r', 'AT+CWJAP=***\r'],
    ['behind such a command', 'AT+CWJAP="ssid","secret";+CSQ\r', 'AT+CWJAP=***;+CSQ\r'],
    ['where its address should be', 'AT+CMQTTCONNECT=0,"secret",60,1\r', 'AT+CMQTTCONNECT=0,***\r'],
    ['where the client is', 'AT+CMQTTCONNECT="secret",0,"tcp://b:1883",60,1\r', 'AT+CMQTTCONNECT=***\r'],
    ['typed first and wiped', `secret${'\b'.repeat(6)}AT+CSQ\r`, `******${'\b'.repeat(6)}AT+CSQ\r`],
    ['typed behind AT and wiped', `ATsecret${'\b'.repeat(6)}+CSQ\r`, `AT******${'\b'.repeat(6)}+CSQ\r`],
    ['a command too many', 'AT+CSQ+CPIN=1234\r', 'AT+CSQ***\r'],
    ['behind values', 'AT+CMQTTPUB=0,1,60 +CPIN 1234\r', 'AT+CMQTTPUB=0,1,60***\r'],
    ['in a code of the telephone', 'ATD**04*1234*4321*4321#;\r', 'ATD***\r'],
    ['behind junk', 'x\xffAT+CPIM=1234\r', 'x\xffAT+CPIM=***\r'],
  ])('%s', (_title, text, expected) => {
    expect(redacted(text)).toBe(expected)
    expect(redactLine(text.slice(0, -1))).toBe(expected.slice(0, -1))
  })

  test('the password in the row of a read', () => {
    const row = (login: string) => `\r\n+CMQTTCONNECT: ${server},1${login}\r\n+CMQTTCONNECT: 1\r\n\r\nOK\r\n`
    expect(redacted(row(',"u","secret"'), 'said')).toBe(row(',"u",***'))
    expect(redacted(row(',"u"'), 'said')).toBe(row(',"u"'))
  })

  test('the host ends its line with an LF of its own: what it types then is another line', () => {
    const redactor = new LineRedactor()
    expect([redactor.take('AT+CPIN=12'), redactor.take('\r\n'), redactor.take('AT\r')]).toEqual([
      'AT+CPIN=',
      '***\r\n',
      'AT\r',
    ])
  })

  test('what the module prints between the echo of a half-typed line and its rest', () => {
    const redactor = new LineRedactor()
    const pieces: readonly [As, string][] = [
      ['command', 'AT+CPIN=12'],
      ['said', '\r\n+CREG: 1\r\n'],
      ['command', '34\r'],
      ['said', '\r\nOK\r\n'],
    ]
    const said = pieces.map(([as, text]) => taken(redactor, as, text))
    expect(said).toEqual(['AT+CPIN=', '\r\n+CREG: 1\r\n', '***\r', '\r\nOK\r\n'])
  })

  test('a row behind such a line is its own', () => {
    const redactor = new LineRedactor()
    const row = `\r\n+CMQTTCONNECT: ${server},1,"u","secret"\r\n`
    const said = [taken(redactor, 'command', 'AT+CPI'), taken(redactor, 'said', row), redactor.take('N=1234\r')]
    expect(said).toEqual(['AT+CPI', `\r\n+CMQTTCONNECT: ${server},1,"u",***\r\n`, 'N=***\r'])
  })

  test('a test with spaces is shown, and parentheses only in a row', () => {
    expect(redacted('AT+CPIN= ? \r')).toBe('AT+CPIN= ? \r')
    expect(redacted('AT+CPIN=(1234)\r')).toBe('AT+CPIN=***\r')
    expect(redacted(`\r\n+CMQTTCONNECT: x(${server}),1,u,secret\r\n`, 'said')).toBe('\r\n+CMQTTCONNECT: ***\r\n')
  })

  test('a line without end is neither shown nor kept as a whole', () => {
    const redactor = new LineRedactor()
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
    ['settings', 'AT+CSSLCFG="authmode",0,2\rAT+CSSLCFG="cacert",0,"ca.pem"\r'],
    ['small numbers of a command that nobody knows', 'AT+QCFG=1,0\rAT+QFOO?\rATE1V1&D2S0=1;+CSQ\rA/AT\r'],
    ['other commands', 'AT+CMQTTACCQ=0,"AT+CMQTTCONNECT"\rAT+CSQ\r'],
    [
      'every byte that edits nothing',
      Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte))
        .join('')
        .replace('\b', ''),
    ],
  ])('%s', (_title, text) => {
    expect(redacted(`${text}\r`)).toBe(`${text}\r`)
    expect(redacted(text, 'said')).toBe(text)
    expect(taken(new LineRedactor(), 'data', text, true)).toBe(text)
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
  const slow = new LineRedactor()
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
        const redactor = new LineRedactor()
        const shown = cut(text, places).map((piece) => redactor.take(piece))
        expect(shown.join('')).toBe(redacted(text))
      }),
      { numRuns: 500 },
    )
  })
})

describe('data of a prompt', () => {
  test('are shown as they are, what a command would hide too', () => {
    const data = 'CPIN=1234 "password":"x" -----\r\n12\b34 +CGAUTH: 1,1,"u","p"'
    expect(redacted(data, 'data')).toBe(data)
  })
  test('but for commands that a host has sent too early, cut anywhere', () => {
    const data = `{"t":1}\r\nAT+CMQTTCONNECT=${server},1,"u","secret"\r\nx at+cpin=1234`
    const expected = `{"t":1}\r\nAT+CMQTTCONNECT=${server},1,"u",***\r\nx at+cpin=***`
    for (let at = 0; at < data.length; at++) {
      const redactor = new LineRedactor()
      const shown = taken(redactor, 'data', data.slice(0, at)) + taken(redactor, 'data', data.slice(at), true)
      expect(shown).toBe(expected)
    }
  })
  test.each(['home/thermostat-17/set', 'heat/1', 'chat#1', 'at 21.5 C'])(
    'words that end as commands begin are shown: %s',
    (data) => {
      for (let at = 0; at < data.length; at++) {
        const redactor = new LineRedactor()
        const shown = taken(redactor, 'data', data.slice(0, at)) + taken(redactor, 'data', data.slice(at), true)
        expect(shown).toBe(data)
      }
      expect(redacted(`${data}AT+CPIN=1234`, 'data')).not.toContain('1234')
    },
  )
  test('are no part of the command line behind them', () => {
    const redactor = new LineRedactor()
    expect(taken(redactor, 'data', 'AT+CMQTT', true)).toBe('AT+CMQTT')
    expect(redactor.take('AT+CSQ\r')).toBe('AT+CSQ\r')
  })
})

test.each([
  ...['#', '$', '-', '_', '^', '*', '&', ' ', '+ ', ' + ', '+\t'].map((sign) => `AT${sign}CMQTTCONNECT`),
  ...['_', ' ', '-', '\xc3', '\0', '\x7f'].map((junk) => `AT+CMQTT${junk}CONNECT`),
  ...['AT+CMQTT\xc3ONNECT', 'AT+CSQ;CMQTTCONNECT', 'AT+CSQ&CMQTTCONNECT', 'AT#CGAUTH', 'AT+CG AUTH'],
])('a character that no name has does not show a password: %j', (name) => {
  expect(redacted(`${name}=0,"tcp://b",60,1,"u","secret1234"\r`)).not.toContain('secret1234')
})

test.each(['AT+CMQTTPUB=0,"1,60 +CPIN 1234', 'AT#CPIN=1234', 'AT CPIN=1234', 'AT+CP IN=1234', 'AT+CPI\x7fN=1234'])(
  'nor a PIN: %j',
  (line) => {
    expect(new LineRedactor().take(`${line}\r`)).not.toContain('1234')
  },
)

describe('on a line that loses or damages bytes', () => {
  test.each([
    ['a dialled PIN whose A is lost', 'TD**04*29444931*1111*1111#;\r', '29444931'],
    ['a dialled PIN whose T is another letter', 'AUD**04*77626668*1111*1111#;\r', '77626668'],
    ['a word for passwords whose quote is lost', 'AT+CMQTTCFG="password,0,geheim77\r', 'geheim77'],
  ])('%s', (_, line, secret) => {
    expect(redacted(line)).not.toContain(secret)
    for (let at = 0; at < line.length; at++) {
      const redactor = new LineRedactor()
      const shown = taken(redactor, 'command', line.slice(0, at)) + taken(redactor, 'command', line.slice(at))
      expect(shown).not.toContain(secret.slice(0, 6))
    }
  })

  test('a command in data whose AT is damaged', () => {
    expect(redacted('x\r\nAD+CMQTTCONNECT=0,"tcp://b",60,1,"u","geheim77"\r', 'data')).not.toContain('geheim77')
  })

  test.each([
    ['its AT is followed by another sign', 'x AT;CMQTTCONNECT=0,"tcp://b",60,1,"u","geheim77"'],
    ['the first letter of its name is another one', 'A\xd4+AMQTTCONNECT=0,"tcp://b",60,1,"u","geheim77"'],
    ['it dials a PIN', 'x ATD**04*29444931*1111*1111#;'],
  ])('a command in data: %s', (_, data) => {
    expect(redacted(`${data}\r`, 'data')).not.toMatch(/geheim|294449/)
  })

  test.each([
    ['a command with a secret that is cut off', 'x\r\nAT+CMQTTCONNECT=0,\r\n', '"tcp://b",60,1,"u","geheim77"'],
    ['a command that takes a key', 'AT+CCERTDOWN="k.der",0\r\n', 'geheim77'],
  ])('what stands in data behind %s, cut anywhere, up to a command', (_, before, line) => {
    const data = `${before}${line}\r\n\r\n${line}\r\nAT+CSQ\r\n{"t":1}`
    for (let at = 0; at < data.length; at++) {
      const watch = new KeyWatch({ prompts: true })
      const [head, rest] = [data.slice(0, at), data.slice(at)]
      const shown = starred(head, watch.take(head, 'data')) + starred(rest, watch.take(rest, 'data'))
      expect(shown).not.toContain('geheim')
      expect(shown).toMatch(/\r\n\{"t":1\}$/)
    }
  })

  test('the rest of a name that data of a prompt have taken', () => {
    const watch = new KeyWatch()
    watch.take('@T+CMQTTCON', 'data')
    const rest = 'NECT=0,"tcp://b",60,1,"u","geheim77"\r'
    expect(starred(rest, watch.take(rest))).not.toContain('geheim')
  })

  test.each(['AT+CMQTTCFG=pas', 'AT+CMQTTSSLCFG=""'])(
    'a keyword that a CR has cut, and its quote damaged: %s',
    (line) => {
      const watch = new KeyWatch()
      watch.take(`${line}\r`)
      const rest = 'word",0,"geheim77"\r'
      expect(starred(rest, watch.take(rest))).not.toContain('geheim')
    },
  )

  test.each(['-----begin private ke-----', '-----BEGIN EC PRIVATE KEZ-----', '-----BEGIN PRIVATE EY-----'])(
    'a header of a key that has lost a letter: %s',
    (header) => {
      expect(withoutKeys(`${header}\nQUJDREVGR0hJSktM`)).not.toContain('QUJDREVG')
    },
  )

  const body = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
  test.each([
    ['its first character is lost', `HcCAQEEIM${body}`],
    ['a character is none of base64', `MHcCAQEEIM${body.slice(0, 26)}\t${body.slice(26)}`],
  ])('a key without a header: %s', (_, key) => {
    expect(withoutKeys(key)).not.toContain(body.slice(0, 12))
    expect(withoutKeys(key)).not.toContain(body.slice(-12))
  })

  test('what stands behind a key in JSON is shown', () => {
    expect(withoutKeys(`{"key":"MHcCAQEEIM${body}","name":"gate"}`)).toContain('"name":"gate"}')
  })
})
