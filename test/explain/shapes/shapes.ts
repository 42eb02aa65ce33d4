import { bytesOf, escapeBytes } from '../../../src/at/syntax/bytes.ts'
import type { SessionEvent } from '../session.ts'
import { hexDump, pieces, saleae } from './bytes.ts'

/** Writes a session as a log of some shape. */
export type Shape = (session: readonly SessionEvent[]) => string

const two = (number: number, digits = 2): string => `${Math.floor(number)}`.padStart(digits, '0')
export const clock = (ms: number): string =>
  `${two(10 + ms / 3_600_000)}:${two((ms / 60_000) % 60)}:${two((ms / 1000) % 60)}.${two(ms % 1000, 3)}`

const rows = (
  session: readonly SessionEvent[],
  write: (event: SessionEvent, answered: boolean) => readonly string[],
): string => `${session.flatMap((event, i) => write(event, session[i + 1]?.side === 'module')).join('\n')}\n`

/** What a serial monitor shows: the echo, then CR LF before and behind each line of the module. */
const monitor =
  (stamp: (ms: number) => string): Shape =>
  (session) =>
    rows(session, ({ side, text, ms }) => {
      const at = stamp(ms)
      if (side === 'module') return [at.trimEnd() === '' ? '' : at, `${at}${text}`, at]
      return [`${at}${text}`]
    })

export const wire = ({ side, text, data }: SessionEvent): string => {
  if (side === 'host') return data ? text : `${text}\r`
  return text === '>' ? '\r\n>' : `\r\n${text}\r\n`
}

const levels = { host: 'D', module: 'D', print: 'I' } as const

export const shapes: Readonly<Record<string, Shape>> = {
  arduino: monitor((ms) => `${clock(ms)} -> `),
  platformio: monitor((ms) => `${clock(ms)} > `),
  plain: monitor(() => ''),
  sketch: (session) =>
    rows(session, ({ side, text, data }, answered) =>
      side === 'host'
        ? data
          ? [text]
          : [`Sending command: ${text}`, ...(answered ? [text] : [])]
        : side === 'module'
          ? [text, '']
          : [text],
    ),
  glued: (session) =>
    rows(session, ({ side, text, data }, answered) =>
      side === 'host' && !data
        ? [`Now the next step...${text}`, ...(answered ? [text] : [])]
        : side === 'module'
          ? ['', text]
          : [text],
    ),
  localised: (session) =>
    rows(session, ({ side, text, data }) =>
      side === 'host' && !data ? [`Comando AT a enviar: ${text}`] : side === 'module' ? [`Respuesta: ${text}`] : [text],
    ),
  tinygsm: (session) =>
    rows(session, ({ side, text, ms }) =>
      side === 'host' ? [text] : side === 'module' ? ['', text, ''] : [`[${ms}] ### ${text}`],
    ),
  espLog: (session) =>
    rows(session, ({ side, text, ms }) => {
      const tag = side === 'host' ? 'modem: Send: ' : side === 'module' ? 'modem: Recv: ' : 'app: '
      const level = levels[side]
      return [`\x1b[0;32m${level} (${ms}) ${tag}${text}\x1b[0m`]
    }),
  espHexdump: (session) =>
    rows(session, (event) =>
      event.side === 'print'
        ? [`I (${event.ms}) app: ${event.text}`]
        : hexDump(bytesOf(wire(event))).map(
            (row) => `I (${event.ms}) ${event.side === 'host' ? 'tx' : 'rx'}: 0x3ffb1a2c   ${row}`,
          ),
    ),
  simcomHex: (session) =>
    rows(session, (event) => {
      if (event.side === 'print') return [event.text]
      const bytes = bytesOf(wire(event))
      const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
      return [`simcom: ${event.side === 'host' ? 'tx' : 'rx'}: ${hex} | ${wire(event).replace(/[^\x20-\x7e]/g, '.')}`]
    }),
  arrows: (session) =>
    rows(session, ({ side, text, data }) => {
      if (side === 'print') return [text]
      if (data) return [`---> ${[...bytesOf(text)].join(' ')}`]
      return [side === 'host' ? `---> ${text}` : `<--- ${text}`]
    }),
  blocks: (session) =>
    rows(session, ({ side, text, ms }) => {
      if (side === 'print') return [text]
      const head = side === 'host' ? 'SENT' : 'RECV'
      return [`=== ${head}@${ms} ===`, ...(side === 'module' ? [''] : []), text, '==================']
    }),
  mbed: (session) =>
    rows(session, (event) => {
      if (event.side === 'print') return [`[INFO][MAIN]: ${event.text}`]
      const sent = event.side === 'host'
      return pieces(wire(event), sent ? 200 : 9).map(
        (piece) =>
          `[INFO][CELL]: AT ${sent ? 'TX' : 'RX'} (${`${piece.length}`.padStart(2)}): ${piece.replaceAll('\r', '<cr>').replaceAll('\n', '<ln>')}`,
      )
    }),
  escapes: (session) =>
    rows(session, (event) =>
      event.side === 'print'
        ? [event.text]
        : [
            `${event.side === 'host' ? 'TX' : 'RX'}: ${wire(event).replaceAll('\r', '(\\r)').replaceAll('\n', '(\\n)')}`,
          ],
    ),
  python: (session) =>
    rows(session, (event) => {
      const at = `2025-03-04 ${clock(event.ms).replace('.', ',')}`
      if (event.side === 'print') return [`${at} - INFO - ${event.text}`]
      if (event.side === 'host') return [`${at} - DEBUG - write: b'${escapeBytes(bytesOf(wire(event)))}'`]
      return [`${at} - DEBUG - read: b'${escapeBytes(bytesOf(wire(event)))}'`]
    }),
  pythonList: (session) =>
    rows(session, (event) => {
      if (event.side === 'print') return [`INFO:app:${event.text}`]
      if (event.side === 'host') return [`DEBUG:modem:Sending ${event.text}`]
      return [`DEBUG:modem:Received ['${event.text}']`]
    }),
  sscom: (session) =>
    rows(session, ({ side, text, ms }) =>
      side === 'print'
        ? [text]
        : [
            `[${clock(ms)}]${side === 'host' ? '\xe5\x8f\x91\xe2\x86\x92\xe2\x97\x87' : '\xe6\x94\xb6\xe2\x86\x90\xe2\x97\x86'}${text}`,
          ],
    ),
  modemManager: (session) =>
    rows(session, (event) =>
      event.side === 'print'
        ? [`<info>  [${1_700_000_000 + event.ms / 1000}] ${event.text}`]
        : [
            `<debug> [${(1_700_000_000 + event.ms / 1000).toFixed(6)}] [ttyUSB2/at] ${event.side === 'host' ? '-->' : '<--'} '${wire(event).replaceAll('\r', '<CR>').replaceAll('\n', '<LF>')}'`,
          ],
    ),
  zephyr: (session) =>
    rows(session, ({ side, text, ms }) => {
      const at = `[${clock(ms)},000] <dbg> modem_chat: `
      if (side === 'host') return [`${at}modem_chat_script_next: sending: ${text}`]
      if (side === 'print') return [`[${clock(ms)},000] <inf> app: ${text}`]
      const named = /^(\+[A-Z]+: )(.*)$/.exec(text)
      return [
        `${at}modem_chat_log_received_command: ${named ? `${named[1]} ${named[2]!.replaceAll(',', ' ')}` : ` ${text}`}`,
      ]
    }),
  saleae: (session) =>
    saleae(session.filter(({ side }) => side !== 'print').map((event) => ({ ...event, text: wire(event) }))),
  sigrok: (session) =>
    rows(
      session.filter(({ side }) => side !== 'print'),
      (event) =>
        [...bytesOf(wire(event))].map(
          (byte) =>
            `uart-1: ${event.side === 'host' ? 'TX' : 'RX'}: ${byte.toString(16).toUpperCase().padStart(2, '0')}`,
        ),
    ),
  trace: (session) =>
    `# atmqtt trace: seconds, AT line or mqtt:connection\n${rows(
      session.filter(({ side }) => side !== 'print'),
      (event) => [
        `${(event.ms / 1000).toFixed(3).padStart(9)} ttyAT0 ${event.side === 'host' ? '<' : '>'} ${escapeBytes(bytesOf(wire(event)))}`,
      ],
    )}`,
  recording: (session) =>
    `@strict\n${rows(
      session.filter(({ side }) => side !== 'print'),
      ({ side, text, ms, data }) => [
        `@at ${(ms / 1000).toFixed(6)}`,
        data
          ? `>> ${escapeBytes(bytesOf(text))}`
          : side === 'host'
            ? `> ${text}`
            : text === '>'
              ? '<prompt'
              : `<\n< ${text}`,
      ],
    )}`,
  mailQuote: (session) => rows(session, ({ side, text }) => (side === 'module' ? ['>', `> ${text}`] : [`> ${text}`])),
  flattened: (session) => `${session.map(({ text }) => text).join(' ')}\n`,
}
