import type { MqttClient } from 'mqtt'
import type { Benchmark, Burst, Context } from '../harness/benchmark.ts'
import { rateByProcessor } from '../harness/rate.ts'
import { connectClient, type Host } from '../support/host.ts'
import { cycle, payload, repeated, replyText, sentBytes, topicText } from '../support/message.ts'
import { moduleInMemory } from '../support/module.ts'
import { mqttJsClient } from '../support/mqtt-js.ts'

const burstMessages = 20_000
const warmUpBursts = 8
const bursts = 16
const batch = 100

/** (c) */
export const pipelined: Benchmark = {
  name: 'c-pipelined',
  title: `TOPIC, PAYLOAD and PUB at QoS 0, pipelined on the memory transport, in ${bursts} bursts of ${burstMessages} by turns with the other side; the PUBACK of a last QoS 1 publish ends a burst. By processor time of the process.`,
  against: 'MQTT.js publishing the same to the same broker, pipelined, with the same end.',
  unit: 'messages/CPU s',
  better: 'higher',
  floor: 0.9,
  broker: true,
  bursts,
  ours,
  other,
}

async function ours({ brokerPort }: Context): Promise<Burst> {
  const { host } = moduleInMemory()
  await connectClient(host, 'bench-pipelined', brokerPort)
  return warmBurst(() => publishOurs(host, burstMessages))
}

async function warmBurst(publish: () => Promise<void>): Promise<Burst> {
  for (let i = 0; i < warmUpBursts; i++) await publish()
  return () => rateByProcessor(burstMessages + 1, publish)
}

const batchBytes = repeated(sentBytes(cycle(0)), batch)
const batchReply = replyText(cycle(0)).length * batch
const lastBytes = sentBytes(cycle(1))
const lastReply = replyText(cycle(1)).length

async function publishOurs(host: Host, count: number): Promise<void> {
  for (let sent = 0; sent < count; sent += batch) await host.exchange(batchBytes, batchReply)
  await host.exchange(lastBytes, lastReply)
}

async function other({ brokerPort }: Context): Promise<Burst> {
  const client = await mqttJsClient(brokerPort)
  const body = Buffer.from(payload)
  return warmBurst(() => publishOther(client, body, burstMessages))
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
