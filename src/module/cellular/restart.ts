import type { Radio } from '../core/state.ts'
import { type StepContext, writableCellular } from '../core/step-context.ts'
import { restartedLine } from '../line/lines.ts'
import { clientAt, clientIndices, connectionOf, initialService } from '../mqtt-service/clients.ts'
import { definitionOf } from './contexts.ts'
import { initialRadio, initialSettings } from './initial-state.ts'
import { unreadCard } from './sim.ts'
import { closedSockets } from './sockets.ts'

/** Forgets what does not outlive a restart or the loss of power. Commands that are interrupted get no result. */
export function clearVolatile(ctx: StepContext): void {
  clearService(ctx)
  for (const [at, line] of ctx.lines.entries()) ctx.lines[at] = restartedLine(line, ctx.config.bootSpeed)
  ctx.schedule = { events: [], urcs: [] }
  const cellular = writableCellular(ctx)
  cellular.settings = initialSettings(ctx.config)
  cellular.sockets = closedSockets
  cellular.radio = restartedRadio(ctx)
  const { at, shown } = cellular.clock
  cellular.clock = { at, shown }
  unreadCard(ctx)
}

/** Connections end without a word. Their numbers are not given again. */
function clearService(ctx: StepContext): void {
  for (const index of clientIndices) {
    const connection = connectionOf(clientAt(ctx, index))
    if (connection !== undefined) ctx.effects.push({ type: 'destroy', connection })
  }
  ctx.service = { ...initialService, nextConnection: ctx.service.nextConnection }
}

/** The radio after a restart: definitions stay, what the network gave is gone. */
function restartedRadio({ cellular: { radio }, config }: StepContext): Radio {
  const { operatorMode, networkMode, contexts } = radio
  const keeps = config.profile.general.keepsOperatorMode && operatorMode !== 2
  return {
    ...initialRadio(config),
    operatorMode: keeps ? operatorMode : 0,
    networkMode,
    contexts: contexts.map(definitionOf),
  }
}
