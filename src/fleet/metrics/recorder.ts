import { Bins } from './bins.ts'
import { byName, mostBins, mostTimeBins, sum } from './by-name.ts'
import { CauseCounts, joinCauses } from './cause-counts.ts'
import { SequenceSet } from './sequence-set.ts'
import {
  type CauseName,
  type CountName,
  causeNames,
  countNames,
  type GeneratorProcess,
  lateAfterMs,
  type PlottedTime,
  plottedTimes,
  type ShardSnapshot,
  type TimeName,
  type TrafficKind,
  timeNames,
  trafficKinds,
} from './snapshot.ts'
import { StormRecovery } from './storm-recovery.ts'
import { TimeBins } from './time-bins.ts'
import { TimeHistogram } from './time-histogram.ts'

export interface RecorderSettings {
  readonly run: string
  readonly shard: number
  /** 1 for the first process that runs the shard, 2 for the one that takes over. */
  readonly incarnation: number
  /** Number of the first module of the shard, and how many there are: numbers count over the whole run. */
  readonly first: number
  readonly modules: number
  /** Under which name the verifying subscriber sees a module's messages. */
  readonly clientOf?: (module: number) => string
  /** When each phase begins, ms of the run's clock. */
  readonly phaseStarts?: readonly number[]
}

/** Of one connection; all times in ms, `at`… of the run's clock. */
export interface ConnectionTimes {
  /** When it should have begun. */
  readonly intendedAt: number
  readonly startedAt: number
  readonly at: number
  readonly nameMs?: number
  readonly tcpMs?: number
  readonly tlsMs?: number
  readonly connackMs?: number
}

export interface Acknowledged {
  readonly intendedAt: number
  readonly sentAt: number
  readonly at: number
  /** Its number among the messages of the module, where a subscriber verifies. */
  readonly sequence?: number
}

const noGenerator: GeneratorProcess = { rssBytes: 0, cpuMs: 0, descriptors: 0 }

/**
 * What the modules of a shard have done, counted where they run. All times are ms of the run's clock (since the run's
 * beginning); `module` is its number in the run.
 */
export class ShardRecorder {
  private readonly settings: RecorderSettings
  private number = 0
  private timers = 0
  private lateTimers = 0
  private readonly phases: { timers: number; late: number }[]
  private doubled = 0
  private reordered = 0
  private readonly up: Uint8Array
  private readonly counts = byName(countNames, () => 0)
  private readonly bins = byName(countNames, () => new Bins<number>(mostBins, sum))
  private readonly times = byName(timeNames, () => TimeHistogram.none())
  private readonly timeBins = byName(plottedTimes, () => new TimeBins(mostTimeBins))
  private readonly upBins = new Bins<number>(mostBins, sum)
  private readonly lagBins = new TimeBins(mostTimeBins)
  private readonly lostBins = new Bins<CauseCounts>(mostTimeBins, joinCauses)
  private readonly causes = byName(causeNames, () => new CauseCounts())
  private readonly storms = new Map<string, StormRecovery>()
  private readonly acked: (SequenceSet | undefined)[] = []
  private readonly got = new Map<string, SequenceSet>()
  private readonly trafficOf = new Map<string, Record<TrafficKind, { bytes: number; count: number }>>()

  constructor(settings: RecorderSettings) {
    this.settings = settings
    this.up = new Uint8Array(settings.modules)
    this.phases = (settings.phaseStarts ?? []).map(() => ({ timers: 0, late: 0 }))
  }

  connectIntended(_module: number, at: number): void {
    this.count('connectIntended', at)
  }

  connectAttempted(_module: number, at: number): void {
    this.count('connectAttempted', at)
  }

  connectUp(module: number, { intendedAt, startedAt, at, nameMs, tcpMs, tlsMs, connackMs }: ConnectionTimes): void {
    this.setUp(module, 1, at)
    this.count('connectUp', at)
    this.time('connect', at - intendedAt, at)
    this.time('connectFromStart', at - startedAt, at)
    const parts = { name: nameMs, tcp: tcpMs, tls: tlsMs, connack: connackMs }
    for (const [name, ms] of Object.entries(parts)) if (ms !== undefined) this.time(name as TimeName, ms, at)
    for (const storm of this.storms.values()) storm.connectUp(this.place(module), at)
  }

  /** `cause`: `connack 5`, `err 3`, `dns`. */
  connectRefused(_module: number, at: number, cause: string): void {
    this.count('connectRefused', at, cause)
  }

  /** `cause`: `CONNLOST 1`, `power`. A module that is not connected loses nothing. */
  connectionLost(module: number, at: number, cause: string): void {
    const place = this.place(module)
    if (!this.setUp(module, 0, at)) return
    this.count('connectionLost', at, cause)
    this.lostBins.add(at, CauseCounts.of(cause))
    for (const storm of this.storms.values()) storm.connectionLost(place)
  }

  /** Its connection ended because that was wanted. */
  connectionEnded(module: number, at: number): void {
    this.setUp(module, 0, at)
  }

  publishIntended(_module: number, at: number): void {
    this.count('publishIntended', at)
  }

  publishSent(_module: number, at: number): void {
    this.count('publishSent', at)
  }

  publishAcked(module: number, { intendedAt, sentAt, at, sequence }: Acknowledged): void {
    this.count('publishAcked', at)
    this.time('publishAck', at - intendedAt, at)
    this.time('publishAckFromSent', at - sentAt, at)
    if (sequence === undefined) return
    const place = this.place(module)
    this.acked[place] ??= new SequenceSet()
    this.acked[place].add(sequence)
  }

  /** What is neither acknowledged nor failed at the end is unknown. */
  publishFailed(_module: number, at: number, cause: string): void {
    this.count('publishFailed', at, cause)
  }

  /** At a module that subscribes. */
  received(_module: number, at: number, sentAt?: number): void {
    this.count('received', at)
    if (sentAt !== undefined) this.time('endToEnd', at - sentAt, at)
  }

  /** At the verifying subscriber: a message of `client`, and its number among those of this client. */
  verified(client: string, sequence: number, sentAt: number, at: number): void {
    this.time('endToEnd', at - sentAt, at)
    const got = this.got.get(client) ?? new SequenceSet()
    this.got.set(client, got)
    const inOrder = sequence > got.last
    if (!got.add(sequence)) this.doubled++
    else if (!inOrder) this.reordered++
  }

  /** The verifying subscriber has seen all that was acknowledged here. */
  hasSeenAll(): boolean {
    const { first, clientOf = String } = this.settings
    const none = new SequenceSet()
    return this.acked.every((set, place) => !set || set.isIn(this.got.get(clientOf(first + place)) ?? none))
  }

  /** Bytes of the connections of a group's modules, and how many exchanges (see `TrafficCount`) began with them. */
  traffic(group: string, kind: TrafficKind, bytes: number, begun: number): void {
    const counts = this.trafficOf.get(group) ?? byName(trafficKinds, () => ({ bytes: 0, count: 0 }))
    this.trafficOf.set(group, counts)
    counts[kind].bytes += bytes
    counts[kind].count += begun
  }

  stormBegan(name: string, at: number): void {
    this.storms.set(name, new StormRecovery(name, at, this.up))
  }

  /** `affected`: the modules of this shard that it hit, or how many. */
  stormEnded(name: string, at: number, affected: readonly number[] | number): void {
    const places = typeof affected === 'number' ? affected : affected.map((module) => this.place(module))
    this.storms.get(name)?.end(at, places)
  }

  /** A timer of the generator ran so many ms late. */
  late(ms: number, at: number): void {
    this.timers++
    const isLate = ms > lateAfterMs
    if (isLate) this.lateTimers++
    this.inPhase(at - ms, isLate)
    this.times.lag.record(ms)
    this.lagBins.record(at, ms)
  }

  snapshot(now: number, generator: GeneratorProcess = noGenerator): ShardSnapshot {
    const { run, shard, incarnation, modules } = this.settings
    this.number++
    return {
      ...{ run, shard, incarnation, number: this.number, at: now, modules },
      up: this.up.reduce(sum, 0),
      counts: { ...this.counts },
      causes: byName(causeNames, (name) => this.causes[name].toJSON()),
      times: byName(timeNames, (name) => this.times[name].encode()),
      perSecond: byName(countNames, (name) => this.bins[name].series((count) => count)),
      upPerSecond: this.upBins.series((change) => change),
      lostPerSecond: this.lostBins.series((causes) => causes.toJSON()),
      timesPerSecond: byName(plottedTimes, (name) => this.timeBins[name].series()),
      lagPerSecond: this.lagBins.series(),
      storms: [...this.storms.values()].map((storm) => storm.snapshot()),
      sequences: this.sequences(),
      traffic: Object.fromEntries(
        [...this.trafficOf].map(([group, counts]) => [group, byName(trafficKinds, (kind) => ({ ...counts[kind] }))]),
      ),
      phases: this.phases.map((phase) => ({ ...phase })),
      ...{ timers: this.timers, late: this.lateTimers, generator },
    }
  }

  private sequences() {
    const { first, clientOf = String } = this.settings
    const acked: Record<string, readonly number[]> = {}
    this.acked.forEach((set, place) => {
      if (set) acked[clientOf(first + place)] = set.toJSON()
    })
    const got = Object.fromEntries([...this.got].map(([client, set]) => [client, set.toJSON()]))
    return { acked, got, doubled: this.doubled, reordered: this.reordered }
  }

  /** `false`: it was so. */
  private setUp(module: number, up: 0 | 1, at: number): boolean {
    const place = this.place(module)
    if (this.up[place] === up) return false
    this.up[place] = up
    this.upBins.add(at, up === 1 ? 1 : -1)
    return true
  }

  /** Counted where it should have run. */
  private inPhase(at: number, isLate: boolean): void {
    const index = (this.settings.phaseStarts ?? []).findLastIndex((start) => start <= at)
    const phase = this.phases[Math.max(0, index)]
    if (!phase) return
    phase.timers++
    if (isLate) phase.late++
  }

  private place(module: number): number {
    return module - this.settings.first
  }

  private count(name: CountName, at: number, cause?: string): void {
    this.counts[name]++
    this.bins[name].add(at, 1)
    if (cause !== undefined) this.causes[name as CauseName].add(cause)
  }

  private time(name: TimeName, ms: number, at: number): void {
    this.times[name].record(ms)
    if (isPlotted(name)) this.timeBins[name].record(at, ms)
  }
}

const isPlotted = (name: TimeName): name is PlottedTime => (plottedTimes as readonly string[]).includes(name)
