import type { RedisClient } from '../../../src/fleet/engine/redis/redis-client.ts'
import { RunStore } from '../../../src/fleet/engine/redis/run-store.ts'
import { SequenceSet } from '../../../src/fleet/metrics/sequence-set.ts'
import type { FleetReport } from '../../../src/fleet/report/report-schema.ts'
import { brokerCounts } from './broker-log.ts'
import type { Heard } from './witness.ts'

/** What a trial found, and what of it is wrong. */
export interface Finding {
  readonly acked: number
  readonly failed: number
  readonly heard: number
  readonly heardAgain: number
  readonly unknown: number
  readonly publishUnknown: number
  readonly takeOvers: number
  readonly fenced: number
  readonly twice: number
  readonly wrong: readonly string[]
}

interface Evidence {
  readonly client: RedisClient
  readonly run: string
  readonly report: FleetReport
  readonly heard: readonly Heard[]
  readonly brokerLog: string
  /** Whether the broker may have kept a connection of a module that was cut off from it. */
  readonly wasCutOff: boolean
}

/** Compares the report with what mosquitto counted, and with what a subscriber that is not ours heard. */
export async function judge({ client, run, report, heard, brokerLog, wasCutOff }: Evidence): Promise<Finding> {
  const distinct = new Set(heard.map(({ module, sequence }) => `${module}/${sequence}`))
  const { publishes, twice } = brokerCounts(brokerLog, run)
  const { acked, failed, unknown: publishUnknown } = report.publish
  const { unknown, takeOvers, fenced } = report.engine
  const missing = await ackedAndUnheard(client, run, distinct)
  const wrong: string[] = []
  const must = (holds: boolean, sentence: string) => void (holds || wrong.push(sentence))
  must(report.run.stopped === null, `the run was stopped: ${report.run.stopped}`)
  must(missing === 0, `${missing} acknowledged messages were not heard`)
  must(acked <= distinct.size, `${acked} acknowledged, and only ${distinct.size} heard: counted twice`)
  must(
    distinct.size <= acked + publishUnknown + unknown,
    `${distinct.size} heard, ${acked} acknowledged, only ${publishUnknown} + ${unknown} unknown`,
  )
  must(publishes === heard.length, `mosquitto received ${publishes} messages, the subscriber heard ${heard.length}`)
  must(report.received.lost === 0, `the report has ${report.received.lost} as lost`)
  must(report.received.expected === acked, `the report expects ${report.received.expected} of ${acked} acknowledged`)
  must(isInOrder(heard), 'an older incarnation of a module was heard behind a newer one')
  must(wasCutOff || twice === 0, `${twice} modules were there twice`)
  must(
    report.connected.up === report.modules,
    `${report.connected.up} of ${report.modules} modules are connected at the end`,
  )
  return {
    acked,
    failed,
    heard: distinct.size,
    heardAgain: heard.length - distinct.size,
    unknown,
    publishUnknown,
    takeOvers,
    fenced,
    twice,
    wrong,
  }
}

/** Of what the snapshots in Redis have as acknowledged, each number. */
async function ackedAndUnheard(client: RedisClient, run: string, distinct: ReadonlySet<string>): Promise<number> {
  const store = new RunStore(client)
  const { incarnations } = (await store.state(run))!
  const names = incarnations.map(({ shard, incarnation }) => `${shard}/${incarnation}`)
  let missing = 0
  for (const { sequences } of await store.snapshots(run, names))
    for (const [clientId, runs] of Object.entries(sequences.acked)) {
      const module = Number(/-(\d+)$/.exec(clientId)?.[1])
      for (const sequence of new SequenceSet(runs).numbers()) if (!distinct.has(`${module}/${sequence}`)) missing++
    }
  return missing
}

function isInOrder(heard: readonly Heard[]): boolean {
  const newest = new Map<number, number>()
  for (const { module, incarnation } of heard) {
    if (incarnation < (newest.get(module) ?? 0)) return false
    newest.set(module, incarnation)
  }
  return true
}
