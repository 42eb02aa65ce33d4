import type { CmeCode } from '../../at/cme-errors.ts'
import { textOf } from '../../at/syntax/bytes.ts'
import { operators } from '../cellular/cell.ts'
import { cardUnlocked } from '../cellular/power.ts'
import { pinState, pinTries, pukTries, setCard, simRefusal } from '../cellular/sim.ts'
import type { Turn } from '../core/step-context.ts'
import { cmeError, type FinalReply, ok, okWith } from '../line/reply.ts'
import type { GeneralHandlers } from './handlers.ts'

/** Numbers of `+CME ERROR` that SIM commands give. */
const cme = { notAllowed: 3, pukNeeded: 12, wrong: 16, alreadyOff: 311, alreadyOn: 312, badFormat: 313 } as const

/** The SIM. */
export const simHandlers: GeneralHandlers<
  'pin' | 'cardNumber' | 'subscriber' | 'triesLeft' | 'lock' | 'serviceProvider'
> = {
  pin: {
    read: (turn) => withCard(turn, () => okWith(`+CPIN: ${pinState(turn.sim)}`)),
    enter: (turn, { pin, newPin }) => withCard(turn, () => enter(turn, textOf(pin), newPin && textOf(newPin))),
  },
  cardNumber: { execute: (turn) => withCard(turn, () => okWith(`+ICCID: ${turn.device.identity.iccid}`)) },
  subscriber: { execute: (turn) => withPin(turn, () => okWith(turn.device.identity.imsi)) },
  triesLeft: {
    execute: (turn) => withCard(turn, () => okWith(`+SPIC: ${turn.sim.card.pinTries},${turn.sim.card.pukTries},0,10`)),
  },
  lock: { lock: (turn, { mode, password }) => withPin(turn, () => lock(turn, mode, password && textOf(password))) },
  serviceProvider: { read: (turn) => withPin(turn, () => okWith(`+CSPN: "${operators.home.long}",0`)) },
}

function withCard(turn: Turn, run: () => FinalReply): FinalReply {
  const refusal = simRefusal(turn, 'card')
  return refusal === undefined ? run() : cmeError(refusal)
}

export function withPin(turn: Turn, run: () => FinalReply): FinalReply {
  const refusal = simRefusal(turn)
  return refusal === undefined ? run() : cmeError(refusal)
}

/** `AT+CPIN=<pin>`, or `<puk>,<newpin>` once no PIN try is left. */
function enter(turn: Turn, code: string, newPin: string | undefined): FinalReply {
  if (turn.sim.kind === 'ready') return cmeError(cme.notAllowed)
  if (turn.sim.card.pinTries === 0) return newPin === undefined ? cmeError(cme.pukNeeded) : unblock(turn, code, newPin)
  if (newPin !== undefined) return cmeError(cme.notAllowed)
  const refusal = checkPin(turn, code)
  return refusal === undefined ? unlock(turn) : cmeError(refusal)
}

function unlock(turn: Turn): FinalReply {
  setCard(turn, { pinTries }, 'ready')
  cardUnlocked(turn)
  return ok
}

function unblock(turn: Turn, puk: string, newPin: string): FinalReply {
  if (!isPin(newPin)) return cmeError(cme.badFormat)
  if (puk !== turn.sim.card.puk) {
    setCard(turn, { pukTries: turn.sim.card.pukTries - 1 })
    return cmeError(cme.wrong)
  }
  setCard(turn, { pin: newPin, pukTries })
  return unlock(turn)
}

/** Counts a wrong PIN; why it is refused. */
function checkPin(turn: Turn, pin: string): CmeCode | undefined {
  if (!isPin(pin)) return cme.badFormat
  const { card } = turn.sim
  const right = pin === card.pin
  setCard(turn, { pinTries: right ? pinTries : card.pinTries - 1 })
  if (!right && card.pinTries === 1) turn.sim = { ...turn.sim, kind: 'locked' }
  return right ? undefined : cme.wrong
}

const isPin = (text: string): boolean => /^\d{4,8}$/.test(text)

/** `AT+CLCK="SC",<mode>[,"<pin>"]` */
function lock(turn: Turn, mode: 0 | 1 | 2, password: string | undefined): FinalReply {
  const { asksPin } = turn.sim.card
  if (mode === 2) return okWith(`+CLCK: ${asksPin ? 1 : 0}`)
  if (asksPin === (mode === 1)) return cmeError(asksPin ? cme.alreadyOn : cme.alreadyOff)
  const refusal = checkPin(turn, password ?? '')
  if (refusal !== undefined) return cmeError(refusal)
  setCard(turn, { asksPin: mode === 1 })
  return ok
}
