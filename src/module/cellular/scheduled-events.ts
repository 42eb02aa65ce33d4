import type { LifeEvent } from '../core/state.ts'
import type { Turn } from '../core/step-context.ts'

/** Puts an event on the agenda, behind those of the same time. */
export function schedule(turn: Turn, afterMs: number, event: LifeEvent): void {
  const at = turn.now + afterMs
  const before = turn.agenda.filter((other) => other.at <= at)
  turn.agenda = [...before, { at, event }, ...turn.agenda.slice(before.length)]
}

/** The next event whose time has come, taken off the agenda. */
export function takeDue(turn: Turn): LifeEvent | undefined {
  const [first, ...others] = turn.agenda
  if (first === undefined || first.at > turn.now) return undefined
  turn.agenda = others
  return first.event
}

export const isScheduled = ({ agenda }: Turn, kind: LifeEvent['kind']): boolean =>
  agenda.some(({ event }) => event.kind === kind)

export function cancel(turn: Turn, kind: LifeEvent['kind']): void {
  turn.agenda = turn.agenda.filter(({ event }) => event.kind !== kind)
}
