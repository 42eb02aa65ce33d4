import * as v from 'valibot'
import { jsonSchemaOf } from '../scenario/json-schema.ts'

const count = v.number()
const counts = v.record(v.string(), v.number())
/** `null`: nothing was measured. */
const measured = v.nullable(v.number())
const spread = v.strictObject({ p50: measured, p95: measured, p99: measured, max: measured })
const perBin = v.array(v.number())
const spreads = v.array(v.nullable(spread))

const storm = v.strictObject({
  name: v.string(),
  beganMs: v.number(),
  endedMs: measured,
  affected: count,
  lost: count,
  back: count,
  t50: measured,
  t95: measured,
  t100: measured,
  /** Time since its end in ms, and the share of those affected that are connected. */
  curve: v.array(v.strictObject({ ms: v.number(), share: v.number() })),
})

const series = v.strictObject({
  binMs: v.number(),
  attempted: perBin,
  refused: perBin,
  lost: perBin,
  up: perBin,
  publishSent: perBin,
  publishAcked: perBin,
  received: perBin,
})

const timeSeries = v.strictObject({
  binMs: v.number(),
  connect: spreads,
  publishAck: spreads,
  endToEnd: spreads,
  lag: spreads,
})

const traffic = v.strictObject({
  group: v.string(),
  modules: count,
  tls: v.boolean(),
  /** Those of `bytes` whose part above TCP was counted on the connections of this run. */
  counted: v.array(v.string()),
  bytes: v.strictObject({
    connection: count,
    handshake: count,
    keepAlive: count,
    message: count,
  }),
  day: v.strictObject({
    connections: count,
    keepAlives: count,
    messages: count,
    bytes: count,
    payload: count,
  }),
})

/** All times in ms, shares from 0 to 1. A run's report: the keys that checks rely on, and `details` for people. */
export const fleetReportSchema = v.strictObject({
  format: v.literal('atmqtt-fleet'),
  formatVersion: v.literal(1),
  run: v.strictObject({
    id: v.string(),
    scenario: v.string(),
    seed: v.number(),
    server: v.string(),
    tool: v.string(),
    /** ISO 8601, UTC. */
    startedAt: v.string(),
    ms: v.number(),
    plannedMs: v.number(),
    /** Why it ended before its time. */
    stopped: v.nullable(v.string()),
    phases: v.array(v.strictObject({ name: v.string(), startMs: v.number(), durationMs: v.number() })),
  }),
  modules: count,
  connected: v.strictObject({ attempted: count, up: count, refused: counts }),
  publish: v.strictObject({ intended: count, sent: count, acked: count, failed: count, unknown: count }),
  received: v.strictObject({
    expected: measured,
    got: count,
    doubled: measured,
    lost: measured,
    reordered: measured,
  }),
  latencyMs: v.strictObject({ connect: spread, tls: spread, publishAck: spread, endToEnd: spread }),
  recovery: v.strictObject({ t50: measured, t95: measured, t100: measured }),
  lost: v.strictObject({ byCause: counts }),
  generator: v.strictObject({
    lagP99Ms: measured,
    lateShare: measured,
    rssPerModuleKb: measured,
    valid: v.boolean(),
  }),
  engine: v.strictObject({ takeOvers: count, fenced: count, unknown: count }),
  expect: v.array(
    v.strictObject({
      name: v.string(),
      ok: v.boolean(),
      value: measured,
      compare: v.picklist(['<', '<=', '==', '>=', '>']),
      limit: measured,
    }),
  ),
  details: v.strictObject({
    /** From the time when it really began; `latencyMs` is from the intended one. */
    fromStartMs: v.strictObject({ connect: spread, name: spread, tcp: spread, connack: spread, publishAck: spread }),
    publishFailed: counts,
    storms: v.array(storm),
    lostByTime: v.strictObject({ binMs: v.number(), causes: v.array(v.nullable(counts)) }),
    series,
    timeSeries,
    process: v.strictObject({ rssMb: v.number(), cpuShare: v.number(), descriptors: count, shards: count }),
    traffic: v.array(traffic),
    /** Whether the generator kept its pace in each phase; `null`: no timer was due. */
    phases: v.array(v.strictObject({ name: v.string(), lateShare: measured, valid: v.boolean() })),
    /** Times that stand for a radio or a module, with where they come from. */
    moduleTimes: v.array(v.strictObject({ what: v.string(), value: v.string(), source: v.string() })),
    warnings: v.array(v.string()),
  }),
})

export type FleetReport = v.InferOutput<typeof fleetReportSchema>
export type LatencySpread = v.InferOutput<typeof spread>
export type StormReport = v.InferOutput<typeof storm>
export type GroupTraffic = v.InferOutput<typeof traffic>

/** The JSON schema of `--json FILE`. */
export const fleetReportJsonSchema = () => ({
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'A report of atmqtt fleet',
  ...jsonSchemaOf(fleetReportSchema),
})
