import { Err } from '../../at/commands/err.ts'
import { isRegistered } from '../cellular/cell.ts'
import { activate } from '../cellular/contexts.ts'
import { error, type FinalReply, ok, okWith } from '../line/reply.ts'
import { clientAt, clientIndices, freeClients } from '../service/clients.ts'
import { deferred, type Turn } from '../turn.ts'
import type { MqttHandlers } from './handlers.ts'

/** §2.2.1, §2.2.2 */
export const serviceHandlers: MqttHandlers<'start' | 'stop'> = {
  start: {
    execute: (turn, _, line) => {
      const { startWhenStarted } = turn.device.profile.mqtt
      if (turn.service.kind === 'started') return refused('+CMQTTSTART', startWhenStarted)
      if (!isRegistered(turn.radio)) return result(turn, line, `+CMQTTSTART: ${Err.networkOpen}`)
      if (activate(turn, 1) !== undefined) return result(turn, line, `+CMQTTSTART: ${Err.networkNotOpened}`)
      turn.service = { kind: 'started', clients: freeClients }
      return result(turn, line, `+CMQTTSTART: ${Err.ok}`)
    },
  },
  stop: {
    execute: (turn, _, line) => {
      const { stopWhenStopped } = turn.device.profile.mqtt
      if (turn.service.kind === 'stopped') return refused('+CMQTTSTOP', stopWhenStopped)
      if (clientIndices.some((index) => clientAt(turn, index).kind !== 'free'))
        return refused('+CMQTTSTOP', Err.notReleased)
      turn.service = { kind: 'stopped' }
      return result(turn, line, `+CMQTTSTOP: ${Err.ok}`)
    },
  },
}

const refused = (command: string, code: number | undefined): FinalReply =>
  code === undefined ? error : { ...error, lines: [`${command}: ${code}`] }

/** The result behind `OK` in the same write, or before it, as the profile says. */
function result(turn: Turn, line: number, text: string): FinalReply {
  if (turn.device.profile.mqtt.startResultFirst) return okWith(text)
  deferred(turn, line, text)
  return ok
}
