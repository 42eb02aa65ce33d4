import { isKnownUrc } from '../../at/urcs.ts'

/**
 * What comes although no command of ours has asked for it: another program uses the port. `answer`: a final result.
 * `echo`: another command line. `result`: `+CMQTTPUB: 0,0`. `sentence`: NMEA 0183, the positions of a GNSS receiver.
 */
export type UnaskedKind = 'answer' | 'echo' | 'result' | 'sentence'

const mqttResult = /^\+CMQTT\w+: ?([01]),\d+$/

/** What an unasked line is; undefined: it may be unsolicited. */
export function unaskedKind(text: string): UnaskedKind | undefined {
  if (isFinal(text)) return 'answer'
  if (isSentence(text)) return 'sentence'
  if (mqttResult.test(text)) return isKnownUrc(text) ? undefined : 'result'
  return /^AT([+&%$^][A-Z]|[A-Z]\d?$|([A-Z]\d)+;?|$)/i.test(text) ? 'echo' : undefined
}

/** Whether a command line, as it was echoed, switches echo off: E0, or a reset to what the module has stored. */
export const endsEcho = (line: string): boolean => /(^AT|;)[^+;"]*(E(?!1)|Z|&F)/i.test(line)

export const isFinal = (text: string): boolean => text === 'OK' || text === 'ERROR' || /^\+CM[ES] ERROR:/.test(text)

export const isSentence = (text: string): boolean => /^[$!][A-Z]{2}[A-Z]{3},/.test(text)

/** 0 of `+CMQTTPUB: 0,0`; NaN: it is no result of a client. */
export const clientOfResult = (text: string): number => Number(mqttResult.exec(text)?.[1])

/** How long a disturbance counts, in ms. */
const recentMs = 60_000
/** While another program may take answers, or its answers are taken for ours, results are awaited for so long, in ms. */
export const longestResultMs = 6000

/** Whether another program has used the port lately, and how long results are awaited then. */
export class Disturbance {
  #lastAt = Number.NEGATIVE_INFINITY
  #echoEnds = false

  /** `text`: the line that shows it. */
  happened(now: number, text: string): void {
    this.#lastAt = now
    this.#echoEnds ||= endsEcho(text)
  }

  /** At a final result of the other program: whether it has switched echo off. */
  takeEchoEnd(): boolean {
    const ends = this.#echoEnds
    this.#echoEnds = false
    return ends
  }

  isRecent(now: number): boolean {
    return now - this.#lastAt < recentMs
  }

  resultMs(ms: number, now: number): number {
    return this.isRecent(now) ? Math.min(ms, longestResultMs) : ms
  }
}
