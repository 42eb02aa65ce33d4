import { bytesOf } from '../../src/at/syntax/bytes.ts'
import type { Benchmark, Context } from '../harness/benchmark.ts'
import { rateOfAsync } from '../harness/rate.ts'
import { connectClient, Host, socketEnd } from '../support/host.ts'
import { cycle } from '../support/message.ts'
import { startServer } from '../support/process.ts'
import { rawConnect, rawPublish } from '../support/raw-mqtt.ts'
import { connected, roundTrip } from '../support/sockets.ts'

/** (b) */
export const publishCycle: Benchmark = {
  name: 'b-cycle',
  title: 'TOPIC, PAYLOAD and PUB at QoS 1, one after the other, over the TCP AT port of a module in another process.',
  against:
    'the limit: the five round trips with an echo server in another process, and one QoS 1 round trip with the broker.',
  unit: 'cycles/s',
  better: 'higher',
  floor: 0.85,
  broker: true,
  ours,
  other,
}

/** Until the compiler has left the cores to both ends and the broker. */
const warmUpMs = 2000
const steps = cycle(1).map(({ sent, reply }) => ({ bytes: bytesOf(sent), replyLength: reply.length }))

/** What a console costs the module that it shows. */
export const consoleCost: Benchmark = {
  name: 'k-console',
  title: 'The same cycle, with a console and a page in a third process that reads every row.',
  against: 'the same without a console.',
  unit: 'cycles/s',
  better: 'higher',
  floor: 0.9,
  broker: true,
  ours: (context) => cycles('console', context),
  other: ours,
}

function ours(context: Context): Promise<number> {
  return cycles('module', context)
}

async function cycles(server: 'module' | 'console', { brokerPort }: Context): Promise<number> {
  const module = await startServer(server)
  const host = new Host(socketEnd(await connected(module.port)))
  await connectClient(host, 'bench-cycle', brokerPort)
  for (const { sent, reply } of cycle(1)) await expectReply(host, sent, reply)
  return rateOfAsync(async () => {
    for (const { bytes, replyLength } of steps) await host.exchange(bytes, replyLength)
    return 1
  }, warmUpMs)
}

async function expectReply(host: Host, sent: string, reply: string): Promise<void> {
  const got = await host.command(sent, reply.slice(sent.length))
  if (got !== reply) throw new Error(`${JSON.stringify(sent)} got ${JSON.stringify(got)}`)
}

async function other({ brokerPort }: Context): Promise<number> {
  const echo = await startServer('echo')
  const echoed = roundTrip(await connected(echo.port))
  const acknowledged = roundTrip(await connected(brokerPort))
  await acknowledged(rawConnect('bench-limit'), 4)
  const publish = rawPublish(1, 1)
  return rateOfAsync(async () => {
    for (const { bytes } of steps) await echoed(bytes, bytes.length)
    await acknowledged(publish, 4)
    return 1
  }, warmUpMs)
}
