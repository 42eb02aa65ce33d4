import { textOf } from '../../at/syntax/bytes.ts'
import { cardBack, leave } from '../cellular/power.ts'
import { calendarText, parseCalendar } from '../cellular/real-time-clock.ts'
import { updateRegistration } from '../cellular/registration.ts'
import { unreadCard } from '../cellular/sim.ts'
import type { Fun } from '../core/state.ts'
import type { Turn } from '../core/step-context.ts'
import { cmeError, error, type FinalReply, ok, okWith } from '../line/reply.ts'
import type { GeneralHandlers } from './handlers.ts'

/** Power, reset and the clock. */
export const powerHandlers: GeneralHandlers<
  'functionality' | 'restart' | 'powerOff' | 'clock' | 'zoneUpdate' | 'zoneReports'
> = {
  functionality: {
    read: ({ radio }) => okWith(`+CFUN: ${radio.fun}`),
    set: (turn, { fun, reset }) => setFunctionality(turn, fun, reset === 1),
  },
  restart: { execute: (turn) => end(turn, 'restart') },
  powerOff: { execute: (turn) => end(turn, 'down'), quick: (turn) => end(turn, 'down') },
  clock: {
    read: (turn) => okWith(`+CCLK: "${calendarText(turn)}"`),
    set: (turn, { time }) => setClock(turn, textOf(time)),
  },
  zoneUpdate: {
    read: ({ kept }) => okWith(`+CTZU: ${kept.zoneUpdate}`),
    set: (turn, { n }) => {
      turn.kept = { ...turn.kept, zoneUpdate: n }
      return ok
    },
  },
  zoneReports: {
    read: ({ settings }) => okWith(`+CTZR: ${settings.zoneReports}`),
    execute: (turn) => setZoneReports(turn, 0),
    set: (turn, { n }) => setZoneReports(turn, n),
  },
}

function end(turn: Turn, to: 'restart' | 'down'): FinalReply {
  leave(turn, to)
  return ok
}

/** 7 is left by 6 or a restart alone; 6 is a restart out of 7. */
function setFunctionality(turn: Turn, fun: number, reset: boolean): FinalReply {
  if (reset) return fun === 1 ? end(turn, 'restart') : error
  if (turn.radio.fun === 7 && fun !== 7) return fun === 6 ? end(turn, 'restart') : cmeError(3)
  if (fun === 6) return cmeError(3)
  switchRadio(turn, fun as Fun)
  return ok
}

const feedsCard = (fun: Fun): boolean => fun !== 0 && fun !== 8

function switchRadio(turn: Turn, fun: Fun): void {
  const before = turn.radio.fun
  turn.radio = { ...turn.radio, fun }
  if (!feedsCard(fun)) unreadCard(turn)
  else if (!feedsCard(before)) cardBack(turn)
  updateRegistration(turn)
}

function setClock(turn: Turn, text: string): FinalReply {
  const calendar = parseCalendar(text, turn.now)
  if (!calendar) return error
  if (turn.kept.zoneUpdate === 3) return cmeError(3)
  turn.calendar = calendar
  return ok
}

function setZoneReports(turn: Turn, zoneReports: number): FinalReply {
  turn.settings = { ...turn.settings, zoneReports }
  return ok
}
