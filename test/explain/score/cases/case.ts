import type { shapes } from '../../shapes/shapes.ts'
import type { Expectation } from '../judge.ts'

export type ShapeName = keyof typeof shapes & string

/** A session as somebody would paste it, written from the description of a cause, not from its rule. */
export interface WrittenCase extends Expectation {
  /** The cause as the list of public threads names it. */
  readonly cause: string
  /** The shapes that it is written in. */
  readonly shapes: readonly ShapeName[]
  readonly session: string
}

/** Begins of sessions, as boards print them. */
export const a76Boot = '< *ATREADY: 1\n@+2s\n< +CPIN: READY\n@+1s\n< SMS DONE\n@+2s\n< PB DONE'
export const simBoot = '< QCRDY\n@+3s\n< +CPIN: READY\n< SMS DONE\n@+3s\n< PB DONE'
export const onLine =
  '> AT\n< OK\n> ATE0\n< OK\n> AT+CPIN?\n< +CPIN: READY\n< OK\n> AT+CSQ\n< +CSQ: 19,99\n< OK\n> AT+CEREG?\n< +CEREG: 0,1\n< OK'
export const withAddress = '> AT+CGPADDR=1\n< +CGPADDR: 1,100.71.22.9\n< OK'
export const started = '> AT+CMQTTSTART\n< OK\n@+300ms\n< +CMQTTSTART: 0'
export const plainClient = '> AT+CMQTTACCQ=0,"sensor-0417",0\n< OK'
export const tlsClient = '> AT+CMQTTACCQ=0,"sensor-0417",1\n< OK'
export const connect = (address: string, code: number, after = '2s', rest = ''): string =>
  `> AT+CMQTTCONNECT=0,"${address}",60,1${rest}\n< OK\n@+${after}\n< +CMQTTCONNECT: 0,${code}`
export const publish = (code = 0): string =>
  `> AT+CMQTTTOPIC=0,11\n< >\n>> plant/hum/2\n< OK\n> AT+CMQTTPAYLOAD=0,4\n< >\n>> 48.1\n< OK\n> AT+CMQTTPUB=0,1,60\n< OK\n@+700ms\n< +CMQTTPUB: 0,${code}`
export const rowsOf = (...parts: readonly string[]): string => parts.join('\n')
