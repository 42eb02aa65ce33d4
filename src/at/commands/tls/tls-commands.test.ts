import { describe, expect, test } from 'vitest'
import { profiles } from '../../profiles/profiles.ts'
import { textOf } from '../../syntax/bytes.ts'
import { isCertificateName } from '../certificate-name.ts'
import { type Command, encodeWrite, testLines } from '../command.ts'
import { tlsCommands } from './tls-commands.ts'

const commandsOf = (profile: string) => tlsCommands(profiles[profile]!.tls)
const named = (profile: string, name: string): Command =>
  Object.values<Command>(commandsOf(profile)).find((command) => command.name === name)!

const first = ['"sslversion",(0-9),(0-4)', '"authmode",(0-9),(0-3)', '"ignorelocaltime",(0-9),(0,1)']
const files = (longest: number) => [
  '"negotiatetime",(0-9),(10-300)',
  `"cacert",(0-9),(5-${longest})`,
  `"clientcert",(0-9),(5-${longest})`,
  `"clientkey",(0-9),(5-${longest})`,
]
const sni = '"enableSNI",(0-9),(0,1)'
const later = ['"ignorecertCN",(0-9),(0,1)', '"use_tickets",(0-9),(0,1)']
const suites = '"ciphersuites",(0-9),(0x0000-0xffff)'

/** Written from the manuals, not from the definitions. */
describe('the =? lines of +CSSLCFG', () => {
  test.each([
    ['sim767x', [...first, ...files(108), sni]],
    ['sim767x-v106', [...first, ...files(55), '"password",(0-9),(5-55)', sni, ...later, suites]],
    ['a76xx', [...first, ...files(108), '"password",(0-9),(5-108)', sni, ...later]],
    ['sim7600', [...first, ...files(108), sni, suites]],
  ])('%s', (profile, lines) => {
    expect(testLines(named(profile, '+CSSLCFG'))).toEqual(lines.map((line) => `+CSSLCFG: ${line}`))
  })
})

describe('the =? lines of the store', () => {
  test.each([
    ['sim767x', '(5-55)'],
    ['sim767x-v106', '(5-55)'],
    ['a76xx', '(5-108)'],
    ['sim7600', '(5-55)'],
  ])('%s', (profile, names) => {
    expect(testLines(named(profile, '+CCERTDOWN'))).toEqual([`+CCERTDOWN: ${names},(1-10240)`])
    expect(testLines(named(profile, '+CCERTMOVE'))).toEqual(['+CCERTMOVE: "FILENAME"'])
    expect(testLines(named(profile, '+CCERTLIST'))).toEqual([])
    expect(testLines(named(profile, '+CCERTDELE'))).toEqual([])
  })
})

test('five commands; the data of CCERTDOWN alone is secret; none needs the MQTT service', () => {
  const commands = Object.values<Command>(commandsOf('sim767x'))
  expect(commands.map(({ name }) => name)).toEqual(['+CSSLCFG', '+CCERTDOWN', '+CCERTLIST', '+CCERTDELE', '+CCERTMOVE'])
  const forms = commands.flatMap(({ name, write = {} }) => Object.values(write).map((form) => ({ name, form })))
  expect(forms.filter(({ form }) => form.secret).map(({ name }) => name)).toEqual(['+CCERTDOWN'])
  expect(commands.map(({ needs }) => needs)).toEqual([undefined, undefined, undefined, undefined, undefined])
})

test('lines that a driver sends', () => {
  const { sslContexts, certificateDown, certificateMove } = commandsOf('sim767x-v106')
  const { caCert, negotiateTime, cipherSuites, show } = sslContexts.write
  const lines = [
    encodeWrite(sslContexts, caCert, { key: 'cacert', sslContext: 3, value: 'ca.pem' }),
    encodeWrite(sslContexts, negotiateTime, { key: 'negotiatetime', sslContext: 0, value: 10 }),
    encodeWrite(sslContexts, cipherSuites, { key: 'ciphersuites', sslContext: 9, value: 0xc02f }),
    encodeWrite(sslContexts, show, { sslContext: 6 }),
    encodeWrite(certificateDown, certificateDown.write.download, { name: 'a.der', length: 10_240 }),
    encodeWrite(certificateMove, certificateMove.write.move, { name: 'baidu.der' }),
  ]
  expect(lines.map((line) => textOf(line))).toEqual([
    'AT+CSSLCFG="cacert",3,"ca.pem"',
    'AT+CSSLCFG="negotiatetime",0,10',
    'AT+CSSLCFG="ciphersuites",9,0xC02F',
    'AT+CSSLCFG=6',
    'AT+CCERTDOWN="a.der",10240',
    'AT+CCERTMOVE="baidu.der"',
  ])
})

describe('names of certificates', () => {
  test.each([
    ['a.pem', true],
    ['a.der', true],
    ['A.PEM', true],
    ['two words.pem', true],
    ['a.b.pem', true],
    ['h\u00fctte.pem', true],
    ['.pem', false],
    ['.a.pem', false],
    ['a.crt', false],
    ['a.pem.', false],
    ['a.pem ', false],
    ['a.pem\n', false],
    ['pem', false],
    ['a/b.pem', false],
    ['/a.pem', false],
    ['a\\b.pem', false],
    ['../a.pem', false],
    ['a..pem', false],
    ['a\0.pem', false],
    ['a\rb.pem', false],
    ['a"b.pem', false],
    ['a\x7f.pem', false],
    ['\u010d.pem', false],
    ['a\u0122.pem', false],
    [`${'x'.repeat(104)}.pem`, true],
    [`${'x'.repeat(105)}.pem`, false],
  ])('%j: %s', (name, good) => expect(isCertificateName(name)).toBe(good))
})
