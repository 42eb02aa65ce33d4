import type { CmeCode } from '../../at/cme-errors.ts'
import type { Bearer, PdpContext } from '../core/state.ts'
import { type Turn, urcText } from '../core/step-context.ts'
import { contextsOf } from '../mqtt-service/clients.ts'
import { isRegistered } from './cell.ts'
import { mqttContextLost, mqttNetworkLost, socketsLost } from './service-loss.ts'

export const contextOf = ({ radio }: Turn, cid: number): PdpContext | undefined =>
  radio.contexts.find((context) => context.cid === cid)

/** One definition in place of the one with its cid. */
export function defineContext(turn: Turn, context: PdpContext): void {
  const others = turn.radio.contexts.filter(({ cid }) => cid !== context.cid)
  setContexts(
    turn,
    [...others, context].sort((a, b) => a.cid - b.cid),
  )
}

export function undefineContext(turn: Turn, cid: number): void {
  deactivate(turn, cid)
  setContexts(
    turn,
    turn.radio.contexts.filter((context) => context.cid !== cid),
  )
}

function setContexts(turn: Turn, contexts: readonly PdpContext[]): void {
  turn.radio = { ...turn.radio, contexts }
}

/** Activates a context, defined or not; what the network answers when it refuses. */
export function activate(turn: Turn, cid: number): CmeCode | undefined {
  if (!isRegistered(turn.radio)) return 30
  const context = contextOf(turn, cid) ?? { cid, type: 'IP', apn: '' }
  if (context.bearer) return undefined
  if (turn.network.refusedApns.includes(context.apn.toLowerCase())) return 127
  defineContext(turn, active(context))
  if (turn.power.kind === 'on') contextEvent(turn, cid === 1 ? `EPS PDN ACT ${cid}` : `ME PDN ACT ${cid}`)
  return undefined
}

/** Written out: what spreads put together has a hidden class of its own in V8, half a kilobyte for each module. */
function active({ cid, type, apn, login }: PdpContext): PdpContext {
  const bearer = { apn, type }
  return login ? { cid, type, apn, login, bearer } : { cid, type, apn, bearer }
}

/** What of a context stays when it is taken down. */
export const definitionOf = ({ cid, type, apn, login }: PdpContext): PdpContext =>
  login ? { cid, type, apn, login } : { cid, type, apn }

/** Takes a context down, by the module (`ME`) or the network (`NW`), and what it carries. */
export function deactivate(turn: Turn, cid: number, by: 'ME' | 'NW' = 'ME'): void {
  const context = contextOf(turn, cid)
  if (!context?.bearer) return
  defineContext(turn, definitionOf(context))
  contextEvent(turn, `${by} PDN DEACT ${cid}`)
  if (turn.sockets.cid === cid) socketsLost(turn)
  if (cid === contextsOf(turn).started) mqttNetworkLost(turn)
  else mqttContextLost(turn, cid)
}

export function deactivateAll(turn: Turn, by: 'ME' | 'NW'): void {
  for (const { cid } of turn.radio.contexts) deactivate(turn, cid, by)
}

export function contextEvent(turn: Turn, text: string): void {
  if (turn.settings.contextEvents > 0) urcText(turn, `+CGEV: ${text}`)
}

/** The addresses of an active context; version 6 in the form that 27.007 prints. */
export function addressesOf({ cid, bearer }: PdpContext): readonly string[] {
  if (!bearer) return []
  const v4 = `10.83.214.${109 + cid}`
  const v6 = `32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.${cid}`
  return { IP: [v4], IPV6: [v6], IPV4V6: [v4, v6] }[bearer.type.toUpperCase()] ?? []
}

export const isActive = (context: PdpContext): context is PdpContext & { readonly bearer: Bearer } =>
  context.bearer !== undefined
