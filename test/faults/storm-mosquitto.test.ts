import { connectAsync, type MqttClient } from 'mqtt'
import { afterEach, describe, expect, test } from 'vitest'
import { profiles } from '../../src/at/public.ts'
import { Faults, faultyDialer } from '../../src/faults/public.ts'
import { nodeDialer } from '../../src/io/net/dialer-node.ts'
import { nodeClock } from '../../src/io/runtime/clock-node.ts'
import { seededRandom } from '../../src/io/runtime/random.ts'
import { hostedLine } from '../../src/io/testing/memory-host.ts'
import { Module } from '../../src/module/public.ts'
import { mosquittoMissing, startMosquitto } from '../support/programs/mosquitto.ts'
import { silentLog } from '../support/silent-log.ts'
import { complete, stormMessages, tally } from '../support/storm/storm-count.ts'
import { downTopic, StormHost, upTopic } from '../support/storm/storm-host.ts'
import { watchResent } from '../support/storm/storm-resent.ts'
import { startStorm, type Weather } from '../support/storm/storm-weather.ts'
import { until } from '../support/until.ts'

/** Messages each way and QoS; `npm run soak` sets more. */
const count = Number(process.env.ATMQTT_STORM_MESSAGES ?? 2000)
const timeoutMs = 30_000 + 60 * count
const seed = 4

const open: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

/** Nothing that only a time-out ends: the shortest is a minute. */
const weather: Weather = {
  pauseMs: 40,
  gusts: [
    { fault: 'network-lost', longestMs: 20 },
    { fault: 'network-silent', longestMs: 20 },
    { fault: 'network-flapping', params: { downMs: 5, upMs: 10 }, longestMs: 40 },
    { fault: 'socket-reset', longestMs: 1 },
    { fault: 'socket-closed', longestMs: 1 },
    { fault: 'socket-congested', longestMs: 20 },
    { fault: 'connection-refused', longestMs: 20 },
    { fault: 'server-silent', longestMs: 20 },
    { fault: 'server-late', params: { afterMs: 10 }, longestMs: 40 },
    { fault: 'server-slow', params: { bytesPerSecond: 20_000 }, longestMs: 20 },
    { fault: 'message-redelivered', longestMs: 40 },
  ],
}

/** Hears what comes up, and counts it. */
async function startFriend(url: string): Promise<{ client: MqttClient; heard: Map<string, number> }> {
  const client = await connectAsync(url, { clientId: 'friend', protocolVersion: 4, reconnectPeriod: 0 })
  const heard = new Map<string, number>()
  client.on('message', (_, payload) => {
    const text = payload.toString('latin1')
    heard.set(text, (heard.get(text) ?? 0) + 1)
  })
  open.push(() => client.endAsync(true))
  await client.subscribeAsync(upTopic, { qos: 2 })
  return { client, heard }
}

function startModule() {
  const dialer = faultyDialer(nodeDialer({ clock: nodeClock }), nodeClock)
  const module = new Module({
    profile: profiles.sim767x!,
    clock: nodeClock,
    dialer,
    log: silentLog,
    timing: 'instant',
  })
  open.push(() => module.close())
  const faults = new Faults(module, { clock: nodeClock, log: silentLog, seed, dialer })
  const line = hostedLine()
  faults.attach(line.moduleEnd, 'at0')
  return { module, faults, end: line.host }
}

/** Nothing waits for an acknowledgement. */
function settled(module: Module): boolean {
  const { mqtt } = module.state().service
  const client = mqtt.kind === 'started' ? mqtt.clients[0] : undefined
  if (client?.kind !== 'connected' || client.connection.session.phase !== 'connected') return false
  const { outgoing, incoming } = client.connection.session.stored
  return outgoing.length + Object.keys(incoming).length === 0
}

describe.skipIf(mosquittoMissing)('a storm in front of mosquitto', () => {
  test(
    'none lost at QoS 1 and 2, none doubled at QoS 2',
    async () => {
      const broker = await startMosquitto('max_queued_messages 0\nset_tcp_nodelay true')
      open.push(broker.stop)
      const { client, heard } = await startFriend(`mqtt://${broker.address}`)
      const { module, faults, end } = startModule()
      const resent = watchResent(module)
      const [up, down] = [stormMessages('u', count), stormMessages('d', count)]
      const published: Promise<unknown>[] = []
      const host = new StormHost({
        end,
        clock: nodeClock,
        address: broker.address,
        retryMs: 2,
        published: () => {
          const { qos, payload } = down[published.length]!
          published.push(client.publishAsync(downTopic, payload, { qos }))
        },
      })

      const stop = startStorm(faults, nodeClock, seededRandom(seed), weather)
      host.publishAll(up)
      await until(() => host.finished, 'all PUBs have a result', timeoutMs)
      const struck = stop()
      await Promise.all(published)
      host.reconnect()
      await until(() => host.finished, 'the last CONNECT')
      const calm = () => complete(up, heard) && complete(down, host.heard) && settled(module)
      await until(calm, 'all has come', 20_000).catch(() => {})

      const twice = down.filter(({ qos, payload }) => qos === 2 && host.heard.get(payload) === 2)
      for (const { payload } of twice) if (resent.has(payload)) host.heard.set(payload, 1)
      const [upTally, downTally] = [tally(up, heard), tally(down, host.heard)]
      if (process.env.ATMQTT_STORM_MESSAGES)
        console.log({
          struck,
          ...host.losses,
          resent: [...resent],
          results: Object.fromEntries(host.results),
          up: upTally,
          down: downTally,
        })
      for (const { lost, doubled, foreign } of [upTally, downTally]) {
        expect([lost[1], lost[2]]).toEqual([0, 0])
        expect([doubled[0], doubled[2]]).toEqual([0, 0])
        expect(foreign).toEqual([])
      }
      expect(settled(module)).toBe(true)
      expect(host.losses.connections).toBeGreaterThan(20)
      expect(host.losses.network).toBeGreaterThan(10)
      // Lost networks are silent: the server learns of them from the next CONNECT.
      const takenOver = broker.log.split('Client storm already connected, closing old connection').length - 1
      expect(takenOver).toBeGreaterThan(10)
      expect(host.results.get(6)).toBeGreaterThan(5)
    },
    timeoutMs + 30_000,
  )
})
