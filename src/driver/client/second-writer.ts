import { redactLine } from '../../at/syntax/redact.ts'
import type { UnaskedKind } from '../protocol/disturbance.ts'
import { ClientError } from './errors.ts'

/** So many lines within so many ms are no accident. */
const enough = 3
const withinMs = 60_000

/** Counts what came on the port without being asked for, and says once what that means. */
export class SecondWriter {
  readonly #times: Record<'program' | 'positions', number[]> = { program: [], positions: [] }
  readonly #told: string[] = []

  /** The port was opened: `beside` says who else has it open. Looked for until there was somebody. */
  opened(beside: () => string | undefined): ClientError | undefined {
    const sentence = this.#told.includes('program') ? undefined : beside()
    if (sentence === undefined) return undefined
    this.#told.push('program')
    return new ClientError('portShared', sentence)
  }

  /** `holder`: who has the port open, and what to do about it, where that is known. */
  heard(
    kind: UnaskedKind,
    { text, address, now, holder }: { text: string; address: string; now: number; holder?: () => string | undefined },
  ): ClientError | undefined {
    const who = kind === 'sentence' ? 'positions' : 'program'
    const times = this.#times[who].filter((at) => at > now - withinMs)
    times.push(now)
    this.#times[who] = times
    if (times.length < enough || this.#told.includes(who)) return undefined
    this.#told.push(who)
    return new ClientError('portShared', sentences[who](address, text, holder?.()))
  }
}

const sentences = {
  program: (address: string, text: string, holder: string | undefined) =>
    `Another program uses ${address}: ${enough} lines came that answer nothing of this one, such as "${redactLine(text)}"; ${
      holder ?? 'end it; if it is ModemManager, stop it or set ID_MM_DEVICE_IGNORE for the device'
    }.`,
  positions: (address: string, text: string) =>
    `Positions (NMEA) come on ${address}, such as "${text.slice(0, 6)}": give the AT port of the module, or switch them off on this one.`,
} as const
