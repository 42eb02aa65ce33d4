import { bytesOf } from '../../src/at/syntax/bytes.ts'

/** The message of all rows: the note's own, 9 bytes of topic and 60 of payload (§3.1). */
export const topicText = 'simcommsg'
export const payloadText = '012345678901234567890123456789012345678901234567890123456789'
export const topic = bytesOf(topicText)
export const payload = bytesOf(payloadText)

const topicCommand = `AT+CMQTTTOPIC=0,${topic.length}\r`
const payloadCommand = `AT+CMQTTPAYLOAD=0,${payload.length}\r`
const publishCommand = (qos: 0 | 1): string => `AT+CMQTTPUB=0,${qos},60\r`

/** What a host sends, and what comes back with the echo on. */
export interface Exchange {
  readonly sent: string
  readonly reply: string
}

const prompt = '\r\n>\r\n'
const ok = '\r\nOK\r\n'
const echoed = (sent: string, reply: string): Exchange => ({ sent, reply: `${sent}${reply}` })

/** TOPIC and PAYLOAD with their data. */
export const staging: readonly Exchange[] = [
  echoed(topicCommand, prompt),
  echoed(topicText, ok),
  echoed(payloadCommand, prompt),
  echoed(payloadText, ok),
]

/** What ends commands and data of a host that sends line by line. */
export const lineEnd = '\r\n'

/** `staging`, each command and each piece of data a line: a reader of lines finds the same pieces. */
export const stagingLines: readonly Exchange[] = staging.map(({ sent, reply }) => {
  return { sent: sent.replace('\r', '') + lineEnd, reply }
})

/** The whole cycle of a publish. */
export const cycle = (qos: 0 | 1): readonly Exchange[] => [
  ...staging,
  echoed(publishCommand(qos), `${ok}\r\n+CMQTTPUB: 0,0\r\n`),
]

/** What the host gets for a received one. */
export const receivedUrc =
  `\r\n+CMQTTRXSTART: 0,${topic.length},${payload.length}` +
  `\r\n+CMQTTRXTOPIC: 0,${topic.length}\r\n${topicText}` +
  `\r\n+CMQTTRXPAYLOAD: 0,${payload.length}\r\n${payloadText}` +
  '\r\n+CMQTTRXEND: 0\r\n'

export const sentBytes = (exchanges: readonly Exchange[]): Uint8Array =>
  bytesOf(exchanges.map(({ sent }) => sent).join(''))
export const replyText = (exchanges: readonly Exchange[]): string => exchanges.map(({ reply }) => reply).join('')

/** `count` times the same bytes, one behind the other. */
export function repeated(bytes: Uint8Array, count: number): Uint8Array {
  const whole = new Uint8Array(bytes.length * count)
  for (let at = 0; at < whole.length; at += bytes.length) whole.set(bytes, at)
  return whole
}
