import type { SimAction } from '../core/effects.ts'
import { type Turn, urcText } from '../core/step-context.ts'
import { cardBack, isListening } from './power.ts'
import { updateRegistration } from './registration.ts'

/** Somebody does something to the SIM; the module notices at once. */
export function changeSim(turn: Turn, action: SimAction): void {
  if (action === 'insert') insert(turn)
  if (action === 'remove') remove(turn)
  if (action === 'busy') turn.sim = { ...turn.sim, busy: true }
  if (action === 'idle') answerAgain(turn)
}

function insert(turn: Turn): void {
  if (turn.sim.kind !== 'removed') return
  turn.sim = { ...turn.sim, kind: 'unread' }
  lookAgain(turn)
}

function remove(turn: Turn): void {
  if (turn.sim.kind === 'removed') return
  turn.sim = { ...turn.sim, kind: 'removed' }
  if (isListening(turn)) urcText(turn, turn.device.profile.general.simRemoved)
  updateRegistration(turn)
}

function answerAgain(turn: Turn): void {
  turn.sim = { ...turn.sim, busy: false }
  if (turn.sim.kind === 'unread') lookAgain(turn)
}

const lookAgain = (turn: Turn): void => {
  if (turn.radio.fun !== 0 && turn.radio.fun !== 8) cardBack(turn)
}
