import { generalUrcs } from '../../at/urcs.ts'
import type { Sockets } from '../core/state.ts'
import { type StepContext, urcText, writableCellular } from '../core/step-context.ts'

export const closedSockets: Sockets = { reading: 0, family: 1, options: [10, 0, 0, 1, 0, 0, 500, 0], lookups: [] }

/** The socket service is closed by the network. */
export function socketsLost(ctx: StepContext): void {
  closeSockets(ctx)
  urcText(ctx, `${generalUrcs.socketEvent.name}: NETWORK CLOSED UNEXPECTEDLY`)
}

export function closeSockets(ctx: StepContext): void {
  const { cid: _, ...sockets } = ctx.cellular.sockets
  writableCellular(ctx).sockets = sockets
}
