import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bytesOf } from '../at/syntax/bytes.ts'
import { parseTranscript } from '../transcript/language/parse.ts'
import { EchoFollower } from './echo.ts'
import { Recorder } from './recorder.ts'
import { SecretFinder } from './secrets.ts'
import { type Heard, heardIn, record, spoken } from './testing.ts'
import { UnitQueue } from './unit-queue.ts'

const withoutTimes = (recording: string): string => recording.replace(/^@(at|echo) .*\n/gm, '')

/** The bytes of one side and their times. */
const bytesOfSide = (chunks: readonly Heard[], side: Heard['side']) =>
  chunks
    .filter((chunk) => chunk.side === side)
    .flatMap(({ text, ms }) => [...bytesOf(text)].map((byte) => [byte, ms] as const))

describe('a recording', () => {
  test('is a transcript that a person can read', () => {
    const recording = record(
      spoken(
        '> AT+CMQTTTOPIC=0,9\r',
        '< AT+CMQTTTOPIC=0,9\r\r\n>\r\n',
        '> simcommsg',
        '< simcommsg\r\nOK\r\n',
        '> AT\r\n',
        '< AT\r\r\nOK\r\n\r\n+CMQTTRXTOPIC: 0,2\r\n\x00\xff\r\n',
      ),
    )
    expect(recording).toBe(
      [
        '@strict',
        '@echo on',
        '',
        '@at 0.000000',
        '> AT+CMQTTTOPIC=0,9',
        '@at 0.001000',
        '<< AT+CMQTTTOPIC=0,9\\r',
        '<prompt',
        '<',
        '',
        '@at 0.002000',
        '>> simcommsg',
        '@at 0.003000',
        '< simcommsg',
        '< OK',
        '',
        '@at 0.004000',
        '> AT',
        '>> \\n',
        '@at 0.005000',
        '<< AT\\r',
        '<',
        '< OK',
        '<',
        '< +CMQTTRXTOPIC: 0,2',
        '<< \\x00\\xff\\r\\n',
        '',
      ].join('\n'),
    )
  })

  test('keeps the times of the pieces that a line came in, and the order in which lines began', () => {
    const recording = record(spoken('> AT+', '< AT+', '> CSQ\r', '< CSQ\r\r', '< \n+CSQ: 1,1\r\n'))
    expect(recording).toBe(
      [
        '@strict',
        '@echo on',
        '',
        '@at 0.000000 3@0.002000',
        '> AT+CSQ',
        '@at 0.001000 3@0.003000',
        '<< AT+CSQ\\r',
        '@at 0.003000 1@0.004000',
        '<',
        '< +CSQ: 1,1',
        '',
      ].join('\n'),
    )
  })

  test.each([
    ['> {"a":1}\r', '> {{"a":1}}'],
    ['> x \r', '>> x \\r'],
    ['< x \r\n', '<< x \\r\\n'],
    ['< A  within 5s\r\n', '<< A  within 5s\\r\\n'],
    ['> {a:1}', '>> \\x7ba:1}'],
    ['< x ', '<< x\\x20'],
    ['< \\\r\n', '< \\'],
    ['> \xe9\r', '>> \\xe9\\r'],
    ['> \r', '>'],
  ])('writes %j as %s', (chunk, line) => {
    const recording = record(spoken(chunk))
    expect(withoutTimes(recording).trimEnd().split('\n').at(-1)).toBe(line)
    expect(heardIn(recording)).toMatchObject({
      [chunk.startsWith('>') ? 'host' : 'module']: bytesOfSide(
        spoken(chunk),
        chunk.startsWith('>') ? 'host' : 'module',
      ),
    })
  })

  test('a > that no command has asked for is not taken for a prompt', () => {
    const chunks = spoken('> AT+CMQTTTOPIC=0,9\r', '< \r\nERROR\r\n\r\n>x\r\n', '> AT\r', '> AT+CSQ\r')
    expect(withoutTimes(record(chunks))).toContain('\n> AT\n> AT+CSQ\n')
  })

  test('keeps every byte and its time, whatever the bytes are', () => {
    const text = fc.oneof(
      fc.constantFrom(
        'AT\r',
        '\r\n',
        '\r',
        '\n',
        '>',
        '\r\n>',
        'AT+CMQTTTOPIC=0,3\r',
        'abc',
        '{a:1}',
        'OK\r\n',
        ' ',
        '\\',
        '\r\nERROR\r\n',
        '  within 1s\r\n',
      ),
      fc.string({ unit: 'binary-ascii', maxLength: 6 }),
      fc.uint8Array({ maxLength: 4 }).map((bytes) => String.fromCharCode(...bytes)),
    )
    const chunk = fc.record({ side: fc.constantFrom('host' as const, 'module' as const), text })
    fc.assert(
      fc.property(fc.array(chunk, { maxLength: 14 }), (said) => {
        const chunks = said.map((each, i) => ({ ...each, ms: i }))
        const heard = heardIn(record(chunks, false))
        expect(heard.host).toEqual(bytesOfSide(chunks, 'host'))
        expect(heard.module).toEqual(bytesOfSide(chunks, 'module'))
      }),
      { numRuns: 300 },
    )
  })
})

describe('servers', () => {
  test('the first one is {broker}, the first one over TLS {brokerTls}; another one stays as it is', () => {
    const recording = record(
      spoken(
        '> AT+CMQTTACCQ=0,"a";+CMQTTACCQ=1,"b",1\r',
        '< \r\nOK\r\n',
        '> AT+CMQTTCONNECT=0,"tcp://10.0.0.7:1883",60,1\r',
        '< AT+CMQTTCONNECT=0,"tcp://10.0.0.7:1883",60,1\r\r\nOK\r\n',
        '> AT+CMQTTCONNECT=1,"tcp://mqtt.example",60,1\r',
        '> AT+CMQTTCONNECT=0,"tcp://10.0.0.8:1883",60,1\r',
        '> AT+CMQTTCONNECT?\r',
        '< +CMQTTCONNECT: 0,"tcp://10.0.0.7:1883",60,1\r\n+CMQTTCONNECT: 1,"tcp://mqtt.example",60,1\r\n',
      ),
    )
    expect(
      withoutTimes(recording)
        .split('\n')
        .filter((line) => /tcp:|^#/.test(line)),
    ).toEqual([
      '# {broker} was 10.0.0.7:1883',
      '> AT+CMQTTCONNECT=0,"tcp://{broker}",60,1',
      '<< AT+CMQTTCONNECT=0,"tcp://{broker:13}",60,1\\r',
      '# {brokerTls} was mqtt.example',
      '> AT+CMQTTCONNECT=1,"tcp://{brokerTls}",60,1',
      '> AT+CMQTTCONNECT=0,"tcp://10.0.0.8:1883",60,1',
      '< +CMQTTCONNECT: 0,"tcp://{broker}",60,1',
      '< +CMQTTCONNECT: 1,"tcp://{brokerTls}",60,1',
    ])
  })

  test('a number that is counted by who sends it is not changed: bytes of the host keep the address', () => {
    const recording = record(spoken('> AT+CMQTTCONNECT=0,"tcp://b",60,1,"\xe9"\r'))
    expect(recording).toContain('>> AT+CMQTTCONNECT=0,"tcp://b",60,1,"\\xe9"\\r')
  })
})

describe('the state of echo', () => {
  test.each([
    ['on', ['> AT\r', '< AT\r\r\nOK\r\n']],
    ['on', ['> ATE0\r', '< ATE0\r\r\nOK\r\n', '> AT\r', '< \r\nOK\r\n']],
    ['on', ['< \r\nRDY\r\n', '> A', '< A', '> T\r', '< \r\n+CREG: 1\r\n', '< T\r\r\nOK\r\n']],
    ['off', ['> AT\r', '< \r\nOK\r\n']],
    ['off', ['< \r\nRDY\r\n', '> ATE1\r', '< \r\n+CREG: 1\r\n\r\nOK\r\n', '> AT\r', '< AT\r\r\nOK\r\n']],
    [undefined, ['> AT\r', '< \r\nRDY\r\n']],
    [undefined, ['> hello\r', '< hello\r']],
  ])('%s: %j', (state, chunks) => {
    const [first, second] = record(spoken(...chunks)).split('\n')
    expect([first, second]).toEqual(['@strict', state === undefined ? '' : `@echo ${state}`])
  })
})

const imei = '351602000330570'
const imsi = '262011234567890'
const iccid = '89490200001234567890'

describe('secrets', () => {
  test('become holes of the same length, each with a name of its own', () => {
    const recording = record(
      spoken(
        '> AT+CGSN\r',
        `< AT+CGSN\r\r\n${imei}\r\n\r\nOK\r\n`,
        '> AT+CIMI\r',
        `< AT+CIMI\r\r\n${imsi}\r\n\r\nOK\r\n`,
        '> AT+CICCID\r',
        `< \r\n+ICCID: ${iccid}\r\n\r\nOK\r\n`,
        '> AT+CPIN="1234"\r',
        '< AT+CPIN="1234"\r\r\nOK\r\n',
        `> AT+CMQTTACCQ=0,"dev-${imei}"\r`,
        '> AT+CMQTTCONNECT=0,"tcp://b:1883",60,1,"user","secret"\r',
        '> AT+CMQTTCONNECT=1,"tcp://b:1883",60,1,"user","other password"\r',
        '< \r\nsecret\r\n',
      ),
    )
    expect(withoutTimes(recording)).toBe(
      [
        '@strict\n',
        '> AT+CGSN\n<< AT+CGSN\\r\n<\n< {imei:15}\n<\n< OK\n',
        '> AT+CIMI\n<< AT+CIMI\\r\n<\n< {imsi:15}\n<\n< OK\n',
        '> AT+CICCID\n<\n< +ICCID: {iccid:20}\n<\n< OK\n',
        '> AT+CPIN="{pin:4}"\n<< AT+CPIN="{pin:4}"\\r\n<\n< OK\n',
        '> AT+CMQTTACCQ=0,"dev-{imei:15}"',
        '# {broker} was b:1883',
        '> AT+CMQTTCONNECT=0,"tcp://{broker}",60,1,"user","{password:6}"',
        '> AT+CMQTTCONNECT=1,"tcp://{broker}",60,1,"user","{password2:14}"',
        '<\n< {password:6}\n',
      ].join('\n'),
    )
  })

  test.each([
    ['> AT+CSSLCFG="authmode",0,2\r', '> AT+CSSLCFG="authmode",0,2'],
    ['> AT+CSSLCFG="password",0,"key pw"\r', '> AT+CSSLCFG="password",0,"{password:6}"'],
    ['> AT+CGAUTH=1,1,"me","pw"\r', '> AT+CGAUTH=1,1,"{password:2}","{password2:2}"'],
    ['> 490154203237518 262011234567890 490154203237519\r', '> {imei:15} {imsi:15} {imsi2:15}'],
    ['> AT+CPIN?\r', '> AT+CPIN?'],
    ['> AT+CGAUTH=?\r', '> AT+CGAUTH=?'],
    ['< +CPIN: READY\r\n', '< +CPIN: READY'],
    ['< +CMQTTCONNECT: 0,"tcp://b",60,1,"u","pw"\r\n', '< +CMQTTCONNECT: 0,"tcp://b",60,1,"u","{password:2}"'],
    [
      '> AT+CMQTTCONNECT=0,"tcp://b",60,1,"u","p"w;x\r',
      '> AT+CMQTTCONNECT=0,"tcp://{broker}",60,1,"u","{password:1}"{password2:3}',
    ],
    ['> AT+CMQTTCONNECT=0,"tcp://b",60,1,"u","unfinished', '>> AT+CMQTTCONNECT=0,"tcp://b",60,1,"u",{password:11}'],
    ['> AT+CMQTTCONNECT=0,"u@b",60\r', '> AT+CMQTTCONNECT=0,"{password:3}",{password2:2}'],
    ['< 12345678901234567\r\n', '< 12345678901234567'],
  ])('%s', (chunk, line) => {
    expect(
      withoutTimes(record(spoken(chunk)))
        .trimEnd()
        .split('\n')
        .at(-1),
    ).toBe(line)
  })

  const key = `-----BEGIN PRIVATE KEY-----\r\n${'A'.repeat(30)}\r\n-----END PRIVATE KEY-----\r\n`
  const down = `> AT+CCERTDOWN="k.pem",${key.length}\r`

  test.each([
    [
      'echoed',
      [`< \r\n>\r\n`, `> ${key}`, `< ${key}\r\nOK\r\n`],
      ['<prompt', '<', '', '>> KEY', '<< KEY', '<', '< OK'],
    ],
    [
      'echoed while it is sent',
      [
        `< \r\n>`,
        `> ${key.slice(0, 40)}`,
        `< ${key.slice(0, 30)}`,
        `> ${key.slice(40)}`,
        `< ${key.slice(30)}\r\nOK\r\n`,
      ],
      ['<prompt', '', '>> KEY', '<< KEY', '<', '< OK'],
    ],
    ['not echoed', [`< \r\n>\r\n`, `> ${key}`, '< \r\nOK\r\n'], ['<prompt', '<', '', '>> KEY', '<', '< OK']],
  ])('a key that is %s is one hole, its announced length stays', (_, said, lines) => {
    const recording = record(spoken(down, ...said))
    const expected = lines.map((line) => line.replace('KEY', `{key:${key.length}}`))
    expect(withoutTimes(recording).trimEnd().split('\n').slice(3)).toEqual(expected)
    expect(heardIn(recording, { key }).module).toEqual(bytesOfSide(spoken(down, ...said), 'module'))
  })

  test.each([
    ['on one line', `> AT+CUSTOM="${key.replaceAll('\r\n', '\\n')}"\r`],
    ['over several lines', `> AT+CUSTOM="${key}"\r`],
    ['behind a name', `> AT+CCERTDOWN="k.pem",${key}\r`],
  ])('a key in a command line is hidden: %s', (_, said) => {
    expect(record(spoken(said))).not.toContain('AAAA')
  })

  test('a key that is given up is hidden, and so is its echo', () => {
    for (const ending of [['< \r\nERROR\r\n', '> AT\r', '< AT\r\r\nOK\r\n'], []]) {
      const recording = record(spoken(down, '< \r\n>\r\n', `> ${key.slice(0, 50)}`, `< ${key.slice(0, 20)}`, ...ending))
      expect(recording).not.toContain('AAAA')
      expect(recording).not.toContain('PRIVATE')
      expect(recording).toContain('>> {key:50}')
      expect(recording).toContain('<< {key2:20}')
      expect(recording.includes('> AT\n')).toBe(ending.length > 0)
    }
  })

  test('a prompt that times out does not make data of the next command', () => {
    const recording = record(
      spoken(
        '> AT+CMQTTTOPIC=0,99\r',
        '< \r\n>\r\n',
        '< \r\nERROR\r\n',
        '> AT+CMQTTCONNECT=0,"tcp://b",60,1,"u","secret"\r',
        '< AT+CMQTTCONNECT=0,"tcp://b",60,1,"u","secret"\r\r\nOK\r\n',
      ),
    )
    expect(recording).toContain('> AT+CMQTTCONNECT=0,"tcp://{broker}",60,1,"u","{password:6}"\n')
    expect(recording).not.toContain('secret')
  })

  test('a certificate is no secret', () => {
    const pem = '-----BEGIN CERTIFICATE-----\nAAAA\n'
    expect(record(spoken(`> AT+CCERTDOWN="c.pem",${pem.length}\r`, '< \r\n>', `> ${pem}`))).toContain('AAAA')
  })

  test.each([
    [
      'the rest of an echo that a URC cut',
      ['> AT+CPIN=12', '< AT+CPIN=12', '< \r\n+CREG: 1\r\n', '> 34\r', '< 34\r\r\nOK\r\n'],
      '34',
    ],
    ['a row with the password of a key', ['< +CSSLCFG: 0,4,0,1,300,"","","","geheim",0\r\n'], 'geheim'],
    ['under a misspelled word', ['> AT+CSSLCFG="pasword",0,"geheim"\r'], 'geheim'],
    ['behind a sign that is none', ['> AT+CPIN 1234\r'], '1234'],
    ['behind a space, with a semicolon in it', ['> AT+CGAUTH=1,1, "u", "ge;heim"\r'], 'heim'],
    ['typed and taken back', ['> AT+CPIN=1234\b\b\b\b\b\b\b\b\bCSQ\r'], '1234'],
    [
      'a key for a name with a letter taken back',
      [`> AT+CCERTX\bDOWN="k.pem",${key.length}\r`, '< \r\n>', `> ${key}`],
      'AAAA',
    ],
    [
      'a key for a length with a digit taken back',
      [`> AT+CCERTDOWN="k.pem",9\b${key.length}\r`, '< \r\n>', `> ${key}`],
      'AAAA',
    ],
    [
      'a key behind another command',
      [`> AT+CFUN=1,1;+CCERTDOWN="k.pem",${key.length}\r`, '< \r\n>', `> ${key}`],
      'AAAA',
    ],
    ['a key that does not wait', [`${down}${key}`, `< \r\n>`, `< ${key}`, '< \r\nOK\r\n'], 'AAAA'],
    ['a key for A/', [down, '< \r\n>', `> ${key}`, '< \r\nOK\r\n', '> A/', '< \r\n>', `> ${key}`], 'AAAA'],
    ['a key that is refused', [down, '< \r\nERROR\r\n', `> ${key}`, `< ${key}`], 'AAAA'],
    ['bytes that are refused', ['> AT+CCERTDOWN="k.der",9999\r', '< \r\nERROR\r\n', '> \x30\x82geheim\r'], 'geheim'],
    [
      'bytes that are refused and begin like a command',
      ['> AT+CCERTDOWN="k.der",9999\r', '< \r\nERROR\r\n', '> AT\x02\x01geheim\r', '< AT\x02\x01geheim\r'],
      'geheim',
    ],
    ['base64 of a key behind letters', ['> ATMIIEvgIBADANBgkqhkiGgeheim\r'], 'geheim'],
    [
      'lines of a key behind a command with a letter in front of it',
      [`> x${down.slice(2)}`, '> geheim+/geheim+/geheim\r', '< \r\nERROR\r\n'],
      'geheim',
    ],
    [
      'a line of base64 that begins like a command',
      [down, '< \r\nERROR\r\n', '> ATxgeheimAAAA\r', '> ATfgeheimAAAA\r'],
      'geheim',
    ],
    [
      'the echo of a key with a wrong byte',
      [down, '< \r\n>', `> ${key}`, `< ${key.replace('AAAA', 'AXAA')}`, '< \r\nOK\r\n'],
      'AAAA',
    ],
    [
      'the echo of a refused key with a byte too few',
      [`${down}`, '< \r\nERROR\r\n', `> ${key}\r`, `< ${key.replace('AAAAA', 'AAAA')}\r`],
      'AAAA',
    ],
    [
      'the echo of a password with a wrong byte, which a URC cuts',
      ['> AT+CPIN=', '< AT+CPIN=', '> 98', '< 98', '< \r\n+CREG: 1\r\n', '> 7654\r', '< 7x54\r', '< \r\nOK\r\n'],
      '7x54',
    ],
    [
      'the echo of a password with a wrong byte in the name',
      [
        '> AT+CMQTTCONNECT=0,"tcp://b",60,1,"u","geheim"\r',
        '< AT+CMQPRCXNNECT=0,"tcp://b",60,1,"u","geheim"\r\r\nOK\r\n',
      ],
      'geheim',
    ],
    [
      'a key in a received message, in parts',
      [
        `< \r\n+CMQTTRXSTART: 0,1,90\r\n+CMQTTRXTOPIC: 0,1\r\nt\r\n+CMQTTRXPAYLOAD: 0,50\r\n${key.slice(0, 50)}`,
        `< \r\n+CMQTTRXPAYLOAD: 0,40\r\n${key.slice(50)}\r\n+CMQTTRXEND: 0\r\n`,
      ],
      'AA',
    ],
    ['a key in lower case', [`> AT+CUSTOM\r`, `> ${key.toLowerCase()}\r`], 'aaaa'],
    ['a header with more blanks', [`> ${key.replaceAll(' ', '  ')}\r`], 'AAAA'],
    ['a header that was edited', [`> ${key.replace('PRIVATE', 'PRIVX\bATE')}\r`], 'AAAA'],
    ['a header with wrong letters', [`> ${key.replace('BEGIN PRIVATE', 'BEGN PRIVAT')}\r`], 'AAAA'],
    ['base64 of a key without its header', ['> MIIEvgIBADANBgkqhkiGgeheim\r'], 'geheim'],
    ['typed first and wiped', ['> geheim\b\b\b\b\b\bAT+CSQ\r', '< geheim\b\b\b\b\b\bAT+CSQ\r'], 'geheim'],
    ['a ; for a ,', ['> AT+CMQTTCONNECT=0;"tcp://b";60;1;"u";"geheim"\r'], 'geheim'],
    ['an LF in a password', ['> AT+CMQTTCONNECT=0,"tcp://b",60,1,u,x\ngeheim\r'], 'geheim'],
    ['a command of another module', ['> AT+SMCONF="PASSWORD","geheim"\r', '< \r\nPASSWORD: "geheim"\r\n'], 'geheim'],
    ['what another module says of it', ['> AT+SMCONF?\r', '< \r\nPASSWORD: "geheim"\r\n\r\nOK\r\n'], 'geheim'],
    [
      'a command that the module takes for data',
      ['> AT+CMQTTTOPIC=0,99\r', '< \r\n>', `> x\r\nAT+CMQTTCONNECT=0,"tcp://b",60,1,"u","geheim"\r${'x'.repeat(99)}`],
      'geheim',
    ],
  ])('%s', (_, said, secret) => {
    expect(withoutTimes(record(spoken(...said)))).not.toContain(secret)
  })

  test('what the module says of itself is shown while the echo of a secret may come', () => {
    const recording = record(
      spoken(
        '> AT+CPIN="1234"\r',
        '< \r\n+CREG: 1\r\n\r\nSMS DONE\r\n\r\n+CMQTTCONNLOST: 0,1\r\n\r\n+CPIN: READY\r\n\r\nOK\r\n',
        '> ATI\r',
        '< \r\nManufacturer: X\r\n\r\nOK\r\n',
      ),
    )
    for (const line of ['+CREG: 1', 'SMS DONE', '+CMQTTCONNLOST: 0,1', '+CPIN: READY', 'Manufacturer: X'])
      expect(recording).toContain(`< ${line}\n`)
  })

  test.each([
    ['behind a topic that was sent too early', 't', ['< t\r\nOK\r\n']],
    ['and its command seems to have its answer', '', ['< \r\nOK\r\n', '< \r\nOK\r\n']],
  ])('the echo of a key without a header, with wrong bytes in it, is hidden: %s', (_, before, answers) => {
    const body = `MHcCAQEEI${'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'.repeat(2)}`
    const heard = `${body.slice(0, 30)}@${body.slice(31, 70)}[${body.slice(71)}`
    const recording = record(
      spoken(
        ...['> AT+CMQTTTOPIC=0,1\r', `> ${before}AT+CMQTTPAYLOAD=0,${body.length}\r`, `> ${body}`],
        ...['< AT+CMQTTTOPIC=0,1\r\r\n>', ...answers, `< AT+CMQTTPAYLOAD=0,${body.length}\r\r\n>`],
        ...[`< ${heard}\r\n`, '< OK\r\n'],
      ),
    )
    for (let at = 0; at + 12 <= body.length; at++) expect(recording).not.toContain(body.slice(at, at + 12))
  })

  test('a key that does not wait for its prompt is the data of that prompt', () => {
    const recording = record(spoken(`${down}${key}`, `< \r\n>`, `< ${key}`, '< \r\nOK\r\n'))
    expect(recording).toContain(`>> {key:${key.length}}\n`)
  })

  test('commands behind a key that was refused are shown', () => {
    const recording = record(spoken(down, '< \r\nERROR\r\n', `> ${key}\r`, '> AT+CSQ\r', '> AT+CREG?\r'))
    expect(recording).toContain('> AT+CSQ\n')
    expect(recording).toContain('> AT+CREG?\n')
  })

  test('--no-redact writes them', () => {
    expect(record(spoken('> AT+CPIN="1234"\r', `< ${imei}\r\n`), false)).toContain(
      `> AT+CPIN="1234"\n@at 0.001000\n< ${imei}\n`,
    )
  })

  test('are never in a recording, cut anywhere and echoed anywhere', () => {
    const secret = fc.stringMatching(/^[A-Za-z0-9]{6,12}$/)
    fc.assert(
      fc.property(secret, fc.array(fc.nat(), { maxLength: 12 }), fc.boolean(), (password, places, isComplete) => {
        fc.pre(!'AT+CMQTTCONNECT=0,"tcp://b",60,1,"u",passwordstrict'.includes(password))
        const line = `AT+CMQTTCONNECT=0,"tcp://b",60,1,"u","${password}"\r`.slice(0, isComplete ? undefined : -2)
        const cuts = [...new Set([0, ...places.map((place) => place % line.length), line.length])].sort((a, b) => a - b)
        const parts = cuts.slice(1).map((end, i) => line.slice(cuts[i], end))
        const chunks = spoken(...parts.flatMap((part) => [`> ${part}`, `< ${part}`]), '< \r\nOK\r\n')
        const recording = record(chunks)
        expect(recording).not.toContain(password)
        expect(() => parseTranscript(recording, 'x.at')).not.toThrow()
      }),
      { numRuns: 200 },
    )
  })
})

describe('a long session', () => {
  test('takes time in proportion: any square of these lengths would take minutes', () => {
    const spaces = ' '.repeat(60_000)
    for (const line of [
      `AT+CMQTTTOPIC=${spaces}x`,
      `AT+X=${spaces}\r`,
      `AT+CPIN${spaces}\r`,
      `AT${'CFG='.repeat(15_000)}\r`,
    ]) {
      expect(record(spoken(`> ${line}\r`, '< \r\n>', `< x${spaces}within\r\n`)).length).toBeGreaterThan(100)
    }
    const numbers = Array.from({ length: 4000 }, (_, i) => `${100_000_000_000_000 + i}`).join(' ')
    expect(record(spoken(`> ${numbers}\r`))).not.toContain('100000000000000')
  })

  test('what waits for its turn is moved less than once, however much waits', () => {
    const queue = new UnitQueue<{ readonly text: string }>()
    const units = 20_000
    const moved = movedBy(() => {
      for (let n = 0; n < units; n++) queue.push({ text: '' })
      for (let n = 0; n < units; n++) queue.shift()
    })
    expect(queue.shift()).toBeUndefined()
    expect(moved).toBeLessThan(units)
  })

  test('a secret is named once for its echo, however many came before', () => {
    let named = 0
    const finder = new SecretFinder()
    const name = finder.name.bind(finder)
    finder.name = (value, kind) => {
      named++
      return name(value, kind)
    }
    const follower = new EchoFollower(finder)
    const pins = Array.from({ length: 500 }, (_, n) => `${10_000_000 + n}`)
    for (const pin of pins) follower.said(`AT+CPIN=${pin}\r`, [{ from: 8, to: 16, name: 'password' }], 'command')
    for (const pin of pins) expect(follower.heard(`AT+CPIN=${pin}\r`, '').secrets).toHaveLength(1)
    expect(named).toBe(0)
  })

  const urc = `< \r\n+CREG: 1,"${'A'.repeat(400)}"\r\n`
  const asked = `> AT+CSQ${';+CSQ'.repeat(80)}\r`
  test.each([
    ['a half line of the host', ['> AT+CPIN=12'], urc, ['> 34\r']],
    ['a byte without a line', ['> \0'], urc, ['> \r']],
    ['a half line of the module', ['< +CPIN: 12'], asked, ['< 34\r\n']],
    ['data that do not come', ['> AT+CMQTTTOPIC=0,9\r', '< \r\n>', '> x'], urc, ['> \r']],
    ['a key that does not come', ['> AT+CCERTDOWN="k",9999\r', '< \r\n>'], urc, ['> AT\r']],
    ['no answer', ['> AT\r'], asked, []],
  ])('%s, and the other side goes on: what waits is bounded', (_, begins, goesOn, ends) => {
    const sizes = { said: 0, written: 0 }
    let text = ''
    const recorder = new Recorder({
      redact: true,
      write(line) {
        sizes.written += line.length
        text = (text + line).slice(-2000)
      },
    })
    const take = (said: readonly string[]): void => {
      for (const chunk of spoken(...said)) {
        recorder.take(chunk.side, bytesOf(chunk.text), chunk.ms)
        sizes.said += chunk.text.length
      }
    }
    take(begins)
    for (let i = 0; i < 8000; i++) take([goesOn])
    expect(sizes.said - sizes.written).toBeLessThan(1_500_000)
    take([...ends, '> AT+CREG?\r'])
    recorder.finish()
    expect(text).toContain('> AT+CREG?\n')
    expect(text).not.toMatch(/\b(12|34)\b/)
  })

  test('data of any length', () => {
    const written: number[] = []
    const recorder = new Recorder({ redact: true, write: (text) => written.push(text.length) })
    for (const { side, text, ms } of spoken('> AT+FOO=0,9999999\r', '< \r\n>')) recorder.take(side, bytesOf(text), ms)
    for (let i = 0; i < 10_000; i++) recorder.take('host', bytesOf('x'.repeat(100)), i)
    expect(written.reduce((sum, length) => sum + length, 0)).toBeGreaterThan(900_000)
  })

  test('a line that comes in single bytes', () => {
    const recorder = new Recorder({ redact: true, write() {} })
    for (let i = 0; i < 200_000; i++) recorder.take(i % 2 ? 'host' : 'module', bytesOf('x'), i)
    recorder.finish()
  })

  test('remembers the last hundred values of a kind, and no more', () => {
    const finder = new SecretFinder()
    const name = (i: number) => finder.name(`password ${i}`, 'password')
    for (let i = 0; i < 1000; i++) name(i)
    expect([name(999), name(901), name(0)]).toEqual(['password1000', 'password902', 'password1001'])
    expect(finder.find('password 500')).toEqual([])
  })
})

/** How many elements of arrays are copied or moved up. */
function movedBy(run: () => void): number {
  let moved = 0
  const { shift, slice } = Array.prototype
  Array.prototype.shift = function (this: unknown[]) {
    moved += this.length
    return shift.call(this)
  }
  Array.prototype.slice = function (this: unknown[], from = 0, to = this.length) {
    moved += to - from
    return slice.call(this, from, to)
  }
  try {
    run()
  } finally {
    Object.assign(Array.prototype, { shift, slice })
  }
  return moved
}
