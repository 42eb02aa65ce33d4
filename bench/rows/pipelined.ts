import type { MqttClient } from 'mqtt'
import type { Benchmark, Context } from '../harness/benchmark.ts'
import { connectClient, type Host } from '../support/host.ts'
import { cycle, payload, repeated, replyText, sentBytes, topicText } from '../support/message.ts'
import { moduleInMemory } from '../support/module.ts'
import { mqttJsClient } from '../support/mqtt-js.ts'

const warmUpMessages = 50_000
const messages = 200_000
const batch = 100

/** (c) */
export const pipelined: Benchmark = {
  name: 'c-pipelined',
  title:
    'TOPIC, PAYLOAD and PUB at QoS 0, pipelined on the memory transport; the PUBACK of a last QoS 1 publish ends it.',
  against: 'MQTT.js publishing the same to the same broker, pipelined, with the same end.',
  unit: 'messages/s',
  better: 'higher',
  floor: 0.5,
  broker: true,
  ours,
  other,
}

async function ours({ brokerPort }: Context): Promise<number> {
  const { host } = moduleInMemory()
  await connectClient(host, 'bench-pipelined', brokerPort)
  await publishOurs(host, warmUpMessages)
  return timed(() => publishOurs(host, messages))
}

const batchBytes = repeated(sentBytes(cycle(0)), batch)
const batchReply = replyText(cycle(0)).length * batch
const lastBytes = sentBytes(cycle(1))
const lastReply = replyText(cycle(1)).length

async function publishOurs(host: Host, count: number): Promise<void> {
  for (let sent = 0; sent < count; sent += batch) await host.exchange(batchBytes, batchReply)
  await host.exchange(lastBytes, lastReply)
}

async function other({ brokerPort }: Context): Promise<number> {
  const client = await mqttJsClient(brokerPort)
  const body = Buffer.from(payload)
  await publishOther(client, body, warmUpMessages)
  return timed(() => publishOther(client, body, messages))
}

async function publishOther(client: MqttClient, body: Buffer, count: number): Promise<void> {
  for (let sent = 0; sent < count; sent += batch) await publishBatch(client, body)
  await client.publishAsync(topicText, body, { qos: 1 })
}

/** Settles when the client has handed the last one to its socket. */
function publishBatch(client: MqttClient, body: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    for (let i = 1; i < batch; i++) client.publish(topicText, body)
    client.publish(topicText, body, (error) => (error ? reject(error) : resolve()))
  })
}

async function timed(publish: () => Promise<void>): Promise<number> {
  const start = performance.now()
  await publish()
  return ((messages + 1) / (performance.now() - start)) * 1000
}
