import { textOf } from '../../at/syntax/bytes.ts'
import { cell, isRegistered, levelsOf, operators, radioIsOn, reportedSignal } from '../cellular/cell.ts'
import { stateAndCell, updateRegistration } from '../cellular/registration.ts'
import { simRefusal } from '../cellular/sim.ts'
import { cmeError, error, type FinalReply, ok, okWith } from '../core/reply.ts'
import type { Radio, RegistrationDomain } from '../core/state.ts'
import { type StepContext, writableCellular } from '../core/step-context.ts'
import type { GeneralHandlers } from './handler-types.ts'
import { withPin } from './sim.ts'
import { storedValuesOf, storeValues } from './stored-values.ts'

type Keys =
  | 'signal'
  | 'servingCell'
  | 'registration'
  | 'packetRegistration'
  | 'epsRegistration'
  | 'operator'
  | 'networkMode'
  | 'systemMode'

/** Signal, registration and operator, all of one simulated network. */
export const registrationHandlers: GeneralHandlers<Keys> = {
  signal: {
    execute: ({ cellular: { network, radio } }) => okWith(`+CSQ: ${reportedSignal(network, radio).join(',')}`),
  },
  servingCell: { read: (ctx) => okWith(`+CPSI: ${servingCell(ctx)}`) },
  registration: registration('+CREG', 'circuit'),
  packetRegistration: registration('+CGREG', 'packet'),
  epsRegistration: registration('+CEREG', 'eps'),
  operator: {
    test: (ctx) => withPin(ctx, () => (radioIsOn(ctx.cellular.radio) ? okWith(operatorList(ctx)) : cmeError(30))),
    read: (ctx) => (simRefusal(ctx, 'card') === 10 ? cmeError(30) : okWith(`+COPS: ${operatorNow(ctx)}`)),
    select: (ctx, { mode, format, operator }) => select(ctx, mode, format, operator && textOf(operator)),
  },
  networkMode: {
    read: ({ cellular: { radio } }) => okWith(`+CNMP: ${radio.networkMode}`),
    set: (ctx, { mode }) => {
      writableCellular(ctx).radio = { ...ctx.cellular.radio, networkMode: mode }
      return ok
    },
  },
  systemMode: {
    read: (ctx) =>
      okWith(`+CNSMOD: ${storedValuesOf(ctx, '+CNSMOD')?.[0] ?? 0},${isRegistered(ctx.cellular.radio) ? lte : 0}`),
    set: (ctx, { n }) => storeValues(ctx, '+CNSMOD', [String(n)]),
  },
}

/** `<stat>` of `+CNSMOD`. */
const lte = 8

function registration(name: string, domain: RegistrationDomain) {
  const report = (ctx: StepContext, n: 0 | 1 | 2): FinalReply => {
    const registrationReports = { ...ctx.cellular.settings.registrationReports, [domain]: n }
    writableCellular(ctx).settings = { ...ctx.cellular.settings, registrationReports }
    return ok
  }
  return {
    read: (ctx: StepContext) =>
      okWith(`${name}: ${ctx.cellular.settings.registrationReports[domain]},${stateAndCell(ctx, domain)}`),
    execute: (ctx: StepContext) => report(ctx, 0),
    report: (ctx: StepContext, { n }: { readonly n: 0 | 1 | 2 }) => report(ctx, n),
  }
}

function servingCell({ cellular: { network, radio }, config }: StepContext): string {
  if (radio.fun === 7) return 'NO SERVICE,Offline'
  if (!radioIsOn(radio)) return 'NO SERVICE,Low Power Mode'
  if (!isRegistered(radio)) return 'NO SERVICE,Online'
  const { rsrq, rsrp, rssi, rssnr } = levelsOf(network)
  const levels =
    config.profile.general.cellUnits === 'dBm'
      ? [rsrq, rsrp, rssi, rssnr]
      : [2 * rsrq + 40, rsrp + 140, rssi + 110, rssnr]
  const { area, identityNumber, physical, band, channel } = cell
  const { digits } = operators.home
  const place = `${digits.slice(0, 3)}-${digits.slice(3)},0x${area},${identityNumber},${physical}`
  return `LTE,Online,${place},${band},${channel},5,5,${levels.join(',')}`
}

const nameIn = ({ long, short, digits }: (typeof operators)['home' | 'forbidden'], format: 0 | 1 | 2): string =>
  [long, short, digits][format]!

function operatorNow({ cellular: { radio } }: StepContext): string {
  const { operatorMode, operatorFormat } = radio
  if (!isRegistered(radio)) return `${operatorMode}`
  return `${operatorMode},${operatorFormat},"${nameIn(operators.home, operatorFormat)}",7`
}

function operatorList({ cellular: { network, radio } }: StepContext): string {
  const lists = [
    [isRegistered(radio) ? 2 : network.admits === 'denied' ? 3 : 1, operators.home] as const,
    [3, operators.forbidden] as const,
  ]
  const shown = lists.map(([stat, { long, short, digits }]) => `(${stat},"${long}","${short}","${digits}",7)`)
  return `+COPS: ${network.coverage === 'down' ? '' : shown.join(',')},,(0,1,2,3,4),(0,1,2)`
}

function select(
  ctx: StepContext,
  mode: number,
  format: 0 | 1 | 2 | undefined,
  operator: string | undefined,
): FinalReply {
  if (mode === 3) return setRadio(ctx, { operatorFormat: format ?? 0 })
  if (mode === 2) return setRadio(ctx, { operatorMode: 2 })
  if (mode === 0) return withPin(ctx, () => setRadio(ctx, { operatorMode: 0 }))
  if (operator === undefined) return error
  return withPin(ctx, () => selectByName(ctx, mode as 1 | 4, format ?? 0, operator))
}

function selectByName(ctx: StepContext, mode: 1 | 4, format: 0 | 1 | 2, operator: string): FinalReply {
  if (operator === nameIn(operators.home, format) && ctx.cellular.network.coverage !== 'down')
    return setRadio(ctx, { operatorMode: mode, operatorFormat: format })
  if (mode === 4) return setRadio(ctx, { operatorMode: 0, operatorFormat: format })
  return cmeError(operator === nameIn(operators.forbidden, format) ? 111 : 30)
}

function setRadio(ctx: StepContext, change: Partial<Radio>): FinalReply {
  writableCellular(ctx).radio = { ...ctx.cellular.radio, ...change }
  updateRegistration(ctx)
  return ok
}
