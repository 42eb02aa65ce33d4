import { defaultProfile } from '../at/commands/profiles.ts'
import { skippingClock } from '../io/clock-skipping.ts'
import { watchIdle } from '../io/idle-watch.ts'
import type { Clock } from '../io/runtime.ts'
import type { Observer } from '../module/public.ts'
import type { Target } from '../transcript/run.ts'
import type { ConformanceCliOptions } from './conformance.ts'
import { addressesOf, capabilitiesOf } from './play-targets.ts'
import { freshModule, openSurroundings, type Surroundings } from './virtual-module.ts'

/** A module that a suite can be played to. */
export interface SuiteTarget extends Target {
  /** For people: `memory`, `/dev/ttyUSB2`. */
  readonly name: string
  readonly profile: string
  readonly clock: Clock
  /** How long surplus bytes are waited for behind a case without and with a server, ms. */
  readonly quietMs: number
  readonly quietOnlineMs: number
  close(): Promise<void>
}

/** Turns without a byte after which time is skipped; longer where bytes come from other processes. */
const ownIdle = { turns: 10, turnMs: 3 }
const foreignIdle = { turns: 400, turnMs: 5 }

/** A fresh virtual module for each case. Nobody waits for its time-outs: when all is quiet, time is skipped. */
export async function virtualTarget(options: ConformanceCliOptions): Promise<SuiteTarget> {
  const surroundings: Surroundings = options.broker ? elsewhere : await openSurroundings()
  const clock = skippingClock()
  const idle = watchIdle(options.broker ? foreignIdle : ownIdle, () => void clock.skip())
  const observer: Observer = { line: idle.touch, connection: idle.touch }
  const { profile = defaultProfile, base = defaultProfile.name } = options.profile ?? {}
  const values = { ...surroundings.values, ...addressesOf(options) }
  return {
    name: 'memory',
    kind: 'virtual',
    profile: base,
    capabilities: [...capabilitiesOf(values), 'fault'],
    values,
    clock,
    quietMs: 1,
    quietOnlineMs: 10,
    open: async () => freshModule({ profile, clock, observer, ...surroundings }),
    async close() {
      idle.stop()
      await surroundings.close()
    },
  }
}

const elsewhere: Surroundings = { values: {}, close: async () => {} }
