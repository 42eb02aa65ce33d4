import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { profiles } from '../../src/at/public.ts'
import { Faults, faultyDialer } from '../../src/faults/public.ts'
import { virtualClock } from '../../src/io/runtime/clock-virtual.ts'
import { seededRandom } from '../../src/io/runtime/random.ts'
import { hostedLine } from '../../src/io/testing/memory-host.ts'
import { Module } from '../../src/module/public.ts'
import { silentLog } from '../support/silent-log.ts'
import { StormBroker } from '../support/storm/storm-broker.ts'
import { complete, stormMessages, tally } from '../support/storm/storm-count.ts'
import { downTopic, StormHost } from '../support/storm/storm-host.ts'
import { StormNetwork } from '../support/storm/storm-network.ts'
import { startStorm, type Weather } from '../support/storm/storm-weather.ts'

const weather: Weather = {
  pauseMs: 1500,
  gusts: [
    { fault: 'network-lost', longestMs: 3000 },
    { fault: 'network-silent', longestMs: 2000 },
    { fault: 'network-flapping', params: { downMs: 50, upMs: 300 }, longestMs: 3000 },
    { fault: 'socket-reset', longestMs: 1 },
    { fault: 'socket-closed', longestMs: 1 },
    { fault: 'socket-half-open', longestMs: 1, calmMs: 60_000 },
    { fault: 'socket-congested', longestMs: 3000 },
    { fault: 'connection-refused', longestMs: 3000 },
    { fault: 'server-silent', longestMs: 2000 },
    { fault: 'server-late', params: { afterMs: 500 }, longestMs: 3000 },
    { fault: 'server-slow', params: { bytesPerSecond: 2000 }, longestMs: 1000 },
    { fault: 'answers-lost', params: { packets: 'acknowledgements' }, longestMs: 2000, calmMs: 60_000 },
    { fault: 'answers-lost', params: { packets: 'messages' }, longestMs: 500 },
    { fault: 'message-redelivered', longestMs: 3000 },
  ],
}
const dayMs = 86_400_000
const stepMs = 100

/** All that went over the line and the connections, and when, as one hash. */
function fingerprint(module: Module, now: () => number): () => string {
  const hash = createHash('sha256')
  const add = (where: string, direction: string, bytes: Uint8Array) =>
    hash.update(`${now()} ${where} ${direction} ${bytes.length}\n`).update(bytes)
  module.observe({
    line: (line, direction, bytes) => void add(line, direction, bytes),
    connection: (connection, direction, bytes) => void add(String(connection), direction, bytes),
  })
  return () => hash.digest('hex')
}

function storm(seed: number, count: number) {
  const clock = virtualClock()
  const random = seededRandom(seed)
  const broker = new StormBroker(downTopic)
  const network = new StormNetwork(broker, clock, random)
  const dialer = faultyDialer(network, clock)
  const module = new Module({ profile: profiles.sim767x!, clock, dialer, log: silentLog, timing: 'instant' })
  const bytes = fingerprint(module, () => clock.now())
  const faults = new Faults(module, { clock, log: silentLog, seed, dialer })
  const line = hostedLine()
  faults.attach(line.moduleEnd, 'at0')
  const [up, down] = [stormMessages('u', count), stormMessages('d', count)]
  let sent = 0
  const host = new StormHost({
    end: line.host,
    clock,
    address: 'server:1883',
    retryMs: 50,
    published: () => broker.publish(down[sent++]!),
  })
  const advanceUntil = (condition: () => boolean): void => {
    const end = clock.now() + dayMs
    while (!condition()) {
      if (clock.now() > end) throw new Error('the storm does not come to its end')
      clock.advance(stepMs)
    }
  }

  const stop = startStorm(faults, clock, random, weather)
  host.publishAll(up)
  advanceUntil(() => host.finished)
  const struck = stop()
  host.reconnect()
  advanceUntil(() => host.finished)
  advanceUntil(() => complete(up, broker.received) && complete(down, host.heard) && broker.waiting === 0)
  host.leave()
  advanceUntil(() => host.finished)
  const kept = Object.values(module.state().service.sessions)
  return {
    bytes: bytes(),
    up: tally(up, broker.received),
    down: tally(down, host.heard),
    left: kept.map(({ outgoing, incoming }) => [outgoing.length, incoming.length]),
    figures: {
      struck,
      ...host.losses,
      opened: host.connections,
      takenOver: network.takenOver,
      results: Object.fromEntries(host.results),
      ms: clock.now(),
    },
  }
}

/** Each way and QoS. `.ci/run` asks for 10,000. */
const messages = Number(process.env.STORM ?? 2500)

test(`${messages} messages each way and QoS: none lost at QoS 1 and 2, none doubled at QoS 2; one seed, the same bytes`, () => {
  const first = storm(1, messages)
  for (const { lost, doubled, foreign } of [first.up, first.down]) {
    expect([lost[1], lost[2]]).toEqual([0, 0])
    expect([doubled[0], doubled[2]]).toEqual([0, 0])
    expect(foreign).toEqual([])
  }
  expect(first.left).toEqual([[0, 0]])
  expect(first.figures.connections).toBeGreaterThan(messages / 100)
  expect(first.figures.network).toBeGreaterThan(messages / 500)
  expect(first.figures.takenOver).toBeGreaterThan(messages / 500)
  expect(first.figures.results[6]).toBeGreaterThan(messages / 200)
  expect(first.figures.results[17]).toBeGreaterThan(0)
  expect(storm(1, messages).bytes).toBe(first.bytes)
}, 240_000)

test('another seed, another storm', () => {
  expect(storm(2, 100).bytes).not.toBe(storm(3, 100).bytes)
})
