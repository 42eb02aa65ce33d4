import type { PowerEvent } from '../core/state.ts'
import type { StepContext } from '../core/step-context.ts'

/** Puts an event on the agenda, behind those of the same time. */
export function schedule(ctx: StepContext, afterMs: number, event: PowerEvent): void {
  const at = ctx.now + afterMs
  const before = ctx.scheduled.filter((other) => other.at <= at)
  ctx.scheduled = [...before, { at, event }, ...ctx.scheduled.slice(before.length)]
}

/** The next event whose time has come, taken off the agenda. */
export function takeDue(ctx: StepContext): PowerEvent | undefined {
  const [first, ...others] = ctx.scheduled
  if (first === undefined || first.at > ctx.now) return undefined
  ctx.scheduled = others
  return first.event
}

export const isScheduled = ({ scheduled }: StepContext, kind: PowerEvent['kind']): boolean =>
  scheduled.some(({ event }) => event.kind === kind)

export function cancel(ctx: StepContext, kind: PowerEvent['kind']): void {
  ctx.scheduled = ctx.scheduled.filter(({ event }) => event.kind !== kind)
}
