import type { Clock } from '../../io/runtime/runtime.ts'
import type { Modem } from '../commands/modem.ts'
import { OnlineError } from '../protocol/errors.ts'
import { poll } from '../protocol/wait.ts'

export interface Registration {
  /** 1 home, 5 roaming; as the network says. */
  readonly stat: number
  readonly roaming: boolean
}

const denied = 3
const everyMs = 1000
/** A denial that lasts so long is one, in ms: some pass. */
const deniedMs = 15_000
/** Home, roaming; the same for SMS alone, which CREG may say while data are fine, are not. */
const registered: ReadonlySet<number> = new Set([1, 5])

/** Waits until the module is registered for data; asks EPS registration first, older domains too. */
export async function waitForNetwork(modem: Modem, clock: Clock, timeoutMs: number): Promise<Registration> {
  let last: readonly number[] = []
  let deniedSince = Number.POSITIVE_INFINITY
  const stat = await poll(clock, { everyMs, timeoutMs }, async () => {
    last = await states(modem)
    deniedSince = last.includes(denied) ? Math.min(deniedSince, clock.now()) : Number.POSITIVE_INFINITY
    if (clock.now() - deniedSince >= deniedMs) throw deniedError()
    return last.find((state) => registered.has(state))
  })
  if (stat !== undefined) return { stat, roaming: stat === 5 }
  if (last.includes(denied)) throw deniedError()
  throw await silenceError(modem, timeoutMs)
}

async function states(modem: Modem): Promise<readonly number[]> {
  const { epsRegistration, packetRegistration, registration } = modem.general
  const found: number[] = []
  for (const { read } of [epsRegistration, packetRegistration, registration]) {
    const lines = await read().catch((error: unknown) =>
      unless(modem.chat.closed || error instanceof OnlineError, error),
    )
    for (const line of lines) found.push(...statOf(line))
    if (found.some((state) => registered.has(state))) return found
  }
  return found
}

/** A domain that the module does not have says nothing. */
function unless(fatal: boolean, error: unknown): readonly string[] {
  if (fatal) throw error
  return []
}

/** `+CEREG: <n>,<stat>…`; with one number it is the unsolicited form. */
function statOf(line: string): number[] {
  const [first, second] = line.slice(line.indexOf(':') + 1).split(',')
  const stat = Number.parseInt(second ?? first ?? '', 10)
  return Number.isNaN(stat) ? [] : [stat]
}

const deniedError = (): OnlineError =>
  new OnlineError(
    'denied',
    'The network denies registration: check that the SIM is activated, may use data and LTE, and may roam here.',
  )

async function silenceError(modem: Modem, timeoutMs: number): Promise<OnlineError> {
  const seconds = Math.round(timeoutMs / 1000)
  const signal = await modem.signal().catch(() => undefined)
  if (signal?.rssi === undefined)
    return new OnlineError(
      'noSignal',
      `There is no signal after ${seconds} s: check the antenna, its connector and the place.`,
    )
  return new OnlineError(
    'notRegistered',
    `The module hears a network (${signal.dbm} dBm) but is not registered after ${seconds} s: check SIM, APN and AT+COPS?, or wait longer with networkTimeout.`,
  )
}
