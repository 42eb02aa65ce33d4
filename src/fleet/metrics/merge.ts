import { Bins } from './bins.ts'
import { byName, mostBins, mostTimeBins, sum } from './by-name.ts'
import { CauseCounts, joinCauses } from './cause-counts.ts'
import { SequenceSet } from './sequence-set.ts'
import {
  type CauseName,
  type CountName,
  type Counts,
  causeNames,
  countNames,
  type GroupTrafficCounts,
  type PhaseTimers,
  type PlottedTime,
  plottedTimes,
  type Series,
  type ShardSnapshot,
  type StormSnapshot,
  type TimeName,
  type TrafficCount,
  type TrafficKind,
  timeNames,
  trafficKinds,
} from './snapshot.ts'
import { joinTexts } from './time-bins.ts'
import { TimeHistogram } from './time-histogram.ts'

export interface StormTotals {
  readonly name: string
  readonly beganAt: number
  readonly endedAt: number | null
  readonly affected: number
  readonly lost: number
  /** How long after the storm's end those that are connected were. */
  readonly back: TimeHistogram
}

/** Of all shards together. */
export interface RunTotals {
  /** Of shards: those that told something. */
  readonly shards: number
  /** ms of the run's clock of the newest snapshot. */
  readonly at: number
  readonly modules: number
  readonly up: number
  readonly counts: Readonly<Record<CountName, number>>
  readonly causes: Readonly<Record<CauseName, Counts>>
  readonly times: Readonly<Record<TimeName, TimeHistogram>>
  readonly perSecond: Readonly<Record<CountName, Series<number>>>
  readonly upPerSecond: Series<number>
  readonly lostPerSecond: Series<Counts>
  readonly timesPerSecond: Readonly<Record<PlottedTime, Series<TimeHistogram>>>
  readonly lagPerSecond: Series<TimeHistogram>
  readonly storms: readonly StormTotals[]
  readonly verified: Verified
  readonly traffic: Readonly<Record<string, GroupTrafficCounts>>
  readonly phases: readonly PhaseTimers[]
  readonly timers: number
  readonly late: number
  readonly rssBytes: number
  readonly cpuMs: number
  readonly descriptors: number
}

/** What the verifying subscriber saw of the acknowledged messages; `null`: nothing verified. */
export type Verified = {
  readonly expected: number
  readonly got: number
  readonly doubled: number
  readonly lost: number
  readonly reordered: number
  /** Acknowledged to a killed incarnation: its subscriber was killed too, and may have seen them behind its last snapshot. */
  readonly unseen: number
} | null

/**
 * Of each incarnation of a shard the newest snapshot counts, in any order and however often one comes. What a killed
 * incarnation had counted stays; what runs now (modules, connected ones, memory) is of the last incarnation alone.
 */
export function mergeSnapshots(snapshots: Iterable<ShardSnapshot>): RunTotals {
  const all = newest(snapshots, ({ shard, incarnation }) => `${shard}/${incarnation}`)
  const running = newest(all, ({ shard }) => `${shard}`)
  const total = (of: readonly ShardSnapshot[], value: (one: ShardSnapshot) => number) => of.map(value).reduce(sum, 0)
  return {
    shards: running.length,
    at: Math.max(0, ...all.map(({ at }) => at)),
    modules: total(running, ({ modules }) => modules),
    up: total(running, ({ up }) => up),
    counts: byName(countNames, (name) => total(all, ({ counts }) => counts[name])),
    causes: byName(causeNames, (name) => mergeCauses(all.map(({ causes }) => causes[name]))),
    times: byName(timeNames, (name) => mergeTimes(all.map(({ times }) => times[name]))),
    perSecond: byName(countNames, (name) => mergeCounts(all.map(({ perSecond }) => perSecond[name]))),
    upPerSecond: mergeUp(all, running),
    lostPerSecond: mergeCauseSeries(all.map(({ lostPerSecond }) => lostPerSecond)),
    timesPerSecond: byName(plottedTimes, (name) => mergeTimeSeries(all.map((one) => one.timesPerSecond[name]))),
    lagPerSecond: mergeTimeSeries(all.map(({ lagPerSecond }) => lagPerSecond)),
    storms: mergeStorms(all),
    verified: verifiedOf(all, running),
    traffic: mergeTraffic(all.map(({ traffic }) => traffic)),
    phases: mergePhases(all.map(({ phases }) => phases)),
    timers: total(all, ({ timers }) => timers),
    late: total(all, ({ late }) => late),
    rssBytes: total(running, ({ generator }) => generator.rssBytes),
    cpuMs: total(all, ({ generator }) => generator.cpuMs),
    descriptors: total(running, ({ generator }) => generator.descriptors),
  }
}

function newest(snapshots: Iterable<ShardSnapshot>, keyOf: (one: ShardSnapshot) => string): readonly ShardSnapshot[] {
  const kept = new Map<string, ShardSnapshot>()
  for (const one of snapshots) {
    const before = kept.get(keyOf(one))
    if (!before || isNewer(one, before)) kept.set(keyOf(one), one)
  }
  return [...kept.values()]
}

const isNewer = (one: ShardSnapshot, other: ShardSnapshot): boolean =>
  one.incarnation > other.incarnation || (one.incarnation === other.incarnation && one.number > other.number)

function mergeCauses(all: readonly Counts[]): Counts {
  const merged = new CauseCounts()
  for (const counts of all) merged.addAll(counts)
  return merged.toJSON()
}

function mergeTimes(texts: readonly string[]): TimeHistogram {
  const merged = TimeHistogram.none()
  for (const text of texts) merged.add(TimeHistogram.decode(text))
  return merged
}

function mergeCounts(all: readonly Series<number>[]): Series<number> {
  const bins = new Bins<number>(mostBins, sum)
  for (const series of all) bins.addSeries(series, (count) => count)
  return bins.series((count) => count)
}

/** With an incarnation that was killed, all that it had connected are gone. */
function mergeUp(all: readonly ShardSnapshot[], running: readonly ShardSnapshot[]): Series<number> {
  const bins = new Bins<number>(mostBins, sum)
  for (const { upPerSecond } of all) bins.addSeries(upPerSecond, (change) => change)
  for (const { at, up } of all.filter((one) => !running.includes(one))) bins.add(at, -up)
  return bins.series((change) => change)
}

function mergeCauseSeries(all: readonly Series<Counts>[]): Series<Counts> {
  const bins = new Bins<CauseCounts>(mostTimeBins, joinCauses)
  for (const series of all) bins.addSeries(series, countsOf)
  return bins.series((causes) => causes.toJSON())
}

const countsOf = (counts: Counts): CauseCounts => {
  const causes = new CauseCounts()
  causes.addAll(counts)
  return causes
}

function mergeTimeSeries(all: readonly Series<string>[]): Series<TimeHistogram> {
  const bins = new Bins<string>(mostTimeBins, joinTexts)
  for (const series of all) bins.addSeries(series, (text) => text)
  return bins.series(TimeHistogram.decode)
}

/** Where two incarnations of a shard saw the same storm, the last one knows who is back. */
function mergeStorms(all: readonly ShardSnapshot[]): readonly StormTotals[] {
  const names = [...new Set(all.flatMap(({ storms }) => storms.map(({ name }) => name)))]
  const named = (one: ShardSnapshot, name: string) => one.storms.filter((storm) => storm.name === name)
  const seen = (name: string) =>
    newest(
      all.filter((one) => named(one, name).length > 0),
      ({ shard }) => `${shard}`,
    )
  return names.map((name) => mergeStorm(seen(name).flatMap((one) => named(one, name))))
}

const mergeStorm = (parts: readonly StormSnapshot[]): StormTotals => ({
  name: parts[0]!.name,
  beganAt: Math.min(...parts.map(({ beganAt }) => beganAt)),
  endedAt: parts.some(({ endedAt }) => endedAt === null) ? null : Math.max(...parts.map(({ endedAt }) => endedAt ?? 0)),
  affected: parts.map(({ affected }) => affected).reduce(sum, 0),
  lost: parts.map(({ lost }) => lost).reduce(sum, 0),
  back: mergeTimes(parts.map(({ back }) => back)),
})

function mergeTraffic(all: readonly ShardSnapshot['traffic'][]): RunTotals['traffic'] {
  const groups = [...new Set(all.flatMap((traffic) => Object.keys(traffic)))]
  const total = (group: string, kind: TrafficKind, what: keyof TrafficCount) =>
    all.map((traffic) => traffic[group]?.[kind][what] ?? 0).reduce(sum, 0)
  const countOf = (group: string) =>
    byName(trafficKinds, (kind) => ({ bytes: total(group, kind, 'bytes'), count: total(group, kind, 'count') }))
  return Object.fromEntries(groups.map((group) => [group, countOf(group)]))
}

const mergePhases = (all: readonly ShardSnapshot['phases'][]): readonly PhaseTimers[] =>
  (all[0] ?? []).map((_, i) => ({
    timers: all.map((phases) => phases[i]?.timers ?? 0).reduce(sum, 0),
    late: all.map((phases) => phases[i]?.late ?? 0).reduce(sum, 0),
  }))

function verifiedOf(all: readonly ShardSnapshot[], running: readonly ShardSnapshot[]): Verified {
  const got = setsOf(all.map(({ sequences }) => sequences.got))
  const acked = setsOf(all.map(({ sequences }) => sequences.acked))
  if (got.size === 0 && acked.size === 0) return null
  const none = new SequenceSet()
  const gotOf = (client: string) => got.get(client) ?? none
  const missing = [...acked].map(([client, set]) => set.missingIn(gotOf(client))).reduce(sum, 0)
  const killed = all.filter((one) => !running.includes(one)).map(({ sequences }) => sequences)
  const unseen = killed.map((of) => unseenOf(of, gotOf)).reduce(sum, 0)
  return {
    expected: [...acked.values()].map(({ size }) => size).reduce(sum, 0),
    got: [...got.values()].map(({ size }) => size).reduce(sum, 0),
    doubled: all.map(({ sequences }) => sequences.doubled).reduce(sum, 0),
    lost: missing - unseen,
    reordered: all.map(({ sequences }) => sequences.reordered).reduce(sum, 0),
    unseen,
  }
}

/**
 * Of what was acknowledged to a killed incarnation, what its subscriber may have seen behind its last snapshot. The
 * next one's need not get them: the server was told that they had arrived. It may get later ones.
 */
function unseenOf(killed: ShardSnapshot['sequences'], gotOf: (client: string) => SequenceSet): number {
  const lastSeen = (client: string) => new SequenceSet(killed.got[client]).last
  return Object.entries(killed.acked)
    .map(([client, runs]) => new SequenceSet(runs).missingIn(gotOf(client), lastSeen(client)))
    .reduce(sum, 0)
}

/** A client's numbers may come from two incarnations. */
function setsOf(all: readonly Readonly<Record<string, readonly number[]>>[]): ReadonlyMap<string, SequenceSet> {
  const sets = new Map<string, SequenceSet>()
  for (const [client, runs] of all.flatMap(Object.entries) as [string, readonly number[]][]) {
    const before = sets.get(client)
    if (!before) sets.set(client, new SequenceSet(runs))
    else for (const number of new SequenceSet(runs).numbers()) before.add(number)
  }
  return sets
}
