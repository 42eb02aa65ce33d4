import { afterEach, describe, expect, test } from 'vitest'
import { textOf } from '../../src/at/public.ts'
import { compileFormat, FormatError } from '../../src/terminal/printing/format.ts'
import { printedMessage } from '../../src/terminal/printing/printed-message.ts'
import { endAll } from '../support/cli.ts'
import { mosquittoMissing, startMosquitto } from '../support/programs/mosquitto.ts'
import { clientsMissing, startTool } from '../support/programs/mosquitto-clients.ts'
import { until } from '../support/until.ts'

afterEach(endAll)

const bytes = (text: string) => new TextEncoder().encode(text)
const printed = (format: string, payload = 'hé', at = 0) =>
  textOf(compileFormat(format)({ topic: 'a/b', payload: bytes(payload), at }))

const comparable = [
  '%%|%t|%p|%l|%x|%X|%I|[%A%C%D%E%F%P%R%S]',
  '@Y-@m-@d @H:@M:@S @a @A @b @B @c @D @e @F @h @I @j @p @r @R @s @T @u @w @x @X @y @z @@@n@t',
  '\\\\ \\0\\a\\e\\n\\r\\t\\v',
  '%10t|%-10t|%014t|%.2t|%5.1t|%-5.1t',
  '%.2p|%12p|%-12p|%5.1p|%30p|%-30p|%030p|%-030p',
  '%.2x|%24x|%-24X|%60x|%060x|%-60X|%7x|%012l|%-6l|%6l|%03l',
].join('#')

test.skipIf(mosquittoMissing ?? clientsMissing)(
  'a format is printed byte for byte as mosquitto_sub prints it, in another time zone',
  async () => {
    process.env.TZ = 'Asia/Kolkata'
    const broker = await startMosquitto()
    const server = ['-h', broker.host, '-p', String(broker.port), '-t', 'a/b']
    const sub = startTool('mosquitto_sub', [...server, '-C', '1', '-F', `%U#${comparable}#%j`])
    await until(() => /Sending SUBACK/.test(broker.log), 'the subscription')
    const payload = '{"é":"\\"\\\\\\n\\u0001/"}'
    await startTool('mosquitto_pub', [...server, '-m', payload]).ended
    await sub.ended
    await broker.stop()
    const theirs = sub.out()
    const at = Math.floor(Number(theirs.split('#')[0]) * 1000)
    const ours = textOf(compileFormat(`${comparable}#%j`)({ topic: 'a/b', payload: bytes(payload), at }))
    // It knows the time to the microsecond, and what the module does not tell.
    const known = (text: string) =>
      text.replace(/"qos":0,"retain":0,/, '').replace(/(T\d\d:\d\d:\d\d)\.\d{6}Z/, '$1.……Z')
    expect(known(ours)).toBe(known(theirs.slice(theirs.indexOf('#') + 1, -1)))
    delete process.env.TZ
  },
)

describe('a format', () => {
  test.each([
    ['%U', '0.000000000'],
    [
      '%J',
      '{"tst":"1970-01-01T00:00:00.000000Z+0000","topic":"a/b","payloadlen":13,"payload":{"a":[1,2.5]}}',
      '{"a":[1,2.50]}',
    ],
    ['[%J]', '[]', 'no json'],
    ['%j', '{"tst":"1970-01-01T00:00:00.000000Z+0000","topic":"a/b","payloadlen":0,"payload":null}', ''],
    ['@N', '000000000'],
  ])('%s', (format, text, payload = 'x') => {
    const was = process.env.TZ
    process.env.TZ = 'UTC'
    expect(printed(format, payload)).toBe(text.replace('"payloadlen":13', '"payloadlen":14'))
    if (was === undefined) delete process.env.TZ
    else process.env.TZ = was
  })

  test.each([
    ['%q', "-F: %q can't be printed: the module does not tell its QoS of a message."],
    ['%r', "-F: %r can't be printed: the module does not tell whether it was retained of a message."],
    ['%m', "-F: %m can't be printed: the module does not tell its identifier of a message."],
    ['%Z', '-F: %Z is no part of a format: the page of the command line lists what is.'],
    ['a%', '-F: % is no part of a format: the page of the command line lists what is.'],
    ['\\q', '-F: \\q is no part of a format: the page of the command line lists what is.'],
    ['a@', '-F: @ is no part of a format: the page of the command line lists what is.'],
  ])('%s is refused', (format, sentence) => {
    expect(() => compileFormat(format)).toThrow(new FormatError(sentence))
  })
})

test.each([
  ['x', { verbose: false, lineEnd: true }, 'x\n'],
  ['', { verbose: false, lineEnd: true }, ''],
  ['x', { verbose: true, lineEnd: true }, 'a/b x\n'],
  ['', { verbose: true, lineEnd: true }, 'a/b (null)\n'],
  ['x', { verbose: true, lineEnd: false }, 'a/b x'],
])('message %j with %j', (payload, how, text) => {
  expect(textOf(printedMessage({ topic: 'a/b', payload: bytes(payload), at: 0 }, how))).toBe(text)
})
