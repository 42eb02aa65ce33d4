import type { ShardSnapshot } from '../../metrics/snapshot.ts'

/** An incarnation of a shard, as Redis knows it. Times are Redis's, ms since 1970. */
export interface IncarnationState {
  readonly shard: number
  readonly incarnation: number
  readonly begunAt: number
  /** When it ended in order: all that it did is counted. `null`: it did not, or not yet. */
  readonly closedAt: number | null
  /** By then its modules had ended, if it was not heard of again. */
  readonly endsBy: number
  /** Of its newest snapshot; 0: none came. */
  readonly number: number
}

/** How a run stands in Redis. */
export interface RunState {
  readonly shards: number
  readonly startedAt: number | null
  readonly endedAt: number | null
  readonly stop: string | null
  readonly failed: string | null
  readonly fenced: number
  readonly ready: number
  readonly done: readonly number[]
  /** Where each shard is or was last. */
  readonly hosts: ReadonlyMap<number, string>
  readonly incarnations: readonly IncarnationState[]
}

type Fields = Readonly<Record<string, string>>

interface Raw {
  /** Of the run: shards, startedAt, endedAt, stop, failed, fenced. */
  readonly fields: readonly (string | null)[]
  readonly shards: Fields
  readonly incarnations: Fields
  readonly numbers: Fields
  readonly done: readonly string[]
  readonly ready: number
}

/** Undefined: there is no such run. */
export function stateOf({ fields, shards, incarnations, numbers, done, ready }: Raw): RunState | undefined {
  const [count, startedAt = null, endedAt = null, stop = null, failed = null, fenced] = fields
  if (count === null || count === undefined) return undefined
  const all = Array.from({ length: Number(count) }, (_, shard) => shard)
  return {
    ...{ shards: Number(count), startedAt: numberOf(startedAt), endedAt: numberOf(endedAt), stop, failed },
    ...{ fenced: Number(fenced ?? 0), ready, done: done.map(Number) },
    hosts: new Map(all.flatMap((shard) => (shards[`${shard}:host`] ? [[shard, shards[`${shard}:host`]!]] : []))),
    incarnations: all.flatMap((shard) =>
      incarnationsOf(shard, Number(shards[`${shard}:incarnation`] ?? 0), incarnations, numbers),
    ),
  }
}

const numberOf = (text: string | null): number | null => (text === null ? null : Number(text))

const incarnationsOf = (shard: number, last: number, times: Fields, numbers: Fields): readonly IncarnationState[] =>
  Array.from({ length: last }, (_, i) => {
    const name = `${shard}/${i + 1}`
    return {
      ...{ shard, incarnation: i + 1, number: Number(numbers[name] ?? 0) },
      begunAt: Number(times[`${name}:begun`]),
      endsBy: Number(times[`${name}:until`] ?? Number.POSITIVE_INFINITY),
      closedAt: numberOf(times[`${name}:closed`] ?? null),
    }
  })

/** With an incarnation that is gone, its modules are, also while the next one has told nothing. */
export function withoutGone({ incarnations }: RunState, snapshots: Iterable<ShardSnapshot>): readonly ShardSnapshot[] {
  const newest = new Map(incarnations.map(({ shard, incarnation }) => [shard, incarnation]))
  const all = [...snapshots]
  const told = new Set(all.map(({ shard, incarnation }) => `${shard}/${incarnation}`))
  return all.map((one) => (told.has(`${one.shard}/${newest.get(one.shard)}`) ? one : { ...one, up: 0 }))
}
