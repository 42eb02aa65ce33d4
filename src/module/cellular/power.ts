import type { LifeEvent, ModuleState, Radio } from '../core/state.ts'
import { releaseHeld, type Turn, urcText } from '../core/step-context.ts'
import { definitionOf } from './contexts.ts'
import { initialRadio } from './network.ts'
import { factoryCalendar } from './real-time-clock.ts'
import { registrationDone, updateRegistration } from './registration.ts'
import { schedule } from './scheduled-events.ts'
import { pinState, readCard } from './sim.ts'

/** Bytes from a host reach it. */
export const isListening = ({ power }: Pick<ModuleState, 'power'>): boolean =>
  power.kind === 'on' || (power.kind === 'booting' && power.awake)

/** What a restart clears, beside what the lines and the MQTT service have; the caller clears those. */
export type Clear = (turn: Turn) => void

/** Power comes: the boot lines begin. */
export function boot(turn: Turn): void {
  turn.power = { kind: 'booting', awake: false }
  const { boot: lines } = turn.device.profile
  for (const [index, { afterMs }] of lines.entries()) later(turn, afterMs, { kind: 'bootLine', index })
  if (lines.length === 0) turn.power = { kind: 'on' }
}

/** At its time where timing is real, else at once. */
function later(turn: Turn, afterMs: number, event: Extract<LifeEvent, { kind: 'bootLine' }>): void {
  if (turn.device.timing === 'real') schedule(turn, afterMs, event)
  else printBootLine(turn, event.index)
}

export function printBootLine(turn: Turn, index: number): void {
  const { boot: lines } = turn.device.profile
  const { text, needs } = lines[index]!
  if (turn.power.kind === 'booting') turn.power = { kind: 'booting', awake: true }
  if (needs === 'card') announceCard(turn)
  else if (needs === undefined || isThere(turn, needs)) urcText(turn, text)
  if (index === lines.length - 1) turn.power = { kind: 'on' }
}

const isThere = ({ sim, radio }: Turn, needs: 'sim' | 'attach'): boolean =>
  needs === 'sim' ? sim.kind === 'ready' : radio.contexts.some(({ cid, bearer }) => cid === 1 && bearer !== undefined)

/** The module looks at the SIM and says what it finds. */
function announceCard(turn: Turn): void {
  readCard(turn)
  if (turn.sim.kind === 'removed') urcText(turn, '+CPIN: NOT INSERTED')
  else if (!turn.sim.busy) urcText(turn, `+CPIN: ${pinState(turn.sim)}`)
  updateRegistration(turn)
}

/** The SIM is there again, unlocked or powered again: it is read, and the boot lines that waited for it follow. */
export function cardBack(turn: Turn): void {
  if (waitsForBootLine(turn, 'card')) return
  announceCard(turn)
  simLines(turn)
}

/** The PIN was right. */
export function cardUnlocked(turn: Turn): void {
  urcText(turn, '+CPIN: READY')
  updateRegistration(turn)
  simLines(turn)
}

function simLines(turn: Turn): void {
  const { boot: lines } = turn.device.profile
  const cardAt = lines.find(({ needs }) => needs === 'card')?.afterMs ?? 0
  if (turn.sim.kind !== 'ready' || waitsForBootLine(turn, 'sim')) return
  for (const [index, { afterMs, needs }] of lines.entries())
    if (needs === 'sim') later(turn, Math.max(0, afterMs - cardAt), { kind: 'bootLine', index })
}

/** A boot line of this kind is still to come. */
function waitsForBootLine({ agenda, device, power }: Turn, needs: 'card' | 'sim'): boolean {
  if (power.kind === 'off' || power.kind === 'leaving') return true
  return agenda.some(({ event }) => event.kind === 'bootLine' && device.profile.boot[event.index]!.needs === needs)
}

/** After the `OK` of the command: what a network loss prints, then the end. Nothing is read any more. */
export function leave(turn: Turn, to: 'restart' | 'down'): void {
  turn.power = { kind: 'leaving' }
  turn.agenda = []
  schedule(turn, 0, { kind: 'farewell' })
  schedule(turn, turn.device.timing === 'real' ? turn.device.profile.powerDownMs : 0, { kind: to })
}

/** One event of the agenda; `clear` makes everything as it is without power. */
export function happen(turn: Turn, event: LifeEvent, clear: Clear): void {
  switch (event.kind) {
    case 'bootLine':
      return printBootLine(turn, event.index)
    case 'registered':
      return registrationDone(turn)
    case 'farewell':
      abandonPrompts(turn)
      updateRegistration(turn)
      // A command that still runs gets no result any more; what it held back is printed.
      for (const line of turn.lines) releaseHeld(turn, line)
      return
    case 'restart':
      clear(turn)
      return boot(turn)
    case 'down':
      urcText(turn, 'POWERD DOWN')
      return switchOff(turn, clear)
  }
}

/** Prompts end without a result of their own, so that what they hold back still comes. */
function abandonPrompts(turn: Turn): void {
  for (const line of turn.lines) {
    if (line.mode.kind !== 'data') continue
    line.mode = { kind: 'command' }
    releaseHeld(turn, line)
  }
}

/** As a power cut: nothing is said. */
export function switchOff(turn: Turn, clear: Clear): void {
  clear(turn)
  turn.power = { kind: 'off' }
}

export function switchOn(turn: Turn): void {
  if (turn.power.kind !== 'off') return
  turn.calendar = factoryCalendar(turn.now)
  boot(turn)
}

/** The radio after a restart: definitions stay, what the network gave is gone. */
export function restartedRadio({ radio, device }: Turn): Radio {
  const { operatorMode, networkMode, contexts } = radio
  const keeps = device.profile.general.keepsOperatorMode && operatorMode !== 2
  return {
    ...initialRadio(device),
    operatorMode: keeps ? operatorMode : 0,
    networkMode,
    contexts: contexts.map(definitionOf),
  }
}
