import { expect, test } from 'vitest'
import type { MqttClient } from '../../src/driver/node.ts'
import { seededRandom } from '../../src/io/runtime/random.ts'
import { paced } from '../../src/io/wrappers/paced.ts'
import { ClientModule } from '../support/driver/client-module.ts'
import { ClientRig } from '../support/driver/client-rig.ts'
import { silentLog } from '../support/silent-log.ts'

/** `npm run soak` gives more. */
const messages = Number(process.env.ATMQTT_GATEWAY_MESSAGES ?? 300)
const baud = 115_200
const typed = ['AT\r', 'AT+CSQ\r', 'AT+CREG?;+COPS?\r', 'ATI\r', 'ATE0\r', 'ATE1\r', 'AT+CS', '\r']
/** The most messages that the gateway has given to its client and that have not settled. */
const most = 50
const lossEveryMs = 5000
const lossMs = 300
const dayMs = 86_400_000

/** What a client tells of troubles, each text with how often it came. */
function troublesOf(client: MqttClient) {
  const told = {
    warnings: new Map<string, number>(),
    errors: new Map<string, number>(),
    closes: new Map<string, number>(),
  }
  const count = (kind: keyof typeof told, text = 'ended') => told[kind].set(text, (told[kind].get(text) ?? 0) + 1)
  client.on('warning', ({ message }) => count('warnings', message))
  client.on('error', ({ message }) => count('errors', message))
  client.on('close', (why?: Error) => count('closes', why?.message))
  return told
}

/**
 * A gateway that publishes and receives so many messages at QoS 1, on a line of 115200 bit/s. Meanwhile the network is lost
 * every 5 s, a SUB never gets its answer, another program types for a minute, and the port gets another name once.
 */
async function gateway(count: number, seed = 1) {
  const rig = new ClientRig(undefined, seed, baud)
  const { clock, module, broker } = rig
  const random = seededRandom(seed)
  const renamed = new ClientModule({
    ...{ clock, module },
    attach: (end) => void rig.faults.attach(paced(end, { baud, clock, log: silentLog }), 'renamed'),
  })
  let line = rig.line
  const client = rig.connect({ port: async () => line.open(), clean: false })
  const told = troublesOf(client)
  const got = new Set<string>()
  client.on('message', (_topic, payload) => void got.add(`${payload}`))
  await rig.until(client.subscribeAsync('down', { qos: 1 }))

  broker.unansweredFilters.add('never')
  let never = 'pending'
  void client.subscribeAsync('never', { qos: 1 }).then(
    () => {
      never = 'granted'
    },
    (error: Error) => {
      never = error.message
    },
  )

  let [sent, settled] = [0, 0]
  const outcomes: Record<string, number> = {}
  const missing: string[] = []
  const publish = async (payload: string) => {
    broker.publish({ payload, qos: 1 })
    const { kind } = await client.publishOutcome('up', payload, { qos: 1 })
    settled++
    outcomes[kind] = (outcomes[kind] ?? 0) + 1
    if (kind === 'acknowledged' && !broker.received.has(payload)) missing.push(payload)
  }
  const typing = { from: Number.POSITIVE_INFINITY, next: 0 }
  let [nextLoss, losses, renamedAt] = [lossEveryMs, 0, -1]
  const over = () => settled === count && broker.waiting === 0 && never !== 'pending'
  for (let now = clock.now(); !over() && now < dayMs; now = clock.now()) {
    while (sent < count && sent - settled < most) void publish(`${sent++}`)
    if (now >= nextLoss) {
      rig.faults.start('network-lost', {}, { forMs: lossMs })
      losses++
      nextLoss = now + lossEveryMs
    }
    if (typing.from > now && settled >= 0.3 * count) typing.from = now
    if (now >= typing.next && now >= typing.from && now < typing.from + 60_000) {
      line.typeBeside(typed[random.below(typed.length)]!)
      typing.next = now + random.below(1000)
    }
    if (renamedAt < 0 && settled >= 0.6 * count && client.connected) {
      renamedAt = settled
      line.plug(false)
      line.unplug()
      line = renamed
    }
    const stepMs = client.connected ? 20 : 200
    await rig.pass(stepMs, stepMs)
  }
  const hours = clock.now() / 3_600_000
  await rig.until(client.endAsync())
  await rig.close()
  const lost = Array.from({ length: count }, (_, n) => n).filter((n) => !got.has(`${n}`))
  return { hours, losses, outcomes, missing, never, lost, renamedAt, pending: clock.pending(), told }
}

test('a gateway of a day: everything settles, nothing acknowledged is missing, each trouble is told in words', async () => {
  const { told, hours, ...how } = await gateway(messages)
  if (messages > 300) console.log(JSON.stringify({ hours, ...how }), told)
  expect(how.outcomes).toEqual({ acknowledged: messages })
  expect(how.missing).toEqual([])
  expect(how.pending).toBe(0)
  expect(how.losses).toBeGreaterThan(messages / 2)
  // What the module acknowledges to the server while nobody has its port is nowhere.
  expect(how.lost.length).toBeLessThanOrEqual(5)
  for (const n of how.lost) expect(Math.abs(n - how.renamedAt)).toBeLessThanOrEqual(2 * most)
  expect(how.never).toMatch(/^AT\+CMQTTSUB failed with 6 .*: the connection ended before the server had answered/)
  expect([...told.warnings]).toEqual([[expect.stringMatching(/^Another program uses line: 3 lines came/), 1]])
  const closes = Object.fromEntries(told.closes)
  expect(closes).toMatchObject({ 'The port to the module is gone.': 1, ended: 1 })
  expect(closes['The mobile network is gone.']).toBeGreaterThan(10)
  const words = /mobile network|^Another program wrote on the port during/
  expect([...told.errors.keys()].filter((text) => !words.test(text))).toEqual([])
}, 3_600_000)
