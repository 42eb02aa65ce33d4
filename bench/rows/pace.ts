import { nodeDialer } from '../../src/io/net/dialer-node.ts'
import { virtualClock } from '../../src/io/runtime/clock-virtual.ts'
import { MemoryServer } from '../../test/support/memory-server.ts'
import type { Benchmark, Context } from '../harness/benchmark.ts'
import {
  clientPublisher,
  cyclesAllowed,
  modemPublisher,
  type Publish,
  type Publisher,
  pacedLine,
} from '../support/driven-line.ts'
import { preciseClock } from '../support/precise-clock.ts'
import { inVirtualTime } from '../support/virtual-time.ts'

interface Way {
  readonly title: string
  readonly needs: Pick<Benchmark, 'broker'>
  measure(baud: number, publisher: Publisher, context: Context): Promise<number>
}

function row(baud: number, name: string, publisher: Publisher, { title, needs, measure }: Way): Benchmark {
  return {
    name: `i-pace-${name}-${baud}`,
    title: `QoS 0 publishes, one after the other, by the ${name === 'client' ? 'client' : 'typed modem'} over a line of ${baud} bit/s, echo off, ${title}.`,
    against: 'what the bytes allow: a publish takes 173, both ways, of 10 bits.',
    unit: 'messages/s',
    better: 'higher',
    floor: 0.9,
    ...needs,
    ours: (context) => measure(baud, publisher, context),
    other: () => cyclesAllowed(baud),
  }
}

const seconds = 5
const warmUp = 20
const messages = 2000

const realTime: Way = {
  title: 'in real time',
  needs: { broker: true },
  async measure(baud, publisher, { brokerPort }) {
    const clock = preciseClock()
    const port = pacedLine(baud, clock, nodeDialer({ clock }))
    const publish = await publisher(port, clock, `127.0.0.1:${brokerPort}`)
    await times(warmUp, publish)
    const count = Math.round(seconds * cyclesAllowed(baud))
    const start = clock.now()
    await times(count, publish)
    return (count / (clock.now() - start)) * 1000
  },
}

const virtualTime: Way = {
  title: 'on the virtual clock, with a server in memory',
  needs: {},
  async measure(baud, publisher) {
    const clock = virtualClock()
    const server = new MemoryServer()
    const port = pacedLine(baud, clock, server)
    const publish = await inVirtualTime(clock, publisher(port, clock, 'server'))
    const start = clock.now()
    await inVirtualTime(clock, times(messages, publish))
    if (server.published.length !== messages) throw new Error(`${server.published.length} of ${messages} arrived`)
    return (messages / (clock.now() - start)) * 1000
  },
}

async function times(count: number, publish: Publish): Promise<void> {
  for (let i = 0; i < count; i++) await publish()
}

/** (i) */
export const paceRows: readonly Benchmark[] = [
  row(115_200, 'client', clientPublisher, realTime),
  row(921_600, 'client', clientPublisher, virtualTime),
  row(921_600, 'modem', modemPublisher, virtualTime),
]
