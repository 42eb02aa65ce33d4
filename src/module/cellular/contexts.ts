import { type CmeCode, cmeNoNetwork, cmeRefusedApn } from '../../at/errors.ts'
import { generalUrcs } from '../../at/urcs.ts'
import type { Bearer, PdpContext } from '../core/state.ts'
import { type StepContext, urcText, writableCellular } from '../core/step-context.ts'
import { contextsOf } from '../mqtt-service/clients.ts'
import { mqttContextLost, mqttNetworkLost } from '../mqtt-service/loss.ts'
import { isRegistered } from './cell.ts'
import { socketsLost } from './sockets.ts'

export const contextOf = ({ cellular: { radio } }: StepContext, cid: number): PdpContext | undefined =>
  radio.contexts.find((context) => context.cid === cid)

/** Replaces the definition with the same cid. */
export function defineContext(ctx: StepContext, context: PdpContext): void {
  const others = ctx.cellular.radio.contexts.filter(({ cid }) => cid !== context.cid)
  setContexts(
    ctx,
    [...others, context].sort((a, b) => a.cid - b.cid),
  )
}

export function undefineContext(ctx: StepContext, cid: number): void {
  deactivate(ctx, cid)
  setContexts(
    ctx,
    ctx.cellular.radio.contexts.filter((context) => context.cid !== cid),
  )
}

function setContexts(ctx: StepContext, contexts: readonly PdpContext[]): void {
  writableCellular(ctx).radio = { ...ctx.cellular.radio, contexts }
}

/** Activates a context, defined or not; the code of a refusal. */
export function activate(ctx: StepContext, cid: number): CmeCode | undefined {
  if (!isRegistered(ctx.cellular.radio)) return cmeNoNetwork
  const context = contextOf(ctx, cid) ?? { cid, type: 'IP', apn: '' }
  if (context.bearer) return undefined
  if (isRefused(ctx, context)) return cmeRefusedApn
  defineContext(ctx, active(context))
  if (ctx.cellular.power.kind === 'on') contextEvent(ctx, cid === 1 ? `EPS PDN ACT ${cid}` : `ME PDN ACT ${cid}`)
  return undefined
}

const isRefused = ({ cellular: { network } }: StepContext, { apn }: PdpContext): boolean =>
  network.refusedApns.includes(apn.toLowerCase())

/** Why a context is not active, and is not activated here. */
export function missingAddress(ctx: StepContext, cid: number): CmeCode | undefined {
  const context = contextOf(ctx, cid)
  if (context?.bearer) return undefined
  return context && isRefused(ctx, context) ? cmeRefusedApn : cmeNoNetwork
}

/** Written out: objects built by spreads get hidden classes of their own in V8, half a kilobyte for each module. */
function active({ cid, type, apn, login }: PdpContext): PdpContext {
  const bearer = { apn, type }
  return login ? { cid, type, apn, login, bearer } : { cid, type, apn, bearer }
}

/** A context without what the network gave it. */
export const definitionOf = ({ cid, type, apn, login }: PdpContext): PdpContext =>
  login ? { cid, type, apn, login } : { cid, type, apn }

/** Deactivates a context, by the module (`ME`) or the network (`NW`); sockets and MQTT connections on it are lost. */
export function deactivate(ctx: StepContext, cid: number, by: 'ME' | 'NW' = 'ME'): void {
  const context = contextOf(ctx, cid)
  if (!context?.bearer) return
  defineContext(ctx, definitionOf(context))
  contextEvent(ctx, `${by} PDN DEACT ${cid}`)
  if (ctx.cellular.sockets.cid === cid) socketsLost(ctx)
  if (cid === contextsOf(ctx).started) mqttNetworkLost(ctx)
  else mqttContextLost(ctx, cid)
}

export function deactivateAll(ctx: StepContext, by: 'ME' | 'NW'): void {
  for (const { cid } of ctx.cellular.radio.contexts) deactivate(ctx, cid, by)
}

export function contextEvent(ctx: StepContext, text: string): void {
  if (ctx.cellular.settings.contextEvents > 0) urcText(ctx, `${generalUrcs.contextEvent.name}: ${text}`)
}

/** The addresses of an active context; version 6 in the form that 27.007 prints. */
export function contextAddresses({ cid, bearer }: PdpContext): readonly string[] {
  if (!bearer) return []
  const v4 = `10.83.214.${109 + cid}`
  const v6 = `32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.${cid}`
  return { IP: [v4], IPV6: [v6], IPV4V6: [v4, v6] }[bearer.type.toUpperCase()] ?? []
}

export const isActive = (context: PdpContext): context is PdpContext & { readonly bearer: Bearer } =>
  context.bearer !== undefined
