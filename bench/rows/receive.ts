import type { Benchmark } from '../harness/benchmark.ts'
import { Meter } from '../harness/rate.ts'
import { connectClient } from '../support/host.ts'
import { receivedUrc, topic, topicText } from '../support/message.ts'
import { moduleInMemory } from '../support/module.ts'
import { mqttJsClient } from '../support/mqtt-js.ts'
import { startServer } from '../support/process.ts'

/** (d) */
export const receiveQos0 = receive(0)
export const receiveQos1 = receive(1)

function receive(qos: 0 | 1): Benchmark {
  return {
    name: `d-receive-qos${qos}`,
    title: `messages of QoS ${qos} from a raw server that sends prepared packets become URC bytes on the memory transport.`,
    against: "MQTT.js's `message` events of the same stream.",
    unit: 'messages/s',
    better: 'higher',
    floor: 1,
    ours: () => ours(qos),
    other: () => other(qos),
  }
}

async function ours(qos: 0 | 1): Promise<number> {
  const feeder = await startServer('feeder', `${qos}`)
  const { host, end } = moduleInMemory()
  await connectClient(host, 'bench-receive', feeder.port)
  await host.command(`AT+CMQTTSUB=0,${topic.length},${qos}\r`, '>\r\n')
  const meter = new Meter()
  end.onData((bytes) => meter.add(bytes.length / receivedUrc.length))
  end.write(topic)
  return meter.rate
}

async function other(qos: 0 | 1): Promise<number> {
  const feeder = await startServer('feeder', `${qos}`)
  const client = await mqttJsClient(feeder.port)
  const meter = new Meter()
  const step = 100
  let received = 0
  client.on('message', () => {
    if (++received % step === 0) meter.add(step)
  })
  await client.subscribeAsync(topicText, { qos })
  return meter.rate
}
