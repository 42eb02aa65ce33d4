import { describe, expect, test } from 'vitest'
import { bytesOf, textOf } from '../at/syntax/bytes.ts'
import type { ByteStream } from '../io/stream.ts'
import { parseTranscript } from '../transcript/language/parse.ts'
import type { Target } from '../transcript/player/run.ts'
import { manualClock, scripted } from '../transcript/player/testing.ts'
import { type CompareResult, compareModules } from './compare-run.ts'
import { compareText, normalisedText } from './compare-text.ts'
import { createNormaliser } from './normalise.ts'

/** A module that answers the nth thing that it is sent with the nth text. */
function module(answers: readonly string[], values: Record<string, string> = {}): Target & { readonly sent: string[] } {
  const sent: string[] = []
  return {
    sent,
    kind: 'virtual',
    capabilities: values.broker ? ['broker'] : [],
    values,
    open: async () => {
      const line = scripted(answers)
      const write = (bytes: Uint8Array) => {
        sent.push(textOf(bytes))
        line.write(bytes)
      }
      return { stream: { ...line, write }, close: async () => {} }
    },
  }
}

const text = '# t\n@cite §1\n> AT+CGSN\n< {imei:15}\n< OK\n> AT+CSQ\n< {*}\n< OK\n> A{imei}\n< OK\n'

async function compare(a: Target, b: Target, ignore: readonly RegExp[] = [], transcript = text) {
  const clock = manualClock()
  const seen: CompareResult[] = []
  const compared = compareModules([parseTranscript(transcript, 'x.at')], [a, b], { clock, ignore }, (each) =>
    seen.push(each),
  )
  let isOver = false
  compared.finally(() => {
    isOver = true
  })
  while (!isOver) await clock.advance(500)
  const { results, normalised } = await compared
  expect(seen).toEqual(results)
  return { result: results[0]!, normalised }
}

const answers = (imei: string, signal: string, last = 'OK') => [
  `AT+CGSN\r\r\n${imei}\r\n\r\nOK\r\n`,
  `AT+CSQ\r\r\n+CSQ: ${signal}\r\n\r\nOK\r\n`,
  `A${imei}\r\r\n${last}\r\n`,
]
const [imei1, imei2] = ['351602000330570', '867584030090917']

describe('two modules', () => {
  test('IMEI and signal are not compared, and counted; each is sent its own IMEI', async () => {
    const [a, b] = [module(answers(imei1, '23,0')), module(answers(imei2, '9,99'))]
    const { result, normalised } = await compare(a, b)
    expect(result.outcome).toEqual({ kind: 'same', exchanges: 3 })
    expect([a.sent[2], b.sent[2]]).toEqual([`A${imei1}\r`, `A${imei2}\r`])
    expect(normalisedText(normalised)).toBe('not compared: IMEI or IMSI (4), signal (2)')
  })

  test('every other byte is, an empty line and an echo too, and the rest is still sent', async () => {
    const [first, second, third] = answers(imei1, '23,0')
    const { result } = await compare(
      module([first!, second!, third!]),
      module([first!.replace('\r\n\r\nOK', '\r\nOK'), second!, third!.replace('OK', 'ERROR')]),
    )
    expect(compareText(result, { expected: 'A', got: 'B' }, 80)).toBe(
      [
        'DIFFERENT  x.at  t',
        '',
        '  x.at:3 (§1): 2 bytes differ',
        '',
        '    sent  AT+CGSN\\r',
        '',
        '    A                        | B',
        '    -------------------------+-------------------------',
        '    AT+CGSN\\r\\r\\n            | AT+CGSN\\r\\r\\n',
        '    {imei}\\r\\n               | {imei}\\r\\n',
        '  > \\r\\n                     | (nothing)',
        '    OK\\r\\n                   | OK\\r\\n',
        '',
        '  x.at:9 (§1): 5 bytes differ',
        '',
        '    sent  A{imei}\\r',
        '',
        '    A                        | B',
        '    -------------------------+-------------------------',
        '    A{imei}\\r\\r\\n            | A{imei}\\r\\r\\n',
        '  > OK\\r\\n                   | ERROR\\r\\n',
        '',
      ].join('\n'),
    )
  })

  test('a step whose hole was not bound is not sent; the rest is', async () => {
    const [first, second, third] = answers(imei1, '1,1')
    const [a, b] = [module([first!, second!, third!]), module(['\r\nERROR\r\n', second!])]
    const { result } = await compare(a, b)
    expect(b.sent).toEqual(['AT+CGSN\r', 'AT+CSQ\r'])
    expect(result.outcome).toMatchObject({ divergences: [{ place: { line: 3 } }, { place: { line: 9 } }] })
  })

  test('a password of a transcript is not shown where modules differ', async () => {
    const login = '> AT+CMQTTCONNECT=0,"tcp://b",60,1,"u","secret1234"\n'
    const both = ['AT…\r\r\nOK\r\n', 'AT…\r\r\nERROR\r\n'].map((answer) => module([answer]))
    const { result } = await compare(both[0]!, both[1]!, [], `# t\n@cite §1\n${login}< {*}\n< OK\n`)
    const text = compareText(result, { expected: 'one', got: 'other' }, 100)
    expect(text).toContain('sent  AT+CMQTTCONNECT=0,"tcp://b",60,1,"u",***')
    expect(text).not.toContain('secret1234')
  })

  test('nor is it where one module echoes and the other does not, in a PIN, a login and a key', async () => {
    const key = '-----BEGIN PRIVATE KEY-----\\nMIGHAgEAMBMGByqGSM49secret1234\\n-----END PRIVATE KEY-----\\n'
    const typed = ['AT+CPIN=secret1234', 'AT+CMQTTCONNECT=0,"tcp://b",60,1,"u","secret1234"']
    const sent = [...typed.map((line) => `> ${line}\n`), `>> ${key}\n`].join('< {*}\n')
    const echoes = [...typed.map((line) => `${line}\r`), key.replaceAll('\\n', '\n')]
    const echoing = module(echoes.map((echo) => `${echo}\r\nOK\r\n`))
    const { result } = await compare(
      echoing,
      module(['\r\nOK\r\n', '\r\nOK\r\n', '\r\nOK\r\n']),
      [],
      `# t\n@cite §1\n${sent}< {*}\n`,
    )
    const text = compareText(result, { expected: 'one', got: 'other' }, 200)
    expect(text).toContain('AT+CPIN=***')
    expect(text).not.toContain('secret1234')
  })

  test('the codes of errors are shown, also behind the echo of a command with a secret', async () => {
    const both = ['10', '11'].map((code) => module([`AT+CPIN="1234"\r\r\n+CME ERROR: ${code}\r\n`]))
    const { result } = await compare(both[0]!, both[1]!, [], '# t\n@cite §1\n> AT+CPIN="1234"\n< {*}\n')
    const text = compareText(result, { expected: 'one', got: 'other' }, 100)
    expect(text).toMatch(/\+CME ERROR: 10.*\+CME ERROR: 11/)
    expect(text).not.toContain('1234')
  })

  test('~ blocks are waited for, also at the end', async () => {
    const slow = (urc: string): Target => {
      const target = module([])
      return {
        ...target,
        open: async (transcript) => {
          const opened = await target.open(transcript)
          let say = (_: Uint8Array): void => {}
          const stream: ByteStream = {
            ...opened.stream,
            start: ({ data }) => {
              say = data
            },
            write(bytes) {
              opened.stream.write(bytes)
              void new Promise((resolve) => setImmediate(resolve))
                .then(() => say(bytesOf('\r\nOK\r\n')))
                .then(() => new Promise((resolve) => setImmediate(() => setImmediate(() => setImmediate(resolve)))))
                .then(() => say(bytesOf(urc)))
            },
          }
          return { ...opened, stream }
        },
      }
    }
    const { result } = await compare(slow('\r\nU: 1\r\n'), slow('\r\nU: 2\r\n'), [], '> A\n< OK\n~ U: {0-9}\n')
    expect(result.outcome.kind).toBe('different')
  })

  test('lines in another order are reported as such', async () => {
    const [first, second, third] = answers(imei1, '1,1')
    const swapped = 'AT+CSQ\r\r\nOK\r\n\r\n+CSQ: 1,1\r\n'
    const { result } = await compare(module([first!, second!, third!]), module([first!, swapped, third!]))
    expect(result.outcome).toMatchObject({ kind: 'different', divergences: [{ reordered: true }] })
  })

  test('addresses that were filled in, and what --ignore names, are not compared', async () => {
    const said = (broker: string, revision: string) => [`AT="${broker}"\r\r\n+R: ${revision}\r\n`]
    const transcript = '> AT="{broker}"\n< {*}\n'
    const [a, b] = [
      module(said('b.example:1883', 'v1'), { broker: 'b.example:1883' }),
      module(said('c:1884', 'v22'), { broker: 'c:1884' }),
    ]
    expect((await compare(a, b, [], transcript)).result.outcome.kind).toBe('different')
    const { result, normalised } = await compare(a, b, [/\+R: .*/g], transcript)
    expect(result.outcome.kind).toBe('same')
    expect(normalisedText(normalised)).toBe('not compared: {broker} (2), /\\+R: .*/g (2)')
  })

  test('of two matching values the longer one is replaced first', () => {
    const { text } = createNormaliser({ broker: 'b:1883', brokerTls: 'b:18834' }, [], new Map())
    expect(text(bytesOf('b:18834 b:1883'))).toBe('{brokerTls} {broker}')
  })

  test("a transcript that one module can't play is skipped", async () => {
    const transcript = '> A\n< OK\n@begin b\n@needs tls\n> B\n@end'
    const { result } = await compare(module([]), module([]), [], transcript)
    expect(compareText(result, { expected: 'A', got: 'B' }, 80)).toBe('skipped    x.at: needs tls')
  })

  test('what comes before anything is sent, and payloads of any bytes', async () => {
    const early = (bytes: string): Target => {
      const target = module(['\r\nOK\r\n'])
      return {
        ...target,
        open: async (transcript) => {
          const opened = await target.open(transcript)
          const start: ByteStream['start'] = (events) => {
            opened.stream.start(events)
            events.data(bytesOf(bytes))
          }
          return { ...opened, stream: { ...opened.stream, start } }
        },
      }
    }
    const transcript = '< RDY\n> A\n< OK\n'
    const same = await compare(early('\r\nRDY\r\n'), early('\r\nRDY\r\n'), [], transcript)
    expect(same.result.outcome).toEqual({ kind: 'same', exchanges: 2 })
    const { result } = await compare(early('\r\nRDY\r\n'), early('\r\nRDY\xff\r\n'), [], transcript)
    expect(compareText(result, { expected: 'A', got: 'B' }, 80)).toContain('before anything was sent: 1 byte differs')
  })
})
