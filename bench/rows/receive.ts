import type { Benchmark, Burst } from '../harness/benchmark.ts'
import { rateByProcessor } from '../harness/rate.ts'
import { connectClient } from '../support/host.ts'
import { receivedUrc, topic, topicText } from '../support/message.ts'
import { moduleInMemory } from '../support/module.ts'
import { mqttJsClient } from '../support/mqtt-js.ts'
import { startServer } from '../support/process.ts'
import { connected } from '../support/sockets.ts'

const messages = { 0: 40_000, 1: 20_000 }
const warmUpBursts = 8
const bursts = 16

/** (d) */
export const receiveQos0 = receive(0, 2.5)
export const receiveQos1 = receive(1, 6)

function receive(qos: 0 | 1, floor: number): Benchmark {
  return {
    name: `d-receive-qos${qos}`,
    title: `messages of QoS ${qos} from a raw server that sends prepared packets become URC bytes on the memory transport, in ${bursts} bursts of ${messages[qos]} by turns with the other side; by processor time of the process.`,
    against: "MQTT.js's `message` events of the same packets.",
    unit: 'messages/CPU s',
    better: 'higher',
    floor,
    bursts,
    ours: () => ours(qos),
    other: () => other(qos),
  }
}

async function ours(qos: 0 | 1): Promise<Burst> {
  const feeder = await startServer('feeder', `${qos},${messages[qos]}`)
  const { host, end } = moduleInMemory()
  await connectClient(host, 'bench-receive', feeder.port)
  await host.command(`AT+CMQTTSUB=0,${topic.length},${qos}\r`, '>\r\n')
  await host.command(topicText, '+CMQTTSUB: 0,0\r\n')
  const arrived = new Arrivals(messages[qos] * receivedUrc.length)
  end.onData((bytes) => arrived.add(bytes.length))
  return warmBurst(feeder.port, qos, arrived)
}

async function other(qos: 0 | 1): Promise<Burst> {
  const feeder = await startServer('feeder', `${qos},${messages[qos]}`)
  const client = await mqttJsClient(feeder.port)
  await client.subscribeAsync(topicText, { qos })
  const arrived = new Arrivals(messages[qos])
  client.on('message', () => arrived.add(1))
  return warmBurst(feeder.port, qos, arrived)
}

async function warmBurst(port: number, qos: 0 | 1, arrived: Arrivals): Promise<Burst> {
  const asker = await connected(port)
  const burst = () =>
    rateByProcessor(messages[qos], () => {
      asker.write('.')
      return arrived.all()
    })
  for (let i = 0; i < warmUpBursts; i++) await burst()
  return burst
}

/** Counts up to `wanted`, over and over. */
class Arrivals {
  readonly #wanted: number
  #have = 0
  #done: () => void = () => {}

  constructor(wanted: number) {
    this.#wanted = wanted
  }

  add(more: number): void {
    this.#have += more
    if (this.#have < this.#wanted) return
    this.#have -= this.#wanted
    this.#done()
  }

  all(): Promise<void> {
    return new Promise((resolve) => {
      this.#done = resolve
    })
  }
}
