import type { StormMessage } from './storm-host.ts'

/** `count` messages of each QoS, one after the other; `name` says which way they go. */
export function stormMessages(name: string, count: number): readonly StormMessage[] {
  return Array.from({ length: count }, (_, n) =>
    ([0, 1, 2] as const).map((qos) => ({ qos, payload: `${name}${qos}-${n}` })),
  ).flat()
}

export interface Tally {
  readonly lost: Readonly<Record<0 | 1 | 2, number>>
  readonly doubled: Readonly<Record<0 | 1 | 2, number>>
  /** Payloads that nobody has published. */
  readonly foreign: readonly string[]
}

/** Holds what came against what was sent. */
export function tally(sent: readonly StormMessage[], came: ReadonlyMap<string, number>): Tally {
  const lost = { 0: 0, 1: 0, 2: 0 }
  const doubled = { 0: 0, 1: 0, 2: 0 }
  for (const { qos, payload } of sent) {
    const count = came.get(payload) ?? 0
    if (count === 0) lost[qos]++
    if (count > 1) doubled[qos]++
  }
  const known = new Set(sent.map(({ payload }) => payload))
  return { lost, doubled, foreign: [...came.keys()].filter((payload) => !known.has(payload)) }
}

/** Whether all of QoS 1 and 2 has come. */
export const complete = (sent: readonly StormMessage[], came: ReadonlyMap<string, number>): boolean =>
  sent.every(({ qos, payload }) => qos === 0 || came.has(payload))
