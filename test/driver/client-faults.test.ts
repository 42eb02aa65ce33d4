import { describe, expect, test } from 'vitest'
import type { PublishOutcome } from '../../src/driver/node.ts'
import { catalogue } from '../../src/faults/public.ts'
import { seededRandom } from '../../src/io/runtime/random.ts'
import { ClientRig } from '../support/driver/client-rig.ts'

/** Worse than the presets, so that something happens in a short time. */
const severe: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'bytes-corrupted': { probability: 0.01 },
  'bytes-dropped': { probability: 0.01 },
  'bytes-doubled': { probability: 0.01 },
  'bytes-reordered': { probability: 0.01 },
  'network-flapping': { downMs: 2000, upMs: 5000 },
  'error-code': { command: 'PUB', code: 16 },
  noise: { everyMs: 200 },
}
/** As many bytes, but others: nothing on the line could tell. */
const alters: ReadonlySet<string> = new Set(['bytes-corrupted', 'bytes-reordered'])
/** A message stands on the line twice, and a line has no names for messages. */
const doubles: ReadonlySet<string> = new Set(['urc-doubled'])
/**
 * They take the module's MQTT session with them. If the server keeps its own, it takes a new QoS 2 message with an old
 * packet identifier for a message that it has: nothing on the line could tell.
 */
const forgetful: ReadonlySet<string> = new Set(['spontaneous-reboot', 'power-cut', 'stop-reboots'])
const strikes = 3

interface Run {
  readonly outcomes: ReadonlyMap<string, PublishOutcome>
  readonly published: Readonly<Record<string, number>>
  readonly heard: readonly string[]
  readonly settled: number
  readonly all: number
}

/** A client that publishes and hears while a fault comes and goes, and then has its peace. */
async function run(name: string, params: object, clean: boolean): Promise<Run> {
  const rig = new ClientRig(undefined, 7)
  const random = seededRandom(3)
  const client = rig.connect({ clean, reconnectOnConnackError: true })
  const heard: string[] = []
  client.on('warning', () => {})
  client.on('message', (topic, payload) => void heard.push(`${topic} ${payload}`))
  await rig.until(client.subscribeAsync('down', { qos: 2 }))

  const outcomes = new Map<string, PublishOutcome>()
  const all: Promise<unknown>[] = []
  let settled = 0
  const keep = (promise: Promise<unknown>) => void all.push(promise.catch(() => {}).then(() => settled++))
  for (let n = 0; n < strikes; n++) {
    for (const qos of [0, 1, 2, 1, 2] as const) {
      const payload = `q${qos}-${n}-${all.length}`
      keep(client.publishOutcome('up', payload, { qos }).then((outcome) => outcomes.set(payload, outcome)))
      rig.send(`d-${payload}`, qos)
    }
    keep(client.subscribeAsync(`other/${n}`, { qos: 1 }))
    keep(client.signal())
    keep(client.publishAsync('up', '', { qos: 1 }))
    await rig.pass(20 * random.below(15), 20)
    rig.faults.start(name, { ...severe[name], ...('line' in params && { line: 'line' }) })
    await rig.pass(500 + random.below(8000), 250)
    rig.faults.stopAll()
    await rig.pass(3000, 250)
  }
  await rig.until(Promise.all(all), { stepMs: 500 })
  await rig.when(() => client.connected, 'connected')
  await rig.until(client.publishAsync('up', 'that was all', { qos: 1 }))
  if (!forgetful.has(name)) await rig.when(() => rig.broker.waiting === 0, 'all is acknowledged')
  await rig.until(client.endAsync())
  await rig.close()
  return { outcomes, published: rig.published, heard, settled, all: all.length }
}

describe.each([
  ['a clean session', true],
  ['a kept session', false],
])('under every fault, %s', (_, clean) => {
  test.each(catalogue.map((fault) => [fault.name, fault] as const))('%s', async (name, { params }) => {
    const { outcomes, published, heard, settled, all } = await run(name, params, clean)
    expect(settled).toBe(all)
    expect(outcomes.size).toBe(5 * strikes)
    const came = (payload: string): number => published[payload] ?? 0
    const wrong = [...outcomes].filter(([payload, { kind }]) => {
      const qos = Number(payload[1])
      const spared = alters.has(name) || (qos === 2 && !clean && forgetful.has(name))
      const lost = kind === 'acknowledged' && qos > 0 && came(payload) === 0 && !spared
      const doubled = qos !== 1 && came(payload) > 1
      return lost || doubled || (kind === 'failed' && came(payload) > 0)
    })
    expect(wrong).toEqual([])
    if (alters.has(name)) return
    const foreign = Object.keys(published).filter(
      (payload) => payload !== 'that was all' && payload !== '' && !outcomes.has(payload),
    )
    const strange = heard.filter((text) => !outcomes.has(text.replace('down d-', '')))
    expect([foreign, strange]).toEqual([[], []])
    const twice = heard.filter((text, at) => text.includes('d-q2') && heard.indexOf(text) !== at)
    if (!doubles.has(name) && !forgetful.has(name)) expect(twice).toEqual([])
  })
})
