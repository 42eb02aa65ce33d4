import { Device } from '../../../src/driver/client/device.ts'
import { MqttClient, TextBytes } from '../../../src/driver/web.ts'
import type { Clock, Random } from '../../../src/io/runtime/runtime.ts'
import type { HostilePort } from './hostile-port.ts'
import { nameOfExpected, outcome, type Program } from './program.ts'

/** `end` waits so long at most, in ms: for what is on its way, what can't be interrupted, DISC and REL, the port. */
const longestEndMs = 120_000

/** A program that uses the client, and ends it after some time, whatever it has come to. */
export function clientProgram(port: HostilePort, clock: Clock, random: Random): Program {
  const online = { networkTimeout: 10, attempts: 1 }
  const device = new Device({ port: async () => port, clock, random, ...online })
  const options = {
    url: 'mqtt://host',
    clientId: 'hostile',
    clean: random.below(2) === 0,
    reconnectPeriod: random.below(5) === 0 ? 0 : 1000,
  }
  const client = new MqttClient({ device, ownsDevice: true, payloadOf: (bytes) => new TextBytes(bytes) }, options)
  const seen = { messages: 0, damaged: 0 }
  const errors: Error[] = []
  client.on('message', () => void seen.messages++)
  client.on('error', (error) => {
    errors.push(error)
    if ('code' in error && error.code === 'damaged') seen.damaged++
  })
  const run = async () => {
    const outcomes = await session(client, clock, random)
    for (const error of errors) if (error.message !== unplugged) nameOfExpected(error)
    return outcomes
  }
  return { name: 'client', seen, buffered: () => device.openModem?.chat.buffered ?? 0, run }
}

const unplugged = 'unplugged'

async function session(client: MqttClient, clock: Clock, random: Random): Promise<readonly string[]> {
  const done = [
    outcome(() => client.subscribeAsync('a/b', { qos: 1 })),
    ...([0, 1, 2] as const).map((qos) => outcome(() => client.publishAsync('a/b', `hello ${qos}`, { qos }))),
    outcome(() => client.unsubscribeAsync('a/b')),
    outcome(() => client.publishAsync('a/b', '', { qos: 1 })),
  ]
  const [ended] = await Promise.all([endLater(client, clock, random), ...done])
  if (ended > longestEndMs) throw new Error(`end() took ${ended} ms`)
  return Promise.all(done)
}

/** How long `end` took, in ms. */
async function endLater(client: MqttClient, clock: Clock, random: Random): Promise<number> {
  await new Promise<void>(
    (resolve) => void clock.after(random.below(random.below(4) === 0 ? 600_000 : 60_000), resolve),
  )
  const began = clock.now()
  await client.endAsync(random.below(2) === 0)
  return clock.now() - began
}
