import { MqttError } from '../modem/errors.ts'
import { OnlineError } from '../online/online-error.ts'
import { ClientError } from './client-error.ts'

/** What is done before the next attempt to connect, from soft to hard; each includes what is softer. */
export const rungs = ['query', 'disconnect', 'release', 'restart', 'radio', 'reset', 'hard'] as const
export type Rung = (typeof rungs)[number]

/**
 * Whose trouble it is. `refused`: the server does not want this client. `server`: it can't be reached, or does not
 * speak MQTT or TLS as it should. `network`: the mobile network. `module`: it does not do what it should. `port`: the
 * line is gone. `fatal`: trying again does harm, or can't help.
 */
export type Trouble = 'refused' | 'server' | 'network' | 'module' | 'port' | 'fatal'

/** What happened in a row without a connection that held. */
export interface Climb {
  readonly rung: Rung
  /** Attempts in a row that failed. */
  readonly failures: number
  /** Of those, since the last climb. */
  readonly onRung: number
}

export const ground: Climb = { rung: 'query', failures: 0, onRung: 0 }

export interface Surroundings {
  /** The other client of the module is connected: nothing may be done that would take its connection. */
  readonly otherConnected: boolean
  readonly hasHardReset: boolean
}

/** How many failures one rung is worth, and how far up it helps. */
const patience: Readonly<Record<Trouble, { readonly failures: number; readonly highest: Rung }>> = {
  refused: { failures: 3, highest: 'release' },
  server: { failures: 4, highest: 'radio' },
  network: { failures: 2, highest: 'reset' },
  module: { failures: 1, highest: 'hard' },
  port: { failures: 3, highest: 'hard' },
  fatal: { failures: 1, highest: 'query' },
}

/** The next step up, or the same again; softer ones have been tried. At the top it begins anew from `release`. */
export function climbed(climb: Climb, trouble: Trouble, around: Surroundings): Climb {
  const { failures, highest } = patience[trouble]
  const onRung = climb.onRung + 1
  if (onRung < failures) return { ...climb, failures: climb.failures + 1, onRung }
  const top = lower(highest, around.otherConnected ? 'release' : around.hasHardReset ? 'hard' : 'reset')
  const at = rungs.indexOf(climb.rung)
  const rung = at < rungs.indexOf(top) ? rungs[at + 1]! : lower('release', top)
  return { rung, failures: climb.failures + 1, onRung: 0 }
}

const lower = (a: Rung, b: Rung): Rung => (rungs.indexOf(a) < rungs.indexOf(b) ? a : b)

const network: ReadonlySet<number> = new Set([7, 8, 9, 16])
const server: ReadonlySet<number> = new Set([3, 6, 17, 24, 25, 26, 29, 32, 34])
const refused: ReadonlySet<number> = new Set([27, 28, 30, 31])
const config: ReadonlySet<string> = new Set(['pinWanted', 'pinWrong', 'pukWanted', 'apnRefused'])

/** `reconnectOnConnackError`: what a server refuses today it may accept tomorrow. */
export function troubleOf(error: Error, { reconnectOnConnackError = false } = {}): Trouble {
  if (error instanceof MqttError) {
    if (refused.has(error.code)) return reconnectOnConnackError ? 'refused' : 'fatal'
    if (server.has(error.code)) return 'server'
    return network.has(error.code) ? 'network' : 'module'
  }
  if (error instanceof OnlineError) {
    if (config.has(error.code)) return 'fatal'
    return error.code === 'noAnswer' ? 'module' : 'network'
  }
  if (error instanceof ClientError)
    return error.code === 'notReady' || error.code === 'stagedDirty' ? 'module' : 'fatal'
  if (error.name === 'InputError' || error.name === 'EncodeError') return 'fatal'
  return ['PortClosedError', 'SetupError'].includes(error.name) ? 'port' : 'module'
}
