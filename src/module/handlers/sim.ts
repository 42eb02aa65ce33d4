import type { CmeCode } from '../../at/errors.ts'
import { textOf } from '../../at/syntax/bytes.ts'
import { cardUnlocked } from '../cellular/boot.ts'
import { operators } from '../cellular/cell.ts'
import { pinState, pinTries, pukTries, setCard, simRefusal } from '../cellular/sim.ts'
import { cmeError, type FinalReply, ok, okWith } from '../core/reply.ts'
import { type StepContext, writableCellular } from '../core/step-context.ts'
import type { GeneralHandlers } from './handler-types.ts'

/** Numbers of `+CME ERROR` that SIM commands give. */
const cme = { notAllowed: 3, pukNeeded: 12, wrong: 16, alreadyOff: 311, alreadyOn: 312, badFormat: 313 } as const

/** The SIM. */
export const simHandlers: GeneralHandlers<
  'pin' | 'cardNumber' | 'subscriber' | 'triesLeft' | 'lock' | 'serviceProvider'
> = {
  pin: {
    read: (ctx) => withCard(ctx, () => okWith(`+CPIN: ${pinState(ctx.cellular.sim)}`)),
    enter: (ctx, { pin, newPin }) => withCard(ctx, () => enter(ctx, textOf(pin), newPin && textOf(newPin))),
  },
  cardNumber: { execute: (ctx) => withCard(ctx, () => okWith(`+ICCID: ${ctx.config.identity.iccid}`)) },
  subscriber: { execute: (ctx) => withPin(ctx, () => okWith(ctx.config.identity.imsi)) },
  triesLeft: {
    execute: (ctx) =>
      withCard(ctx, () => okWith(`+SPIC: ${ctx.cellular.sim.card.pinTries},${ctx.cellular.sim.card.pukTries},0,10`)),
  },
  lock: { lock: (ctx, { mode, password }) => withPin(ctx, () => lock(ctx, mode, password && textOf(password))) },
  serviceProvider: { read: (ctx) => withPin(ctx, () => okWith(`+CSPN: "${operators.home.long}",0`)) },
}

function withCard(ctx: StepContext, run: () => FinalReply): FinalReply {
  const refusal = simRefusal(ctx, 'card')
  return refusal === undefined ? run() : cmeError(refusal)
}

export function withPin(ctx: StepContext, run: () => FinalReply): FinalReply {
  const refusal = simRefusal(ctx)
  return refusal === undefined ? run() : cmeError(refusal)
}

/** `AT+CPIN=<pin>`, or `<puk>,<newpin>` once no PIN try is left. */
function enter(ctx: StepContext, code: string, newPin: string | undefined): FinalReply {
  if (ctx.cellular.sim.kind === 'ready') return cmeError(cme.notAllowed)
  if (ctx.cellular.sim.card.pinTries === 0)
    return newPin === undefined ? cmeError(cme.pukNeeded) : unblock(ctx, code, newPin)
  if (newPin !== undefined) return cmeError(cme.notAllowed)
  const refusal = checkPin(ctx, code)
  return refusal === undefined ? unlock(ctx) : cmeError(refusal)
}

function unlock(ctx: StepContext): FinalReply {
  setCard(ctx, { pinTries }, 'ready')
  cardUnlocked(ctx)
  return ok
}

function unblock(ctx: StepContext, puk: string, newPin: string): FinalReply {
  if (!isPin(newPin)) return cmeError(cme.badFormat)
  if (puk !== ctx.cellular.sim.card.puk) {
    setCard(ctx, { pukTries: ctx.cellular.sim.card.pukTries - 1 })
    return cmeError(cme.wrong)
  }
  setCard(ctx, { pin: newPin, pukTries })
  return unlock(ctx)
}

/** Checks a PIN and counts a wrong one; the code that refuses it. */
function checkPin(ctx: StepContext, pin: string): CmeCode | undefined {
  if (!isPin(pin)) return cme.badFormat
  const { card } = ctx.cellular.sim
  const right = pin === card.pin
  setCard(ctx, { pinTries: right ? pinTries : card.pinTries - 1 })
  if (!right && card.pinTries === 1) writableCellular(ctx).sim = { ...ctx.cellular.sim, kind: 'locked' }
  return right ? undefined : cme.wrong
}

const isPin = (text: string): boolean => /^\d{4,8}$/.test(text)

/** `AT+CLCK="SC",<mode>[,"<pin>"]` */
function lock(ctx: StepContext, mode: 0 | 1 | 2, password: string | undefined): FinalReply {
  const { asksPin } = ctx.cellular.sim.card
  if (mode === 2) return okWith(`+CLCK: ${asksPin ? 1 : 0}`)
  if (asksPin === (mode === 1)) return cmeError(asksPin ? cme.alreadyOn : cme.alreadyOff)
  const refusal = checkPin(ctx, password ?? '')
  if (refusal !== undefined) return cmeError(refusal)
  setCard(ctx, { asksPin: mode === 1 })
  return ok
}
