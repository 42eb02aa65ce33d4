import { virtualClock } from '../../src/io/clock-virtual.ts'
import { nodeDialer } from '../../src/io/net/dialer-node.ts'
import { MemoryServer } from '../../test/support/memory-server.ts'
import type { Benchmark, Context } from '../harness/benchmark.ts'
import { cyclesAllowed, modemPublisher, type Publish, pacedLine } from '../support/paced-line.ts'
import { preciseClock } from '../support/precise-clock.ts'
import { inVirtualTime } from '../support/virtual-time.ts'

/** (i) */
export const pace115200: Benchmark = {
  name: 'i-pace-115200',
  title: 'QoS 0 publishes, one after the other, by the typed modem over a line of 115200 bit/s in real time, echo off.',
  against: 'what the bytes allow: a cycle has 173, both ways, of 10 bits.',
  unit: 'messages/s',
  better: 'higher',
  floor: 0.9,
  broker: true,
  ours: inRealTime,
  other: () => cyclesAllowed(115_200),
}

export const pace921600: Benchmark = {
  ...pace115200,
  name: 'i-pace-921600',
  title: 'the same over a line of 921600 bit/s on the virtual clock, with a server in memory.',
  ours: inVirtual,
  other: () => cyclesAllowed(921_600),
}

const seconds = 5
const warmUp = 20

async function inRealTime({ brokerPort }: Context): Promise<number> {
  const clock = preciseClock()
  const port = pacedLine(115_200, clock, nodeDialer({ clock }))
  const publish = await modemPublisher(port, clock, `127.0.0.1:${brokerPort}`)
  await times(warmUp, publish)
  const count = Math.round(seconds * cyclesAllowed(115_200))
  const start = clock.now()
  await times(count, publish)
  return (count / (clock.now() - start)) * 1000
}

const messages = 2000

async function inVirtual(): Promise<number> {
  const clock = virtualClock()
  const server = new MemoryServer()
  const port = pacedLine(921_600, clock, server)
  const publish = await inVirtualTime(clock, modemPublisher(port, clock, 'server'))
  const start = clock.now()
  await inVirtualTime(clock, times(messages, publish))
  if (server.published.length !== messages) throw new Error(`${server.published.length} of ${messages} arrived`)
  return (messages / (clock.now() - start)) * 1000
}

async function times(count: number, publish: Publish): Promise<void> {
  for (let i = 0; i < count; i++) await publish()
}
