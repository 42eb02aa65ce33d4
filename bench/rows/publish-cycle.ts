import { bytesOf } from '../../src/at/syntax/bytes.ts'
import type { Benchmark, Burst, Context } from '../harness/benchmark.ts'
import { connectClient, Host, socketEnd } from '../support/host.ts'
import { cycle } from '../support/message.ts'
import { startServer } from '../support/process.ts'
import { connected } from '../support/sockets.ts'

/** A module has compiled what a cycle runs after some three thousand. */
const warmUpCycles = 6000
const burstCycles = 300
const bursts = 20

/** (b) */
export const publishCycle: Benchmark = {
  name: 'b-cycle',
  title: `TOPIC, PAYLOAD and PUB at QoS 1, one after the other, over the TCP AT port of a module in another process; after ${warmUpCycles} cycles, in ${bursts} bursts of ${burstCycles} by turns with the other side.`,
  against:
    'the limit: the least `node:net` server that makes the same seven writes a cycle, with its own QoS 1 round trip, in another process.',
  unit: 'cycles/s',
  better: 'higher',
  floor: 0.92,
  broker: true,
  bursts,
  ours,
  other,
}

const exchanges = cycle(1)
const steps = exchanges.map(({ sent, reply }) => ({ bytes: bytesOf(sent), replyLength: reply.length }))

/** What a console costs the module that it shows. */
export const consoleCost: Benchmark = {
  name: 'k-console',
  title: `The same cycle, with a console and a page in a third process that reads every row; in ${bursts} bursts by turns.`,
  against: 'the same without a console.',
  unit: 'cycles/s',
  better: 'higher',
  floor: 0.9,
  broker: true,
  bursts,
  ours: (context) => ofModule('console', context),
  other: ours,
}

function ours(context: Context): Promise<Burst> {
  return ofModule('module', context)
}

async function ofModule(server: 'module' | 'console', { brokerPort }: Context): Promise<Burst> {
  const module = await startServer(server)
  const host = new Host(socketEnd(await connected(module.port)))
  await connectClient(host, `bench-cycle-${server}`, brokerPort)
  return warmBurst(host)
}

async function other({ brokerPort }: Context): Promise<Burst> {
  const least = await startServer('least', `${brokerPort}`)
  return warmBurst(new Host(socketEnd(await connected(least.port))))
}

async function warmBurst(host: Host): Promise<Burst> {
  for (const { sent, reply } of exchanges) await expectReply(host, sent, reply)
  await cycles(host, warmUpCycles)
  return async () => {
    const start = performance.now()
    await cycles(host, burstCycles)
    return (burstCycles / (performance.now() - start)) * 1000
  }
}

async function cycles(host: Host, count: number): Promise<void> {
  for (let i = 0; i < count; i++) for (const { bytes, replyLength } of steps) await host.exchange(bytes, replyLength)
}

async function expectReply(host: Host, sent: string, reply: string): Promise<void> {
  const got = await host.command(sent, reply.slice(sent.length))
  if (got !== reply) throw new Error(`${JSON.stringify(sent)} got ${JSON.stringify(got)}`)
}
