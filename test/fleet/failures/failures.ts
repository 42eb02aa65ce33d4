import type { FleetReport } from '../../../src/fleet/report/report-schema.ts'
import { seededRandom } from '../../../src/io/runtime/random.ts'
import type { Random } from '../../../src/io/runtime/runtime.ts'
import { type Mosquitto, startMosquitto } from '../../support/programs/mosquitto.ts'
import { type RedisServer, startRedis } from '../../support/programs/redis-server.ts'
import { childrenOf } from './children.ts'
import { type Finding, judge } from './judge.ts'
import { endPrograms, type Program } from './programs.ts'
import { openStore, pause, reportOf, type Stage, startRun, startWorker, takenOverAfter, takeUp } from './trial.ts'
import { Witness } from './witness.ts'

const victims = ['child', 'worker', 'controller', 'Redis', 'worker for 16 s', 'Redis for 12 s'] as const
type Victim = (typeof victims)[number]

/** Longer than a lease: stopped, or away, and then there again. */
const [sleepMs, awayMs] = [16_000, 12_000]

const size = { modules: 40, everyMs: 250, seconds: 24, shards: 2 }
/** When it is killed, at the earliest and the latest, ms behind the run's start. */
const [earliestMs, latestMs] = [500, 8000]
/** Behind that, or behind Redis's return. */
const mostTakeOverMs = 15_000

interface Outcome extends Finding {
  readonly victim: Victim
  readonly killedAtMs: number
  readonly takenOverMs: number | undefined
}

/** Kills one of each at random moments, so many times in turn. The number of rounds in which something was wrong. */
export async function killAtRandom(rounds: number, seed: number): Promise<number> {
  const random = seededRandom(seed)
  let bad = 0
  for (let round = 0; round < rounds; round++) {
    const outcome = await oneRound(victims[round % victims.length]!, random)
    process.stdout.write(`${lineOf(outcome)}\n`)
    if (outcome.wrong.length > 0) bad++
  }
  return bad
}

async function oneRound(victim: Victim, random: Random): Promise<Outcome> {
  const broker = await startMosquitto('max_queued_messages 0\n')
  const redis = await startRedis()
  try {
    return await killed(victim, random, broker, redis)
  } finally {
    endPrograms()
    await Promise.all([broker.stop(), redis.close()])
  }
}

async function killed(victim: Victim, random: Random, broker: Mosquitto, redis: RedisServer): Promise<Outcome> {
  const stage: Stage = { redisUrl: redis.url, broker }
  const { client, store } = await openStore(redis.url)
  const witness = new Witness(broker.host, broker.port)
  const workers = await Promise.all([startWorker(stage, 2), startWorker(stage, 2)])
  const run = await startRun(stage, size, store)
  const killedAtMs = Math.round(earliestMs + random.next() * (latestMs - earliestMs))
  await pause(killedAtMs)
  let since = performance.now()
  let controller = run.controller
  if (victim === 'child') process.kill(childOf(workers), 'SIGKILL')
  if (victim === 'worker') busyOf(workers).child.kill('SIGKILL')
  if (victim === 'controller') {
    controller.child.kill('SIGKILL')
    await pause(random.next() * 3000)
    controller = takeUp(stage, run)
  }
  if (victim === 'worker for 16 s') await asleep(busyOf(workers))
  if (victim === 'Redis' || victim === 'Redis for 12 s') {
    await redis.kill()
    await pause(victim === 'Redis' ? random.next() * 3000 : awayMs)
    await redis.startAgain()
    since = performance.now()
  }
  const report = await reportOf(run, controller)
  await pause(1000)
  const evidence = {
    client,
    run: run.id,
    report,
    heard: witness.heard(run.id),
    brokerLog: broker.log,
    wasCutOff: false,
  }
  const finding = await judge(evidence)
  client.disconnect()
  witness.close()
  const takenOverMs = takenOverAfter(workers, since)
  return {
    ...finding,
    victim,
    killedAtMs,
    takenOverMs,
    wrong: [...finding.wrong, ...lateOf(victim, takenOverMs), ...shortOf(victim, report)],
  }
}

/** Who takes nothing over misses nothing. */
function shortOf(victim: Victim, { publish, details, engine }: FleetReport): readonly string[] {
  if (engine.takeOvers > size.shards) return [`${engine.takeOvers} were taken over: one more than once`]
  const planned = size.modules * (size.seconds / (size.everyMs / 1000))
  if ((victim !== 'controller' && victim !== 'Redis') || publish.intended > 0.95 * planned) return []
  return [`only ${publish.intended} of ${planned} messages were intended, by second ${details.series.publishSent}`]
}

async function asleep({ child }: Program): Promise<void> {
  child.kill('SIGSTOP')
  await pause(sleepMs)
  child.kill('SIGCONT')
}

function lateOf(victim: Victim, takenOverMs: number | undefined): readonly string[] {
  const isExpected = victim !== 'controller' && victim !== 'Redis'
  if (!isExpected) return takenOverMs === undefined ? [] : ['a part was taken over from a worker that was well']
  if (takenOverMs === undefined) return ['nobody took over']
  return takenOverMs > mostTakeOverMs ? [`taken over after ${Math.round(takenOverMs)} ms`] : []
}

const busyOf = (workers: readonly Program[]): Program => workers.find((worker) => childrenOf(worker).length > 0)!
const childOf = (workers: readonly Program[]): number => childrenOf(busyOf(workers))[0]!

function lineOf(outcome: Outcome): string {
  const {
    victim,
    killedAtMs,
    takenOverMs,
    acked,
    failed,
    heard,
    heardAgain,
    publishUnknown,
    unknown,
    takeOvers,
    fenced,
    twice,
    wrong,
  } = outcome
  const after = takenOverMs === undefined ? '' : `, taken over after ${(takenOverMs / 1000).toFixed(1)} s`
  const counts = `${acked} acknowledged, ${failed} failed, ${heard} heard (${heardAgain} again), unknown ${publishUnknown} + at most ${unknown}`
  return `${wrong.length === 0 ? 'ok ' : 'BAD'} ${victim} gone ${(killedAtMs / 1000).toFixed(1)} s after the start${after}: ${counts}; ${takeOvers} taken over, ${fenced} fenced, ${twice} twice${wrong.map((each) => `\n    ${each}`).join('')}`
}
