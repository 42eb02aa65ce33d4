import type { Network, Radio, RegistrationDomain } from '../core/state.ts'
import { type Turn, urcText } from '../core/step-context.ts'
import { cell, isRegistered, radioIsOn } from './cell.ts'
import { activate, contextEvent, deactivateAll } from './contexts.ts'
import { networkTime } from './real-time-clock.ts'
import { cancel, isScheduled, schedule } from './scheduled-events.ts'

type Registration = Radio['registration']

const admitted: Readonly<Record<Network['admits'], Registration>> = { home: 1, denied: 3, roaming: 5 }

/** Where registration would settle as things are now. */
function goal({ power, network, sim, radio }: Turn): Registration {
  const runs = power.kind === 'on' || power.kind === 'booting'
  if (!runs || !radioIsOn(radio) || sim.kind !== 'ready') return 0
  if (!radio.attaches || radio.operatorMode === 2) return 0
  return network.coverage === 'down' ? 2 : admitted[network.admits]
}

const settled = (registration: Registration): boolean => registration !== 0 && registration !== 2

/** Follows what has changed: the module searches, registers, or loses the network. */
export function updateRegistration(turn: Turn): void {
  const next = goal(turn)
  if (settled(next) && !settled(turn.radio.registration)) search(turn)
  else setRegistration(turn, next)
}

function search(turn: Turn): void {
  setRegistration(turn, 2)
  if (turn.device.timing === 'instant') registrationDone(turn)
  else if (!isScheduled(turn, 'registered')) schedule(turn, turn.device.profile.searchMs, { kind: 'registered' })
}

/** The search has ended. */
export const registrationDone = (turn: Turn): void => setRegistration(turn, goal(turn))

function setRegistration(turn: Turn, next: Registration): void {
  if (!settled(next) && goal(turn) === next) cancel(turn, 'registered')
  const before = turn.radio
  if (before.registration === next) return
  turn.radio = { ...before, registration: next }
  for (const domain of domains) reportRegistration(turn, domain)
  if (isRegistered(before) && !isRegistered(turn.radio)) detached(turn)
  if (!isRegistered(before) && isRegistered(turn.radio)) attached(turn)
}

function attached(turn: Turn): void {
  networkTime(turn)
  activate(turn, 1)
}

/** A module that is switched off says that the network took the contexts down, as the manual's example does. */
function detached(turn: Turn): void {
  const lost = turn.network.coverage === 'down'
  deactivateAll(turn, lost || turn.power.kind === 'leaving' ? 'NW' : 'ME')
  contextEvent(turn, `${lost ? 'NW' : 'ME'} DETACH`)
}

const domains: readonly RegistrationDomain[] = ['circuit', 'packet', 'eps']
const names: Readonly<Record<RegistrationDomain, string>> = { circuit: '+CREG', packet: '+CGREG', eps: '+CEREG' }

function reportRegistration(turn: Turn, domain: RegistrationDomain): void {
  const n = turn.settings.registrationReports[domain]
  if (n > 0) urcText(turn, `${names[domain]}: ${stateAndCell(turn, domain)}`)
}

/** `<stat>`, and with mode 2 while registered where. */
export function stateAndCell({ radio, settings, device }: Turn, domain: RegistrationDomain): string {
  const { registration } = radio
  if (settings.registrationReports[domain] < 2 || !isRegistered(radio)) return `${registration}`
  const access = domain !== 'packet' && device.profile.general.registrationShowsAccess ? ',7' : ''
  return `${registration},"${cell.area}","${cell.identity}"${access}`
}
