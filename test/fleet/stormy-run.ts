import { mergeSnapshots } from '../../src/fleet/metrics/merge.ts'
import { ShardRecorder } from '../../src/fleet/metrics/recorder.ts'
import type { ShardSnapshot } from '../../src/fleet/metrics/snapshot.ts'
import { makeFleetReport, type RunFacts } from '../../src/fleet/report/make-report.ts'
import { readScenario } from '../../src/fleet/scenario/read-scenario.ts'
import type { Scenario } from '../../src/fleet/scenario/scenario.ts'

const text = `name: Two storms <&>
broker: embedded
groups:
  - {name: meters, count: 100, clientId: "meter-{index}", keepAlive: 60s}
phases:
  - {name: ramp, duration: 5s, do: [connect: {rate: 50/s}]}
  - {name: steady, duration: 40s, do: [publish: {every: 1s, qos: 1, size: 64}]}
expect:
  - received.lost == 0
  - {name: all are back, that: connected.up >= 99% of modules}
  - recovery.t95 < 10s
  - latencyMs.tls.p99 < 500
  - connected.refused < 3
  - generator.valid == true
`

export function scenarioOf(yaml: string): Scenario {
  const read = readScenario(yaml)
  if (!read.ok) throw new Error(JSON.stringify(read.mistakes))
  return read.scenario
}

export const stormyScenario = (): Scenario => scenarioOf(text)

export const stormyFacts: RunFacts = {
  id: 'run-1',
  tool: 'atmqtt 0.1.0',
  server: 'mqtt://127.0.0.1:1883',
  startedAt: '2026-12-01T00:00:00.000Z',
  ms: 45_000,
  stopped: null,
  engine: { takeOvers: 1, fenced: 0, unknown: 3 },
}

/**
 * A run of 100 modules: half of them are lost at 12 s and back within 5 s of the storm's end at 20 s, but one, which stays
 * away; a herd of all at 30 s, back within 2 s. One acknowledged message of 4,000 is missing at the verifying subscriber.
 */
export function stormySnapshots(): readonly ShardSnapshot[] {
  const recorder = new ShardRecorder({ run: 'run-1', shard: 0, incarnation: 1, first: 0, modules: 100 })
  const all = Array.from({ length: 100 }, (_, module) => module)
  const half = all.slice(0, 50)
  const connect = (module: number, at: number, ms: number) => {
    recorder.connectIntended(module, at - ms)
    recorder.connectAttempted(module, at - ms)
    recorder.connectUp(module, { intendedAt: at - ms - 5, startedAt: at - ms, at, tcpMs: 1, connackMs: ms / 2 })
  }
  for (const module of all) connect(module, 100 + module * 20, 40)
  recorder.connectRefused(3, 200, 'connack 3')
  recorder.connectRefused(3, 300, 'err 32')
  publishAll(recorder)
  recorder.stormBegan('north', 10_000)
  for (const module of half) recorder.connectionLost(module, 12_000 + module, 'CONNLOST 1')
  recorder.stormEnded('north', 20_000, half)
  for (const module of half.slice(1)) connect(module, 20_000 + module * 100, 30 + module)
  recorder.stormBegan('herd', 30_000)
  for (const module of all) recorder.connectionLost(module, 30_100, 'CONNLOST 2')
  recorder.stormEnded('herd', 31_000, all)
  for (const module of all.slice(1)) connect(module, 31_000 + module * 20, 300 + module)
  for (let at = 0; at < 45_000; at += 20) recorder.late(at % 7, at)
  return [recorder.snapshot(45_000, { rssBytes: 120e6, cpuMs: 9000, descriptors: 140 })]
}

function publishAll(recorder: ShardRecorder): void {
  for (let second = 5; second < 45; second++)
    for (let module = 0; module < 100; module++) {
      const at = second * 1000 + module * 10
      recorder.publishIntended(module, at)
      recorder.publishSent(module, at)
      recorder.publishAcked(module, { intendedAt: at, sentAt: at, at: at + 12 + (module % 9), sequence: second })
      if (module !== 7 || second !== 9) recorder.verified(String(module), second, at, at + 20)
    }
}

export const stormyReport = () => makeFleetReport(stormyScenario(), mergeSnapshots(stormySnapshots()), stormyFacts)
