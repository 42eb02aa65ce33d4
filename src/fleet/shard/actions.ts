import type { Random } from '../../io/runtime/runtime.ts'
import type { FleetAction, PublishAction } from '../scenario/scenario.ts'
import type { FleetDevice } from './device.ts'
import { filled, filledFor, type Selected } from './identity.ts'
import { markText, paddedPayload } from './payload.ts'
import type { Timetable } from './timetable.ts'
import type { ShardPlan } from './world.ts'

/** What actions need of their shard. */
export interface ActionContext {
  readonly plan: ShardPlan
  readonly schedule: Timetable
  readonly random: Random
  /** No more messages are begun. */
  readonly isEnding: () => boolean
}

type Spread = Extract<FleetAction, { readonly overMs: number }>

/** When a device's turn is, behind the beginning of an action: by its rank among all that have it, in the whole run. */
export function turnOf(action: Spread, rank: number, total: number): number {
  const overMs = 'rate' in action && action.rate !== null ? (total / action.rate) * 1000 : action.overMs
  return (rank / Math.max(1, total)) * overMs
}

/** What a device does when its turn is there. */
export function takeTurn(action: Spread, device: FleetDevice, at: number, { schedule }: ActionContext): void {
  switch (action.kind) {
    case 'connect':
      return device.host.connect(at)
    case 'disconnect':
      return device.host.disconnect()
    case 'sleep': {
      device.host.disconnect()
      const wakeAt = at + action.forMs
      return void schedule.at(wakeAt, () => device.host.connect(wakeAt))
    }
    case 'power':
      return device.power(action.state === 'on')
    case 'sim':
      return device.module.sim(action.state)
  }
}

export const deviceTopic = ({ run, scenario: { seed } }: ShardPlan, { identity }: FleetDevice, topic: string): string =>
  filledFor({ run, seed }, identity, topic)

/** Publishes from `beginAt` to `endAt`, each device at its own point of the period. */
export function beginPublishing(
  action: PublishAction,
  { device, selected, rank }: { readonly device: FleetDevice; readonly selected: Selected; readonly rank: number },
  { beginAt, endAt }: { readonly beginAt: number; readonly endAt: number },
  context: ActionContext,
): void {
  const { everyMs, jitterMs, qos, retain, waiting } = action
  const { plan, schedule, random, isEnding } = context
  const topic = deviceTopic(plan, device, action.topic)
  const publishAt = (slot: number): void => {
    const drawn = slot + (2 * random.next() - 1) * jitterMs
    // Mirrored at the beginning: otherwise all that were drawn before it would be due at once.
    const at = beginAt + Math.abs(drawn - beginAt)
    if (at >= endAt) return
    schedule.at(at, () => {
      if (isEnding()) return
      device.publish(
        { topic, qos, retain, intendedAt: at },
        (sequence) => payloadOf(action, device, sequence, context),
        waiting,
      )
      publishAt(slot + everyMs)
    })
  }
  publishAt(beginAt + (rank / Math.max(1, selected.total)) * everyMs)
}

function payloadOf(
  action: PublishAction,
  device: FleetDevice,
  sequence: number,
  { plan, schedule, random }: ActionContext,
): string {
  const mark = markText(plan.run, { module: device.number, sequence, sentAt: schedule.now() })
  if (action.payload === null) return paddedPayload(mark, action.size)
  const { clientId, index } = device.identity
  const values = { mark, sequence, client: clientId, index, module: device.number, random: random.below(1000) }
  return filled(action.payload, values)
}
