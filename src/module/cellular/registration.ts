import { generalUrcs } from '../../at/urcs.ts'
import { cancel, isScheduled, schedule } from '../core/schedule.ts'
import type { Network, Radio, RegistrationDomain } from '../core/state.ts'
import { type StepContext, urcText, writableCellular } from '../core/step-context.ts'
import { cell, isRegistered, radioIsOn } from './cell.ts'
import { activate, contextEvent, deactivateAll } from './contexts.ts'
import { networkTime } from './real-time-clock.ts'

type Registration = Radio['registration']

const admitted: Readonly<Record<Network['admits'], Registration>> = { home: 1, denied: 3, roaming: 5 }

/** The registration that fits power, SIM, radio and network now. */
function targetRegistration({ cellular: { power, network, sim, radio } }: StepContext): Registration {
  const runs = power.kind === 'on' || power.kind === 'booting'
  if (!runs || !radioIsOn(radio) || sim.kind !== 'ready') return 0
  if (!radio.attaches || radio.operatorMode === 2) return 0
  return network.coverage === 'down' ? 2 : admitted[network.admits]
}

const isSettled = (registration: Registration): boolean => registration !== 0 && registration !== 2

/** The simulated network changes; the module notices at once. */
export function changeNetwork(ctx: StepContext, change: Partial<Network>): void {
  writableCellular(ctx).network = { ...ctx.cellular.network, ...change }
  updateRegistration(ctx)
  if (change.coverage !== undefined) ctx.effects.push({ type: 'coverage', silent: change.coverage === 'silent' })
}

/** What waits for the end of silence is never sent when the network or the power goes instead. */
export function abandonReleased(ctx: StepContext): void {
  const wasSilent = ctx.before.cellular.network.coverage === 'silent'
  if (wasSilent && !ctx.announces) ctx.effects.push({ type: 'abandonReleased' })
}

/** Follows a change: the module searches, registers, or loses the network. */
export function updateRegistration(ctx: StepContext): void {
  const next = targetRegistration(ctx)
  if (isSettled(next) && !isSettled(ctx.cellular.radio.registration)) search(ctx)
  else setRegistration(ctx, next)
}

function search(ctx: StepContext): void {
  setRegistration(ctx, 2)
  if (ctx.config.timing === 'instant') registrationDone(ctx)
  else if (!isScheduled(ctx, 'registered')) schedule(ctx, ctx.config.profile.searchMs, { kind: 'registered' })
}

/** The search has ended. */
export const registrationDone = (ctx: StepContext): void => setRegistration(ctx, targetRegistration(ctx))

function setRegistration(ctx: StepContext, next: Registration): void {
  if (!isSettled(next) && targetRegistration(ctx) === next) cancel(ctx, 'registered')
  const before = ctx.cellular.radio
  if (before.registration === next) return
  writableCellular(ctx).radio = { ...before, registration: next }
  for (const domain of domains) reportRegistration(ctx, domain)
  if (isRegistered(before) && !isRegistered(ctx.cellular.radio)) networkDetached(ctx)
  if (!isRegistered(before) && isRegistered(ctx.cellular.radio)) networkAttached(ctx)
}

function networkAttached(ctx: StepContext): void {
  networkTime(ctx)
  activate(ctx, 1)
}

/** At power-off the contexts are reported as deactivated by the network, as in the example of the manual. */
function networkDetached(ctx: StepContext): void {
  const lost = ctx.cellular.network.coverage === 'down'
  deactivateAll(ctx, lost || ctx.cellular.power.kind === 'leaving' ? 'NW' : 'ME')
  abandonReleased(ctx)
  contextEvent(ctx, `${lost ? 'NW' : 'ME'} DETACH`)
}

const domains: readonly RegistrationDomain[] = ['circuit', 'packet', 'eps']
const names: Readonly<Record<RegistrationDomain, string>> = {
  circuit: generalUrcs.registration.name,
  packet: generalUrcs.packetRegistration.name,
  eps: generalUrcs.epsRegistration.name,
}

function reportRegistration(ctx: StepContext, domain: RegistrationDomain): void {
  const n = ctx.cellular.settings.registrationReports[domain]
  if (n > 0) urcText(ctx, `${names[domain]}: ${stateAndCell(ctx, domain)}`)
}

/** `<stat>`; with mode 2, while registered, area and cell too. */
export function stateAndCell(
  { cellular: { radio, settings }, config }: StepContext,
  domain: RegistrationDomain,
): string {
  const { registration } = radio
  if (settings.registrationReports[domain] < 2 || !isRegistered(radio)) return `${registration}`
  const access = domain !== 'packet' && config.profile.general.registrationShowsAccess ? ',7' : ''
  return `${registration},"${cell.area}","${cell.identity}"${access}`
}
