/** What is counted, in the whole and by time. */
export const countNames = [
  'connectIntended',
  'connectAttempted',
  'connectUp',
  'connectRefused',
  'connectionLost',
  'publishIntended',
  'publishSent',
  'publishAcked',
  'publishFailed',
  'received',
] as const
export type CountName = (typeof countNames)[number]

/**
 * What is timed. `connect` and `publishAck` count from the intended time, so that a generator or a module that waits its
 * turn does not hide the wait; `connectFromStart` and `publishAckFromSent` from the time when it really began.
 */
export const timeNames = [
  'connect',
  'connectFromStart',
  'name',
  'tcp',
  'tls',
  'connack',
  'publishAck',
  'publishAckFromSent',
  'endToEnd',
  'lag',
] as const
export type TimeName = (typeof timeNames)[number]

/** What is also kept by time, for the plots. */
export const plottedTimes = ['connect', 'publishAck', 'endToEnd'] as const
export type PlottedTime = (typeof plottedTimes)[number]

export const causeNames = ['connectRefused', 'connectionLost', 'publishFailed'] as const
export type CauseName = (typeof causeNames)[number]

export type Counts = Readonly<Record<string, number>>

/** A bin a second or more from the run's beginning on; `null`: nothing in it. */
export interface Series<T> {
  readonly binMs: number
  readonly bins: readonly (T | null)[]
}

export interface StormSnapshot {
  readonly name: string
  /** ms of the run's clock. */
  readonly beganAt: number
  readonly endedAt: number | null
  /** Modules that it was to hit. */
  readonly affected: number
  /** Those of them whose connection was lost. */
  readonly lost: number
  /** Those of them that are connected, and how long after its end they were: a histogram. */
  readonly back: string
}

/** First and last number of each run of consecutive numbers, flat: `[1, 57, 59, 60]`; by client. */
export type SequenceRuns = Readonly<Record<string, readonly number[]>>

export interface SequenceSnapshot {
  /** Acknowledged to the publishing modules. */
  readonly acked: SequenceRuns
  /** Seen by the verifying subscriber. */
  readonly got: SequenceRuns
  readonly doubled: number
  readonly reordered: number
}

/** What the bytes of a connection are: the TLS handshake, CONNECT and its like, pings, all else. */
export const trafficKinds = ['handshake', 'connection', 'keepAlive', 'message'] as const
export type TrafficKind = (typeof trafficKinds)[number]

/** Bytes on TCP connections, both directions, and of how many handshakes, CONNECTs, PINGREQs, PUBLISHes. */
export interface TrafficCount {
  readonly bytes: number
  readonly count: number
}
export type GroupTrafficCounts = Readonly<Record<TrafficKind, TrafficCount>>

/** Timers that were due in a phase, and those of them that were late. */
export interface PhaseTimers {
  readonly timers: number
  readonly late: number
}

/** Of the process that runs a shard; what is unknown is 0. */
export interface GeneratorProcess {
  readonly rssBytes: number
  readonly cpuMs: number
  readonly descriptors: number
}

/**
 * What one incarnation of a shard has seen since it began: it replaces the one before, of a smaller `number`, and is
 * never added to it. Plain data that survives JSON.
 */
export interface ShardSnapshot {
  readonly run: string
  readonly shard: number
  readonly incarnation: number
  /** 1, 2, 3 … of this incarnation. */
  readonly number: number
  /** ms of the run's clock. */
  readonly at: number
  readonly modules: number
  /** Connected now. */
  readonly up: number
  readonly counts: Readonly<Record<CountName, number>>
  readonly causes: Readonly<Record<CauseName, Counts>>
  readonly times: Readonly<Record<TimeName, string>>
  readonly perSecond: Readonly<Record<CountName, Series<number>>>
  /** How many more, or less, are connected at the end of each bin. */
  readonly upPerSecond: Series<number>
  /** Connections lost by cause and time. */
  readonly lostPerSecond: Series<Counts>
  readonly timesPerSecond: Readonly<Record<PlottedTime, Series<string>>>
  /** The generator's own lag by time. */
  readonly lagPerSecond: Series<string>
  readonly storms: readonly StormSnapshot[]
  readonly sequences: SequenceSnapshot
  /** By group. */
  readonly traffic: Readonly<Record<string, GroupTrafficCounts>>
  /** Timers by phase. */
  readonly phases: readonly PhaseTimers[]
  /** Timers that ran, and those that ran more than `lateAfterMs` late. */
  readonly timers: number
  readonly late: number
  readonly generator: GeneratorProcess
}

/** A timer that runs later than this is late: a module's times then are the generator's, not the server's. */
export const lateAfterMs = 100
