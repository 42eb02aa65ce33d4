import { type CmeCode, cmeNoNetwork, cmeRefusedApn, mqttErr } from '../../at/errors.ts'
import { hasBooted } from '../cellular/boot.ts'
import { isRegistered } from '../cellular/cell.ts'
import { activate, missingAddress } from '../cellular/contexts.ts'
import { error, type FinalReply, ok, okWith } from '../core/reply.ts'
import { deferred, type StepContext, writableService } from '../core/step-context.ts'
import { clientAt, clientIndices, contextsOf, freeClients } from '../mqtt-service/clients.ts'
import type { MqttHandlers } from './handler-types.ts'

/** §2.2.1, §2.2.2. With `<cid>`, results name it. */
export const serviceHandlers: MqttHandlers<'start' | 'stop'> = {
  start: {
    execute: (ctx, _, line) => start(ctx, line, 1, ''),
    onContext: (ctx, { cid }, line) => start(ctx, line, cid, `,${cid}`),
  },
  stop: {
    execute: (ctx, _, line) => stop(ctx, line, contextsOf(ctx).started, ''),
    onContext: (ctx, { cid }, line) => stop(ctx, line, cid, `,${cid}`),
  },
}

function start(ctx: StepContext, line: number, cid: number, behind: string): FinalReply {
  const { startWhenStarted } = ctx.config.profile.mqtt
  if (ctx.service.mqtt.kind === 'started') return refused('+CMQTTSTART', startWhenStarted, behind)
  const code = startFailure(ctx, cid)
  if (code !== undefined) return result(ctx, line, `+CMQTTSTART: ${code}${behind}`)
  const contexts = cid === 1 ? undefined : { started: cid, common: cid, clients: [cid, cid] as const }
  writableService(ctx).mqtt = { kind: 'started', clients: freeClients, ...(contexts && { contexts }) }
  return result(ctx, line, `+CMQTTSTART: ${mqttErr.ok}${behind}`)
}

/** The code of a START that comes too early, or whose APN is refused. */
function startFailure(ctx: StepContext, cid: number): number | undefined {
  const { startNeeds, startTooEarly, startsWithoutAddress } = ctx.config.profile.mqtt
  const cause = startNeeds === 'registration' ? activate(ctx, cid) : missingForStart(ctx, cid)
  if (cause === cmeRefusedApn) return mqttErr.networkNotOpened
  return cause === undefined || startsWithoutAddress ? undefined : startTooEarly
}

const missingForStart = (ctx: StepContext, cid: number): CmeCode | undefined => {
  if (isRegistered(ctx.cellular.radio)) return missingAddress(ctx, cid) ?? (hasBooted(ctx) ? undefined : cmeNoNetwork)
  return cmeNoNetwork
}

/** With a context other than the one of START, STOP answers as if the service were stopped. */
function stop(ctx: StepContext, line: number, cid: number, behind: string): FinalReply {
  const { stopWhenStopped } = ctx.config.profile.mqtt
  if (ctx.service.mqtt.kind === 'stopped' || contextsOf(ctx).started !== cid)
    return refused('+CMQTTSTOP', stopWhenStopped, behind)
  if (clientIndices.some((index) => clientAt(ctx, index).kind !== 'free'))
    return refused('+CMQTTSTOP', ctx.config.profile.mqtt.stopWhileHeld, behind)
  writableService(ctx).mqtt = { kind: 'stopped' }
  return result(ctx, line, `+CMQTTSTOP: ${mqttErr.ok}${behind}`)
}

const refused = (command: string, code: number | null, behind: string): FinalReply =>
  code === null ? error : { ...error, lines: [`${command}: ${code}${behind}`] }

/** The result behind `OK` in the same write, or before it, as the profile says. */
function result(ctx: StepContext, line: number, text: string): FinalReply {
  if (ctx.config.profile.mqtt.startResultFirst) return okWith(text)
  deferred(ctx, line, text)
  return ok
}
