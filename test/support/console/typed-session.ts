import type { ByteStream } from '../../../src/io/stream.ts'
import { memoryLine } from '../../../src/io/transports/memory.ts'
import type { RunningModule } from '../../../src/launch/running-module.ts'
import { until } from '../until.ts'

/** A host on a line of a module, who waits for what he wants to read. */
export class TypingHost {
  readonly #stream: ByteStream
  output = ''

  constructor(module: RunningModule, name = 'host') {
    const line = memoryLine(name)
    module.attach(line.accepted, name)
    this.#stream = line.dial()
    this.#stream.start({
      data: (bytes) => {
        this.output += Buffer.from(bytes).toString('latin1')
      },
    })
  }

  type(bytes: string): void {
    this.#stream.write(new TextEncoder().encode(bytes))
  }

  async say(bytes: string, wanted: string): Promise<void> {
    const from = this.output.length
    this.type(bytes)
    await until(() => this.output.includes(wanted, from), `${wanted} behind ${bytes}: ${this.output.slice(from)}`, 2000)
  }

  async connect(broker: string, clientId = 'meter-7', login = ''): Promise<void> {
    await this.say('AT+CMQTTSTART\r', '+CMQTTSTART: 0')
    await this.say(`AT+CMQTTACCQ=0,"${clientId}"\r`, 'OK')
    await this.say(`AT+CMQTTCONNECT=0,"${broker.replace('mqtt:', 'tcp:')}",60,1${login}\r`, '+CMQTTCONNECT: 0,0')
  }

  async publish(topic: string, payload: string, qos = 1): Promise<void> {
    await this.say(`AT+CMQTTTOPIC=0,${topic.length}\r`, '>')
    await this.say(topic, 'OK')
    await this.say(`AT+CMQTTPAYLOAD=0,${payload.length}\r`, '>')
    await this.say(payload, 'OK')
    await this.say(`AT+CMQTTPUB=0,${qos},60\r`, '+CMQTTPUB: 0,0')
  }

  async subscribe(filter: string): Promise<void> {
    await this.say(`AT+CMQTTSUB=0,${filter.length},1\r`, '>')
    await this.say(filter, '+CMQTTSUB: 0,0')
  }
}
