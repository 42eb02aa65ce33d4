import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '../../support/until.ts'
import { childrenOf } from './children.ts'
import { judge } from './judge.ts'
import { cutOff, cutOffFromRedis, hosts, joinAgain, reachRedisAgain } from './network.ts'
import { endPrograms, type Program, startProgram, textOf } from './programs.ts'
import { openStore, pause, reportOf, type Stage, startRun, startWorker, takenOverAfter } from './trial.ts'
import { Witness } from './witness.ts'

interface NetworkTrial {
  readonly title: string
  readonly seconds: number
  readonly cutMs: number
  /** From everybody, or from Redis alone. */
  readonly from: 'all' | 'Redis'
}

const long: readonly NetworkTrial[] = [
  { title: 'one host killed, one cut off for 30 s', seconds: 65, cutMs: 30_000, from: 'all' },
  { title: 'one host killed, one cut off from Redis alone for 30 s', seconds: 65, cutMs: 30_000, from: 'Redis' },
]
const short: readonly NetworkTrial[] = [
  { title: 'one host killed, one cut off from Redis alone for 12 s', seconds: 35, cutMs: 12_000, from: 'Redis' },
]

const killAtMs = 5000
const cutBehindMs = 4000
const mostTakeOverMs = 15_000
const lookMs = 50

/** In the namespace of the hub. The number of trials in which something was wrong. */
export async function tryNetworks(isShort: boolean): Promise<number> {
  let bad = 0
  for (const trial of isShort ? short : long) {
    const folder = mkdtempSync(join(tmpdir(), 'atmqtt-namespaces-'))
    try {
      if (!(await tried(trial, folder))) bad++
    } finally {
      endPrograms()
      rmSync(folder, { recursive: true, force: true })
    }
  }
  return bad
}

async function tried(trial: NetworkTrial, folder: string): Promise<boolean> {
  const broker = await startBroker(folder)
  const stage: Stage = {
    redisUrl: await startServer(folder),
    broker: { host: hosts.hub.address, port: 1883 },
  }
  const { client, store } = await openStore(stage.redisUrl)
  const witness = new Witness(stage.broker.host, stage.broker.port)
  const workers: Program[] = []
  for (const host of ['worker1', 'worker2', 'worker3'] as const)
    workers.push(await startWorker(stage, 3, hosts[host].namespace))
  const run = await startRun(stage, { modules: 150, everyMs: 500, seconds: trial.seconds, shards: 3 }, store)
  const parts = workers.map((worker) => childrenOf(worker).length)
  await pause(killAtMs)
  const killedAt = performance.now()
  workers[1]!.child.kill('SIGKILL')
  await pause(cutBehindMs)
  const cut = await cutOffFor(trial, workers[2]!)
  const report = await reportOf(run, run.controller)
  await pause(1000)
  const finding = await judge({
    ...{ client, run: run.id, report, heard: witness.heard(run.id), brokerLog: textOf(broker) },
    wasCutOff: trial.from === 'all',
  })
  client.disconnect()
  const afterKill = takenOverAfter(workers, killedAt)
  const afterCut = takenOverAfter(workers.slice(0, 2), Math.max(cut.at, killedAt + (afterKill ?? 0) + 1))
  const cutOver = afterCut === undefined ? undefined : afterCut + Math.max(0, killedAt + (afterKill ?? 0) + 1 - cut.at)
  const wrong = [...finding.wrong]
  if (parts.join() !== '1,1,1') wrong.push(`the hosts had ${parts} parts`)
  if (finding.takeOvers < 2) wrong.push(`only ${finding.takeOvers} parts were taken over`)
  for (const ms of [afterKill, cutOver])
    if (ms === undefined || ms > mostTakeOverMs) wrong.push(`taken over after ${ms} ms`)
  if (cut.endedMs === undefined || (cutOver !== undefined && cut.endedMs > cutOver))
    wrong.push(`the modules that were cut off ended after ${cut.endedMs} ms`)
  process.stdout.write(
    `${wrong.length === 0 ? 'ok ' : 'BAD'} ${trial.title}: ${JSON.stringify({ ...finding, wrong, takenOverMs: { killed: afterKill, cutOff: cutOver }, cutOffEndedMs: cut.endedMs })}\n`,
  )
  return wrong.length === 0
}

/** When that was, and how long the process of modules there went on. */
async function cutOffFor(
  { from, cutMs }: NetworkTrial,
  worker: Program,
): Promise<{ at: number; endedMs: number | undefined }> {
  const at = performance.now()
  if (from === 'all') cutOff('worker3')
  else cutOffFromRedis('worker3')
  let endedMs: number | undefined
  while (performance.now() < at + cutMs) {
    await pause(lookMs)
    if (endedMs === undefined && childrenOf(worker).length === 0) endedMs = performance.now() - at
  }
  if (from === 'all') joinAgain('worker3')
  else reachRedisAgain('worker3')
  return { at, endedMs }
}

async function startBroker(folder: string): Promise<Program> {
  const file = join(folder, 'mosquitto.conf')
  const lines = [
    'user root',
    `listener 1883 ${hosts.hub.address}`,
    'allow_anonymous true',
    'log_type all',
    'log_dest stderr',
  ]
  writeFileSync(file, `${[...lines, 'max_queued_messages 0'].join('\n')}\n`)
  const broker = startProgram(['mosquitto', '-c', file])
  await until(() => / running$/m.test(textOf(broker)), 'mosquitto')
  return broker
}

async function startServer(folder: string): Promise<string> {
  const { namespace, address } = hosts.redis
  const options = { port: '6379', bind: address, dir: folder, save: '', appendonly: 'yes', 'protected-mode': 'no' }
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value])
  const server = startProgram(['redis-server', ...args], namespace)
  await until(() => textOf(server).includes('Ready to accept connections'), 'redis-server')
  return `redis://${address}:6379`
}
