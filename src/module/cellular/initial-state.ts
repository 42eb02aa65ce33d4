import type { ModuleConfig } from '../core/module-config.ts'
import type { CellularState, ModuleSettings, Network, Radio, Sim } from '../core/state.ts'
import { factoryClock } from './real-time-clock.ts'
import { pinTries, pukTries } from './sim.ts'
import { closedSockets } from './sockets.ts'

/** The cellular side of a module as delivered, without power. */
export const initialCellular = (config: ModuleConfig, now: number): CellularState => ({
  power: { kind: 'off' },
  settings: initialSettings(config),
  network: initialNetwork,
  sim: initialSim(config),
  radio: initialRadio(config),
  sockets: closedSockets,
  clock: factoryClock(config, now),
})

/** After a restart, and after `AT&F`. */
export const initialSettings = ({ profile }: ModuleConfig): ModuleSettings => ({
  errorReports: profile.errorReports,
  registrationReports: noReports,
  contextEvents: profile.general.contextEvents,
  zoneReports: 0,
  stored: nothingStored,
})

const noReports = { circuit: 0, packet: 0, eps: 0 } as const
const nothingStored = {}

/** The simulated network before it is changed. */
const initialNetwork: Network = {
  coverage: 'up',
  signal: 23,
  admits: 'home',
  refusedApns: ['refused'],
  zone: 0,
}

/** The radio as delivered. */
export const initialRadio = ({ profile }: ModuleConfig): Radio => ({
  fun: 1,
  registration: 0,
  attaches: true,
  operatorMode: 0,
  operatorFormat: profile.general.operatorFormat,
  networkMode: 2,
  contexts: [{ cid: 1, type: 'IP', apn: 'internet' }],
})

/** The SIM that a module is delivered with. */
const initialSim = ({ simPin, simPuk, hasSim }: ModuleConfig): Sim => ({
  kind: hasSim ? 'unread' : 'removed',
  busy: false,
  card: { pin: simPin ?? '1234', puk: simPuk, asksPin: simPin !== undefined, pinTries, pukTries },
})
