import { textOf } from '../../at/syntax/bytes.ts'
import { cell, isRegistered, levelsOf, operators, radioIsOn, signalOf } from '../cellular/cell.ts'
import { stateAndCell, updateRegistration } from '../cellular/registration.ts'
import { simRefusal } from '../cellular/sim.ts'
import type { Radio, RegistrationDomain } from '../core/state.ts'
import type { Turn } from '../core/step-context.ts'
import { cmeError, error, type FinalReply, ok, okWith } from '../line/reply.ts'
import type { GeneralHandlers } from './handlers.ts'
import { withPin } from './sim.ts'

type Keys =
  | 'signal'
  | 'servingCell'
  | 'registration'
  | 'packetRegistration'
  | 'epsRegistration'
  | 'operator'
  | 'networkMode'

/** Signal, registration and operator, all of one simulated network. */
export const registrationHandlers: GeneralHandlers<Keys> = {
  signal: { execute: ({ network, radio }) => okWith(`+CSQ: ${signalOf(network, radio).join(',')}`) },
  servingCell: { read: (turn) => okWith(`+CPSI: ${servingCell(turn)}`) },
  registration: registration('+CREG', 'circuit'),
  packetRegistration: registration('+CGREG', 'packet'),
  epsRegistration: registration('+CEREG', 'eps'),
  operator: {
    test: (turn) => withPin(turn, () => (radioIsOn(turn.radio) ? okWith(operatorList(turn)) : cmeError(30))),
    read: (turn) => (simRefusal(turn, 'card') === 10 ? cmeError(30) : okWith(`+COPS: ${operatorNow(turn)}`)),
    select: (turn, { mode, format, operator }) => select(turn, mode, format, operator && textOf(operator)),
  },
  networkMode: {
    read: ({ radio }) => okWith(`+CNMP: ${radio.networkMode}`),
    set: (turn, { mode }) => {
      turn.radio = { ...turn.radio, networkMode: mode }
      return ok
    },
  },
}

function registration(name: string, domain: RegistrationDomain) {
  const report = (turn: Turn, n: 0 | 1 | 2): FinalReply => {
    const registrationReports = { ...turn.settings.registrationReports, [domain]: n }
    turn.settings = { ...turn.settings, registrationReports }
    return ok
  }
  return {
    read: (turn: Turn) => okWith(`${name}: ${turn.settings.registrationReports[domain]},${stateAndCell(turn, domain)}`),
    execute: (turn: Turn) => report(turn, 0),
    report: (turn: Turn, { n }: { readonly n: 0 | 1 | 2 }) => report(turn, n),
  }
}

function servingCell({ network, radio, device }: Turn): string {
  if (radio.fun === 7) return 'NO SERVICE,Offline'
  if (!radioIsOn(radio)) return 'NO SERVICE,Low Power Mode'
  if (!isRegistered(radio)) return 'NO SERVICE,Online'
  const { rsrq, rsrp, rssi, rssnr } = levelsOf(network)
  const levels =
    device.profile.general.cellUnits === 'dBm'
      ? [rsrq, rsrp, rssi, rssnr]
      : [2 * rsrq + 40, rsrp + 140, rssi + 110, rssnr]
  const { area, identityNumber, physical, band, channel } = cell
  const { digits } = operators.home
  const place = `${digits.slice(0, 3)}-${digits.slice(3)},0x${area},${identityNumber},${physical}`
  return `LTE,Online,${place},${band},${channel},5,5,${levels.join(',')}`
}

const nameIn = ({ long, short, digits }: (typeof operators)['home' | 'forbidden'], format: 0 | 1 | 2): string =>
  [long, short, digits][format]!

function operatorNow({ radio }: Turn): string {
  const { operatorMode, operatorFormat } = radio
  if (!isRegistered(radio)) return `${operatorMode}`
  return `${operatorMode},${operatorFormat},"${nameIn(operators.home, operatorFormat)}",7`
}

function operatorList({ network, radio }: Turn): string {
  const lists = [
    [isRegistered(radio) ? 2 : network.admits === 'denied' ? 3 : 1, operators.home] as const,
    [3, operators.forbidden] as const,
  ]
  const shown = lists.map(([stat, { long, short, digits }]) => `(${stat},"${long}","${short}","${digits}",7)`)
  return `+COPS: ${network.coverage === 'down' ? '' : shown.join(',')},,(0,1,2,3,4),(0,1,2)`
}

function select(turn: Turn, mode: number, format: 0 | 1 | 2 | undefined, operator: string | undefined): FinalReply {
  if (mode === 3) return setRadio(turn, { operatorFormat: format ?? 0 })
  if (mode === 2) return setRadio(turn, { operatorMode: 2 })
  if (mode === 0) return withPin(turn, () => setRadio(turn, { operatorMode: 0 }))
  if (operator === undefined) return error
  return withPin(turn, () => selectByName(turn, mode as 1 | 4, format ?? 0, operator))
}

function selectByName(turn: Turn, mode: 1 | 4, format: 0 | 1 | 2, operator: string): FinalReply {
  if (operator === nameIn(operators.home, format) && turn.network.coverage !== 'down')
    return setRadio(turn, { operatorMode: mode, operatorFormat: format })
  if (mode === 4) return setRadio(turn, { operatorMode: 0, operatorFormat: format })
  return cmeError(operator === nameIn(operators.forbidden, format) ? 111 : 30)
}

function setRadio(turn: Turn, change: Partial<Radio>): FinalReply {
  turn.radio = { ...turn.radio, ...change }
  updateRegistration(turn)
  return ok
}
