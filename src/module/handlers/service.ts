import { Err } from '../../at/errors.ts'
import { isRegistered } from '../cellular/cell.ts'
import { activate } from '../cellular/contexts.ts'
import { deferred, type Turn } from '../core/step-context.ts'
import { error, type FinalReply, ok, okWith } from '../line/reply.ts'
import { clientAt, clientIndices, contextsOf, freeClients } from '../mqtt-service/clients.ts'
import type { MqttHandlers } from './handlers.ts'

/** §2.2.1, §2.2.2. With `<cid>`, results name it. */
export const serviceHandlers: MqttHandlers<'start' | 'stop'> = {
  start: {
    execute: (turn, _, line) => start(turn, line, 1, ''),
    onContext: (turn, { cid }, line) => start(turn, line, cid, `,${cid}`),
  },
  stop: {
    execute: (turn, _, line) => stop(turn, line, contextsOf(turn).started, ''),
    onContext: (turn, { cid }, line) => stop(turn, line, cid, `,${cid}`),
  },
}

function start(turn: Turn, line: number, cid: number, behind: string): FinalReply {
  const { startWhenStarted } = turn.device.profile.mqtt
  if (turn.service.kind === 'started') return refused('+CMQTTSTART', startWhenStarted, behind)
  if (!isRegistered(turn.radio)) return result(turn, line, `+CMQTTSTART: ${Err.networkOpen}${behind}`)
  if (activate(turn, cid) !== undefined) return result(turn, line, `+CMQTTSTART: ${Err.networkNotOpened}${behind}`)
  const contexts = cid === 1 ? undefined : { started: cid, common: cid, clients: [cid, cid] as const }
  turn.service = { kind: 'started', clients: freeClients, ...(contexts && { contexts }) }
  return result(turn, line, `+CMQTTSTART: ${Err.ok}${behind}`)
}

/** A context that the service was not started on is as if it were stopped. */
function stop(turn: Turn, line: number, cid: number, behind: string): FinalReply {
  const { stopWhenStopped } = turn.device.profile.mqtt
  if (turn.service.kind === 'stopped' || contextsOf(turn).started !== cid)
    return refused('+CMQTTSTOP', stopWhenStopped, behind)
  if (clientIndices.some((index) => clientAt(turn, index).kind !== 'free'))
    return refused('+CMQTTSTOP', Err.notReleased, behind)
  turn.service = { kind: 'stopped' }
  return result(turn, line, `+CMQTTSTOP: ${Err.ok}${behind}`)
}

const refused = (command: string, code: number | null, behind: string): FinalReply =>
  code === null ? error : { ...error, lines: [`${command}: ${code}${behind}`] }

/** The result behind `OK` in the same write, or before it, as the profile says. */
function result(turn: Turn, line: number, text: string): FinalReply {
  if (turn.device.profile.mqtt.startResultFirst) return okWith(text)
  deferred(turn, line, text)
  return ok
}
