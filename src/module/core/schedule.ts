import type { PowerEvent, ScheduleState } from './state.ts'
import { emptySchedule, type StepContext, writableSchedule } from './step-context.ts'

/** Schedules an event, behind those of the same time. */
export function schedule(ctx: StepContext, afterMs: number, event: PowerEvent): void {
  const at = ctx.now + afterMs
  const before = ctx.schedule.events.filter((other) => other.at <= at)
  writableSchedule(ctx).events = [...before, { at, event }, ...ctx.schedule.events.slice(before.length)]
}

/** Takes the next event that is due. */
export function takeDue(ctx: StepContext): PowerEvent | undefined {
  const [first, ...others] = ctx.schedule.events
  if (first === undefined || first.at > ctx.now) return undefined
  if (others.length > 0 || ctx.schedule.urcs.length > 0) writableSchedule(ctx).events = others
  else ctx.schedule = emptySchedule
  return first.event
}

export const isScheduled = ({ schedule: { events } }: StepContext, kind: PowerEvent['kind']): boolean =>
  events.some(({ event }) => event.kind === kind)

export function cancel(ctx: StepContext, kind: PowerEvent['kind']): void {
  writableSchedule(ctx).events = ctx.schedule.events.filter(({ event }) => event.kind !== kind)
}

/** Schedules URCs of a reply. */
export function scheduleUrcs(ctx: StepContext, urcs: ScheduleState['urcs']): void {
  if (urcs.length > 0) writableSchedule(ctx).urcs = [...ctx.schedule.urcs, ...urcs].sort((a, b) => a.at - b.at)
}

/** Takes the URCs that are due. */
export function takeDueUrcs(ctx: StepContext): readonly string[] {
  const due = ctx.schedule.urcs.filter(({ at }) => at <= ctx.now)
  if (due.length > 0) writableSchedule(ctx).urcs = ctx.schedule.urcs.slice(due.length)
  return due.map(({ text }) => text)
}
