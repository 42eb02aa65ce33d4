import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'

/** What a host sends, or a server, and what of it nobody may see. */
export interface Sent {
  readonly from: 'host' | 'server'
  readonly text: string
  readonly secrets: readonly string[]
}

export interface RandomSession {
  readonly parts: readonly Sent[]
  /** The bytes come in pieces of these sizes, over and over. */
  readonly sizes: readonly number[]
  /** Whether a URC is behind a piece. */
  readonly urcs: readonly boolean[]
  readonly echo: boolean
  /** Whether somebody watches from the beginning. */
  readonly watched: boolean
  /** Where others begin to watch, per mille of the bytes. */
  readonly joins: readonly number[]
  /** What of the module's output a recorder hears wrongly: 0 nothing, else about one byte in so many. */
  readonly noise: number
}

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const sec1 = privateKey.export({ type: 'sec1', format: 'pem' }).toString()
const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 })
  .privateKey.export({ type: 'pkcs1', format: 'pem' })
  .toString()

/** Any so many characters in a row. */
const windows = (text: string, length: number): readonly string[] =>
  Array.from({ length: Math.max(0, text.length - length + 1) }, (_, at) => text.slice(at, at + length))

/** Any 12 characters in a row of a key's body. */
const bodyOf = (pem: string): readonly string[] =>
  pem
    .split(/[\r\n]+/)
    .filter((line) => !/^-|KEY/i.test(line))
    .flatMap((line) => windows(line, 12))

const fromHost = (text: string, secrets: readonly string[]): Sent => ({ from: 'host', text, secrets })

const password = fc.stringMatching(/^[A-Za-z0-9!#$%&()*+./<>@^_{|}~-]{12}$/)
const pin = fc.stringMatching(/^[2-9]\d{7}$/)
/** Half of a secret is one too: the echo may have a wrong byte in it. */
const ofPassword = (text: string): readonly string[] => windows(text, 6)
const ofPin = (text: string): readonly string[] => windows(text, 7)

const sign = fc.constantFrom('=', ' =', '= ', ' ', ':', '=  ', '  = ', ';', ',', '?', '=\n', '+')
const anyCase = (name: string) => fc.constantFrom(name, name.toLowerCase(), name[0] + name.slice(1).toLowerCase())
const place = (text: string) => fc.nat(text.length - 1)
const letter = fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZ')
/** One letter wrong, missing, too many, swapped, or taken back. */
const misspelled = (name: string) =>
  fc.oneof(
    { weight: 3, arbitrary: anyCase(name) },
    { weight: 1, arbitrary: place(name).map((at) => name.slice(0, at) + name.slice(at + 1)) },
    {
      weight: 1,
      arbitrary: place(name).map((at) => `${name.slice(0, at)}${name[at + 1] ?? ''}${name[at]}${name.slice(at + 2)}`),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(place(name), letter).map(([at, x]) => name.slice(0, at) + x + name.slice(at + 1)),
    },
    { weight: 1, arbitrary: fc.tuple(place(name), letter).map(([at, x]) => name.slice(0, at) + x + name.slice(at)) },
    { weight: 2, arbitrary: place(name).map((at) => `${name.slice(0, at)}QX\b\b${name.slice(at)}`) },
  )
const start = fc.constantFrom(
  ...['AT+', 'at+', 'AT', 'AT+CSQ;+', 'ATE1;+', 'AT+CMQTTCFG="version",0,4;+', 'A/AT+', 'xAT+', '\nAT+', 'AT +', 'AT#'],
)
const end = fc.constantFrom('\r', '\r\n', '\n\r', ';+CSQ\r', '\nAT\r', '\b\r')
const quoted = (text: string) => fc.constantFrom(`"${text}"`, `"${text}`, text)

/** A line with a sign of it that is another one, or one too many; not in a secret. */
const damaged = (line: string, secret: string) =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant(line) },
    {
      weight: 2,
      arbitrary: fc.tuple(fc.nat(20), fc.constantFrom(';', ' ', '\n', ',,', ' ; ', '\b,')).map(([which, instead]) => {
        let seen = -1
        return line.replace(/,/g, (comma, at: number) => {
          if (line.indexOf(secret) <= at && at < line.indexOf(secret) + secret.length) return comma
          seen++
          return seen === which % 7 ? instead : comma
        })
      }),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(place(line), fc.constantFrom('\n', ' ', '"', '\xff', '\0', ';')).map(([at, x]) => {
        const inSecret = at > line.indexOf(secret) && at < line.indexOf(secret) + secret.length
        return inSecret ? line : line.slice(0, at) + x + line.slice(at)
      }),
    },
  )

const connect = fc
  .tuple(
    start,
    fc.oneof(
      { weight: 4, arbitrary: misspelled('CMQTTCONNECT') },
      { weight: 1, arbitrary: fc.constantFrom('CMQTTCON', 'CMQTTCONNECTION', 'CMQTTCONN') },
    ),
    sign,
    password,
    end,
  )
  .chain(([at, name, is, secret, cr]) =>
    quoted(secret)
      .chain((text) => damaged(`${at}${name}${is}0,"tcp://b:1883",60,1,"u",${text}${cr}`, secret))
      .map((line) => fromHost(line, ofPassword(secret))),
  )

/** `S` stands for the secret. */
const templates = [
  ...['AT+SMCONF="PASSWORD",S', 'AT+CNCFG=0,1,"apn","u",S,3', 'AT+CWJAP="ssid",S', 'AT+QMTCONN=0,"c","u",S'],
  ...['AT+CGAUTH=1,1,S,"u"', 'AT+CGAUTH=1,1,"u",S', 'AT+CSMTPSAUTH=1,"u",S', 'AT+CFTPSLOGIN="h",21,"u",S,0'],
  ...['AT+HTTPPARA="USERDATA",S', 'AT^AUTH=1,S', 'AT$QCPDPP=1,1,S,"u"', 'AT%X=S', 'AT*PSK=S', 'AT_KEY=S'],
  ...['AT+CSSLCFG=0,"password",S', 'AT+CSSLCFG="password",0,S', 'AT+CSSLCFG="pasword",0,S', 'AT+CSSLCFG="keypwd",0,S'],
  ...['AT+CMQTTCFG="password",0,S', 'AT+CMQTTSSLCFG="password",0,S', 'AT+CMQTTSSLCFG="paswsord",S'],
  ...['AT+CLCK="SC",1,S', 'AT+CPWD="SC",S,"x"', 'AT+CPIN=S,S', 'AT+CLKC="SC",1,S', 'AT+CPDW="SC",S,S'],
  ...['AT+CMQTTCONNECT=S,"tcp://b",60,1', 'AT+CMQTTCONNECT=0,S,60,1', 'AT+CMQTTCONNECT=0,"tcp://b",S,1'],
  ...[
    'AT+CMQTTCONNECT=0,"tcp://u:S@b",60,1',
    'AT+CMQTTCONNECT=0,"tcp://b",60,1,"u";S',
    'AT+CMQTTCONNECT=0,"tcp://b",60,1;"u";S',
  ],
  ...[
    'AT+CMQTTCONNECT="tcp://b",60,1,"u",S',
    'AT+CMQTTCONNECT=0,"tcp://b,60,1,"u",S',
    'AT+CMQTTCONNECT 0 "tcp://b" 60 1 "u" S',
  ],
  ...[
    'AT+CSQ+CPIN=S',
    'AT+CMQTTPUB=0,1,60 +CPIN S',
    'AT+CMQTTPUB=0,1,60,+CGAUTH=1,1,S',
    'AT+CREG?+CPIN=S',
    'AT+CSQ;CPIN=S',
  ],
]
const meant = fc
  .tuple(
    fc.constantFrom(...templates),
    // An address may hold a dot, and a login in front of an @.
    password.map((text) => text.replace(/[@.]/g, 'a')),
    end,
  )
  .chain(([template, secret, cr]) =>
    quoted(secret)
      .chain((text) => damaged(`${template.replace(/S(?![A-Z"])/g, () => text)}${cr}`, secret))
      .map((line) => fromHost(line, ofPassword(secret))),
  )

const pinEntry = fc
  .tuple(start, misspelled('CPIN'), sign, pin, end)
  .chain(([at, name, is, secret, cr]) =>
    quoted(secret).map((text) => fromHost(`${at}${name}${is}${text}${cr}`, ofPin(secret))),
  )
const dialledPin = pin.map((secret) => fromHost(`ATD**04*${secret}*1111*1111#;\r`, ofPin(secret)))

/** Typed, and taken back, in front of a command, in it or behind it. */
const wiped = fc
  .tuple(password, fc.constantFrom('AT+CSQ', 'AT+CMQTTCONNECT=0,"tcp://b",60,1', 'AT', 'AT+CPIN?'), fc.nat(60))
  .map(([secret, line, at]) => {
    const where = at % 3 === 0 ? 0 : at % line.length
    // Behind letters of a harmless name it is a name, or a value, that is shown.
    const from = /^AT\+C(SQ|MQTTCONNECT)$/.test(line.slice(0, where)) ? 0 : where
    return fromHost(`${line.slice(0, from)} ${secret}${'\b'.repeat(13)}${line.slice(from)}\r`, ofPassword(secret))
  })

const header = (pem: string) =>
  fc.constantFrom(
    pem,
    pem.replaceAll('\n', '\r\n'),
    pem.replaceAll('\n', '\r'),
    pem.toLowerCase(),
    pem.replaceAll(' ', '  '),
    pem.replaceAll(' ', ''),
    pem.replace('PRIVATE', 'PRIXX\b\bVATE'),
    pem.replace('BEGIN', 'B\bBEGIN').replace('-END', '-EX\bND'),
    pem.replace('PRIVATE', 'PRVIATE').replace('BEGIN', 'BEGN'),
    pem.replace(/-----BEGIN[^\n]*\n/, ''),
    pem.replaceAll('\n', '\\n'),
  )
const anyKey = fc.constantFrom(pkcs8, sec1, rsa).chain(header)

const key = fc
  .tuple(
    start,
    misspelled('CCERTDOWN'),
    fc.constantFrom('"key.pem"', '"k"', 'key.pem'),
    fc.constantFrom('right', 'short', 'long', 'zero', 'edited'),
    anyKey,
    fc.boolean(),
  )
  .map(([at, name, file, size, pem, repeats]): Sent => {
    const n = pem.length
    const length = { right: `${n}`, short: `${n - 100}`, long: '20000', zero: '0', edited: `9\b${n}` }[size]
    const text = `${at}${name}=${file},${length}\r${pem}`
    return fromHost(repeats ? `${text}\rA/${pem}\r` : `${text}\r`, bodyOf(pem))
  })

/** Behind a command that is refused: bytes, and base64, that begin like commands. */
const refused = fc
  .tuple(
    fc.constantFrom('AT', 'AT+', 'at', 'ATE', 'AT+C', 'A/AT', ''),
    fc.oneof(
      fc.stringMatching(/^[A-Za-z0-9+/]{60}$/),
      fc
        .uint8Array({ minLength: 60, maxLength: 60 })
        .map((bytes) => String.fromCharCode(...bytes).replace(/[\r\n\b]/g, '\x01')),
    ),
    fc.constantFrom('\r', '\n', '\r\n'),
  )
  .map(([begin, body, cr]) =>
    fromHost(`AT+CCERTDOWN="k.der",0\r${begin}${body}${cr}${begin}${body}\r`, windows(body, 12)),
  )

/** In a payload, and in a command line around it. */
const published = anyKey.map((pem) =>
  fromHost(`AT+CMQTTTOPIC=0,1\rtAT+CMQTTPAYLOAD=0,${pem.length}\r${pem}AT+CMQTTPUB=0,1,60\r`, bodyOf(pem)),
)
const received = fc
  .tuple(anyKey, fc.constantFrom('', '{"key":"', 'AT+CSQ\r'))
  .map(([pem, before]): Sent => ({ from: 'server', text: `${before}${pem}`, secrets: bodyOf(pem) }))

/** A command that comes while the module takes data, which are too few for it. */
const cut = fc.tuple(password, fc.constantFrom('', 'x\r\n', 'x '), fc.nat(1000)).map(([secret, before, part]) => {
  const line = `${before}AT+CMQTTCONNECT=0,"tcp://b",60,1,"u","${secret}"`
  const length = 1 + Math.floor((part * line.length) / 1001)
  return fromHost(`AT+CMQTTTOPIC=0,${length}\r${line}\rAT\r`, ofPassword(secret))
})

/** A CR in the middle of a command with a secret. */
const broken = fc
  .tuple(password, fc.constantFrom(...templates), fc.constantFrom('\r', '\r\n', '\r\n\r\n'), fc.nat(1000))
  .map(([secret, template, cr, part]) => {
    const line = template.replace(/S(?![A-Z"])/, () => `"${secret.replace(/[@.]/g, 'a')}"`)
    const place = line.indexOf('=')
    const at = place + 1 + Math.floor((part * (line.length - place)) / 1001)
    return fromHost(`${line.slice(0, at)}${cr}${line.slice(at)}\rAT\r`, ofPassword(secret))
  })

/** A command that comes while the module takes data. */
const early = fc.tuple(password, fc.constantFrom('', 'x\r\n', 'x '), fc.nat(40)).map(([secret, before, more]) => {
  const line = `${before}AT+CMQTTCONNECT=0,"tcp://b",60,1,"u","${secret}"\r`
  return fromHost(`AT+CMQTTTOPIC=0,${line.length + more}\r${line}${'x'.repeat(more)}AT\r`, ofPassword(secret))
})

const harmless = fc
  .constantFrom(
    ...['AT\r', 'AT+CSQ\r', 'AT+CPIN?\r', 'ATE0\r', 'ATE1\r', 'ATI\r', 'AT+CMQTTCONNECT?\r', 'AT+CSSLCFG?\r', 'A/'],
    ...['AT+CMQTTTOPIC=0,5\rab\rcdAT+CSQ\r', 'AT+CGAUTH?\r', 'hello\r', 'AT+CMQTTSTOP\r', 'AT+CFUN=1,1\r'],
  )
  .map((text) => fromHost(text, []))

const begun = fc
  .constantFrom('', 'AT+CMQTTSTART\rAT+CMQTTACCQ=0,"c"\rAT+CMQTTCONNECT=0,"tcp://b:1883",60,1\r')
  .map((text) => fromHost(text, []))

const part = fc.oneof(
  ...[
    connect,
    connect,
    meant,
    meant,
    pinEntry,
    dialledPin,
    wiped,
    key,
    key,
    refused,
    published,
    received,
    early,
    cut,
    broken,
  ],
  ...[harmless, harmless],
)

export const session: fc.Arbitrary<RandomSession> = fc.record({
  parts: fc.tuple(begun, fc.array(part, { minLength: 1, maxLength: 5 })).map(([first, rest]) => [first, ...rest]),
  sizes: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 }),
  urcs: fc.array(fc.boolean(), { minLength: 1, maxLength: 7 }),
  echo: fc.boolean(),
  watched: fc.boolean(),
  joins: fc.array(fc.nat(999), { maxLength: 3 }),
  noise: fc.constantFrom(0, 0, 200, 40),
})
