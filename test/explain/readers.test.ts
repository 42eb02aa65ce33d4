import { describe, expect, test } from 'vitest'
import { bytesOf, concat } from '../../src/at/syntax/bytes.ts'
import { Explainer, explain } from '../../src/explain/explain.ts'
import { interfaceBlock, linkTypes, packetBlock, sectionHeader } from '../../src/recording/pcapng.ts'
import { sessionOf } from './session.ts'
import { shapes, wire } from './shapes/shapes.ts'

const session = sessionOf(
  '> AT\n< OK\n> AT+CGMM\n< A7670E-FASE\n< OK\n> AT+CMQTTSTART\n< OK\n< +CMQTTSTART: 0\n> AT+CMQTTACCQ=0,"dev",0\n< OK\n' +
    '> AT+CMQTTCONNECT=0,"tcp://a.example:1883",60,1\n< OK\n@+9s\n< +CMQTTCONNECT: 0,25',
)
const ids = (log: Uint8Array): readonly string[] => explain(log).findings.map(({ id }) => id)
const utf16 = (text: string, isLittle: boolean): Uint8Array => {
  const view = new DataView(new ArrayBuffer(2 + 2 * text.length))
  view.setUint16(0, 0xfeff, isLittle)
  for (let i = 0; i < text.length; i++) view.setUint16(2 + 2 * i, text.charCodeAt(i), isLittle)
  return new Uint8Array(view.buffer)
}

/** As the recorder writes it: the line, beside MQTT as TCP. */
const capture = concat([
  sectionHeader('atmqtt'),
  interfaceBlock(linkTypes.raw, 'mqtt', 'MQTT as TCP'),
  interfaceBlock(linkTypes.user0, 'at ttyAT0', 'an AT line'),
  ...session.flatMap((event) => [
    packetBlock({ interface: 0, epochMs: event.ms, direction: 'out', bytes: bytesOf('+CMQTTCONNECT: 0,32\r\n') }),
    packetBlock({
      interface: 1,
      epochMs: 1_700_000_000_000 + event.ms,
      direction: event.side === 'host' ? 'in' : 'out',
      bytes: bytesOf(wire(event)),
    }),
  ]),
])

describe('what a log is stored as', () => {
  test.each([
    ['UTF-16, little-endian, as Windows writes it', utf16(shapes.arduino!(session), true)],
    ['UTF-16, big-endian', utf16(shapes.arduino!(session), false)],
    ['UTF-8 with a byte order mark', concat([Uint8Array.of(0xef, 0xbb, 0xbf), bytesOf(shapes.arrows!(session))])],
    ['pcapng', capture],
  ])('%s, whole and byte by byte', (_, log) => {
    const explainer = new Explainer()
    for (const byte of log) explainer.feed(Uint8Array.of(byte))
    expect(ids(log)).toEqual(['dns'])
    expect(explainer.end()).toEqual(explain(log))
  })

  test('pcapng tells its shape, its times, and quotes packets as rows', () => {
    const { shape, rows } = explain(capture)
    expect(shape).toBe('pcapng')
    expect(rows.at(-1)).toMatchObject({ side: 'module', text: expect.stringContaining('+CMQTTCONNECT: 0,25') })
  })

  test('a pcapng that is cut, or that announces more than it has, is read as far as it goes', () => {
    for (const length of [4, 8, 11, 12, 40, capture.length - 1])
      expect(['pcapng', 'none']).toContain(explain(capture.slice(0, length)).shape)
    const long = capture.slice()
    new DataView(long.buffer).setUint32(4, 0xfffffff0, true)
    expect(explain(long).findings).toEqual([])
  })
})

describe('impurities', () => {
  const base = { findings: 'dns' }
  const arduino = shapes.arduino!(session)
  test.each([
    [
      'boot-ROM noise in front',
      `ets Jul 29 2019 12:21:46\nrst:0x1 (POWERON_RESET),boot:0x13\n\x00\xff\xfe\n${arduino}`,
    ],
    [
      'base64 in the middle',
      arduino.replace('AT+CMQTTACCQ', 'TWFuIGlzIGRpc3Rpbmd1aXNoZWQsIG5vdCBvbmx5IGJ5IA==\nAT+CMQTTACCQ'),
    ],
    [
      'SSCOM with GBK marks',
      shapes.sscom!(session)
        .replaceAll('\xe5\x8f\x91\xe2\x86\x92\xe2\x97\x87', '\xb7\xa2\xa1\xfa\xa1\xf3')
        .replaceAll('\xe6\x94\xb6\xe2\x86\x90\xe2\x97\x86', '\xca\xd5\xa1\xfb\xa1\xf4'),
    ],
    [
      'two arrows on each row, as the data of a recording has',
      session.map(({ side, text }) => `${side === 'host' ? '>>' : '<<'} ${text}\n`).join(''),
    ],
    [
      'a space in place of the line ends of a response',
      session
        .map(({ side, text }, i) => {
          const isBehind = side === 'module' && session[i - 1]?.side === 'module'
          return `${i === 0 ? '' : isBehind ? ' ' : '\n'}${isBehind ? '' : side === 'host' ? 'Send: ' : 'Recv: '}${text}`
        })
        .join(''),
    ],
    ['SSCOM with prints of the tool', `${shapes.sscom!(session)}[10:00:30.000]\xe6\x94\xb6\xe2\x86\x90\xe2\x97\x86\n`],
    [
      'ModemManager in the journal',
      shapes.modemManager!(session).replaceAll(/^/gm, 'Mar 04 10:00:00 gw ModemManager[612]: '),
    ],
    [
      'ModemManager between lines of other ports',
      shapes.modemManager!(session).replaceAll(
        /^(.*CMQTT.*)$/gm,
        "<debug> [1700000001.1] [ttyUSB3/at] --> 'AT<CR>'\n<debug> [1700000001.1] [cdc-wdm0/qmi] sent message...\n$1",
      ),
    ],
    [
      'modem_chat with colours and a shell prompt',
      shapes.zephyr!(session)
        .replaceAll(/^(.*<dbg>.*)$/gm, '\x1b[1;34m$1\x1b[0m')
        .concat('uart:~$ \n'),
    ],
    [
      'Saleae, the older export',
      shapes.saleae!(session)
        .replace(/^.*\n/, 'Time [s],Value,Parity Error,Framing Error\n')
        .replaceAll(/^"Async Serial (..)","data",([\d.]+),[\d.]+,"(0x..)"$/gm, '$2,$1,$3,,'),
    ],
    [
      'Saleae in signs instead of hex',
      shapes.saleae!(session).replaceAll(/"0x([2-7].)"$/gm, (_, hex: string) => {
        const sign = String.fromCharCode(Number.parseInt(hex, 16))
        return sign === '"' ? '""""' : sign === ',' ? 'COMMA' : `"${sign}"`
      }),
    ],
    [
      'sigrok with sample numbers',
      shapes.sigrok!(session).replaceAll(/^uart-1: (..): (..)$/gm, '100-190 uart-1: $1: $2'),
    ],
    ['rows that a carriage return overwrites', shapes.espLog!(session).replaceAll('\n', '\r\n')],
    ['every row twice ended', arduino.replaceAll('\n', '\n\n')],
  ])('%s', (_, log) => {
    expect(ids(bytesOf(log))).toContain(base.findings)
  })
})

test('bytes of a wrong speed, written as escapes', () => {
  const log = [0, 1, 2].map((at) => `[${at}00] TX AT\n[${at}50] RX \\xff\\xfe\\x80\\x00\\x78\n`).join('')
  expect(ids(bytesOf(log))[0]).toBe('wrong-baud')
})
