import { everyCommand } from '../../at/commands/every-command.ts'
import type { Effort, MsRange } from '../../at/profiles/response-times.ts'
import type { Asked } from './learn.ts'

/** The classes of a profile's response times. */
export type TimeClass = Effort | 'prompt' | 'data' | 'refused' | 'quick' | 'other'

/** How long answers of one class took, ms. */
export interface Times {
  readonly least: number
  readonly median: number
  readonly most: number
  /** One in ten took less, one in ten more: what is odd stays out of a profile. */
  readonly usual: MsRange
  readonly count: number
}

/** Of answers that were measured, by class. */
export function timesOf(asked: readonly Asked[]): ReadonlyMap<TimeClass, Times> {
  const all = new Map<TimeClass, number[]>()
  for (const { exchanges } of asked)
    for (const { sent, received, ms } of exchanges) {
      if (ms === undefined) continue
      const kind = classOf(sent, received)
      all.set(kind, [...(all.get(kind) ?? []), ms])
    }
  return new Map([...all].map(([kind, list]) => [kind, summary(list.sort((a, b) => a - b))]))
}

const summary = (sorted: readonly number[]): Times => ({
  least: sorted[0]!,
  median: sorted[Math.floor((sorted.length - 1) / 2)]!,
  most: sorted.at(-1)!,
  usual: [Math.round(sorted[Math.floor(sorted.length / 10)]!), Math.round(sorted[Math.ceil(sorted.length * 0.9) - 1]!)],
  count: sorted.length,
})

function classOf(sent: string, received: string): TimeClass {
  if (/\r\n>(\r\n| )?$/.test(received)) return 'prompt'
  if (!/^AT/i.test(sent)) return 'data'
  if (/ERROR/.test(received)) return 'refused'
  if (/\?\r$/.test(sent) || sent.length <= 3) return 'quick'
  const name = /\+\w+/.exec(sent)?.[0].toUpperCase()
  return everyCommand.find((command) => command.name === name)?.effort ?? 'other'
}

/** Times in a virtual module that takes none, and of a line, say nothing of a module. */
const takesTimeMs = 30
const fewest = 5
/** What a line and this program add. */
const toleranceMs = 20

/** Whether the module takes time to answer, as real ones do. */
export const takesTime = (times: ReadonlyMap<TimeClass, Times>): boolean =>
  [...times.values()].some(({ median }) => median > takesTimeMs)

/** The spans of a profile that do not hold what was measured, as they were seen. */
export function otherTimes(
  times: ReadonlyMap<TimeClass, Times>,
  ours: Readonly<Record<string, unknown>>,
): ReadonlyMap<string, MsRange> {
  if (!takesTime(times)) return new Map()
  const differ = [...times].filter(([kind, { median, count }]) => {
    const [least, most] = ours[kind] as MsRange
    return count >= fewest && (median < least - toleranceMs || median > most + toleranceMs)
  })
  return new Map(differ.map(([kind, { usual }]) => [kind, usual]))
}
