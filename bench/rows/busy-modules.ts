import { bytesOf } from '../../src/at/syntax/bytes.ts'
import type { Benchmark, Burst, Context } from '../harness/benchmark.ts'
import { connectClient, type Host } from '../support/host.ts'
import { cycle, payload, replyText, sentBytes, topicText } from '../support/message.ts'
import { moduleInMemory } from '../support/module.ts'
import { mqttJsClient } from '../support/mqtt-js.ts'

const clients = 64
const warmUpMessages = 20_000
const burstMessages = 3200
const bursts = 20

/** (n) */
export const busyWhole = busy('whole', 'the whole cycle in one write', 1.1, wholeCycle)
export const busyInTurn = busy('in-turn', 'one exchange after the other', 1, inTurn)

type Publish = (host: Host) => Promise<void>

function busy(name: string, how: string, floor: number, publish: Publish): Benchmark {
  return {
    name: `n-busy-${name}`,
    title: `${clients} modules in one process, each with its line on the memory transport and its connection, publish at QoS 1, ${how}; ${bursts} bursts of ${burstMessages} messages by turns with the other side.`,
    against: `as many MQTT.js clients in one process, each with one message under way.`,
    unit: 'messages/s',
    better: 'higher',
    floor,
    broker: true,
    bursts,
    ours: (context) => ours(context, publish),
    other,
  }
}

const whole = sentBytes(cycle(1))
const wholeReply = replyText(cycle(1)).length
const steps = cycle(1).map(({ sent, reply }) => ({ bytes: bytesOf(sent), replyLength: reply.length }))

function wholeCycle(host: Host): Promise<void> {
  return host.exchange(whole, wholeReply)
}

async function inTurn(host: Host): Promise<void> {
  for (const { bytes, replyLength } of steps) await host.exchange(bytes, replyLength)
}

async function ours({ brokerPort }: Context, publish: Publish): Promise<Burst> {
  const publishers: (() => Promise<unknown>)[] = []
  for (let id = 0; id < clients; id++) {
    const { host } = moduleInMemory()
    await connectClient(host, `bench-busy-${id}`, brokerPort)
    publishers.push(() => publish(host))
  }
  return warmBurst(publishers)
}

async function other({ brokerPort }: Context): Promise<Burst> {
  const body = Buffer.from(payload)
  const publishers: (() => Promise<unknown>)[] = []
  for (let id = 0; id < clients; id++) {
    const client = await mqttJsClient(brokerPort, { clientId: `bench-busy-other-${id}` })
    publishers.push(() => client.publishAsync(topicText, body, { qos: 1 }))
  }
  return warmBurst(publishers)
}

async function warmBurst(publishers: readonly (() => Promise<unknown>)[]): Promise<Burst> {
  await make(publishers, warmUpMessages)
  return async () => {
    const start = performance.now()
    await make(publishers, burstMessages)
    return (burstMessages / (performance.now() - start)) * 1000
  }
}

/** So many messages in all. */
async function make(publishers: readonly (() => Promise<unknown>)[], count: number): Promise<void> {
  let left = count
  await Promise.all(
    publishers.map(async (publish) => {
      while (left-- > 0) await publish()
    }),
  )
}
