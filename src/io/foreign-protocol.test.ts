import { expect, test } from 'vitest'
import { bytesOf, textOf } from '../at/syntax/bytes.ts'
import { type ForeignProtocol, ProtocolScreen } from './foreign-protocol.ts'

const commands = '\r\nAT+CPOF\r\nAT+CCERTDOWN="ca.pem",5\r\nabcde'
const stun = '\0\x03\0\x3c\x21\x12\xa4\x42aaaabbbbcccc'
const foreign: readonly (readonly [ForeignProtocol, string, string])[] = [
  ['HTTP', 'a request', `POST / HTTP/1.1\r\nHost: 127.0.0.1:7672\r\n${commands}`],
  ['HTTP', 'a method of a page', `x-y / HTTP/1.1\r\n${commands}`],
  ['HTTP', 'a preflight to any target', `OPTIONS * HTTP/1.1\r\n${commands}`],
  ['HTTP', 'a target with commands', `GET /;AT+CPOF?A/ HTTP/1.1${commands}`],
  ['HTTP', 'HTTP/2 without TLS', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['HTTP', 'an LF alone', 'GET / HTTP/1.0\nAT+CPOF\r'],
  ['TLS', 'a hello', `\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03${commands}`],
  ['STUN', 'a request of TURN', `${stun}${commands}`],
  ['STUN', 'behind its length, as over TCP', `\0\x50${stun}${commands}`],
  [
    'STUN',
    'a line of a command in a framed one',
    `\0\x28\0\x01\0\x24\x21\x12\xa4\x42aaaabbbbcccc\0\x06\0\x0dA/AAAAAA:abcd`,
  ],
  ['STUN', 'CR and LF in its header', `\0\x0a\x0d\x0c\x21\x12\xa4\x42${commands}`],
]

/** What is passed on of pieces, until the protocol is known. */
function screened(pieces: readonly string[]) {
  const screen = new ProtocolScreen()
  let passed = ''
  for (const piece of pieces) {
    const { pass, foreign } = screen.take(bytesOf(piece))
    passed += textOf(pass)
    if (foreign) return { passed, foreign }
  }
  return { passed, foreign: undefined }
}

/** The text whole, in two at every place, in three, and byte by byte. */
function* cuts(text: string) {
  yield [text]
  yield [...text]
  for (let first = 0; first <= text.length; first++) {
    yield [text.slice(0, first), text.slice(first)]
    for (let second = first; second <= Math.min(text.length, first + 4); second++)
      yield [text.slice(0, first), text.slice(first, second), text.slice(second)]
  }
}

test.each(foreign)('%s, %s: it is known wherever it is cut, and no line of it ends', (protocol, _, text) => {
  for (const pieces of cuts(text)) {
    const { passed, foreign } = screened(pieces)
    expect([foreign, /[\r\n]/.test(passed)]).toEqual([protocol, false])
    expect(text.startsWith(passed)).toBe(true)
  }
})

test.each([
  ['a command line', 'AT\r'],
  ['commands that name HTTP', 'AT+CMQTTTOPIC=0,1\rGET / HTTP/1.1\r\n'],
  ['an empty line, then HTTP', '\r\nGET / HTTP/1.1\r\n'],
  ['HTTP in quotes', 'AT+HTTPPARA="x y HTTP/1"\r\n'],
  ['words', 'one two three HTTP/1.1\r'],
  ['a request without a version', 'GET /\r\n'],
  ['nothing of a target', 'GET HTTP/1.1\r'],
  ['a repeat', 'A/A/\r'],
  ['zeros in front', '\0\0\0AT\r\n\0\0\0\0'],
  ['a line end between zeros', '\0\r\n\0AT\r'],
  ['not quite a hello', '\x16\x02\x01\rAT\r'],
  ['not quite STUN', '\0\x01\0\x08\x21\x12\xa4\x43\r'],
])('%s is passed on whole, wherever it is cut', (_, text) => {
  for (const pieces of cuts(text)) expect(screened(pieces)).toEqual({ passed: text, foreign: undefined })
})

test('what is typed is passed on at once, as it is echoed', () => {
  const screen = new ProtocolScreen()
  for (const character of 'POST / HTTP/1.1') expect(textOf(screen.take(bytesOf(character)).pass)).toBe(character)
})

test('a target of any length, and a first line that never ends', () => {
  const target = 'a'.repeat(10_000)
  expect(screened(['GET /', target, target, ' HT', 'TP', '/1.1', target, '\r'])).toMatchObject({ foreign: 'HTTP' })
  expect(screened(['GET /', target, target, ' HTT', 'S/1.1\r', target]).foreign).toBe(undefined)
})
