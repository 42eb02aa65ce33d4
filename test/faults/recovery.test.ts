import { connectAsync, type MqttClient } from 'mqtt'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { profiles, textOf } from '../../src/at/public.ts'
import { type EmbeddedBroker, startBroker } from '../../src/broker/embedded-broker.ts'
import { catalogue, Faults, faultyDialer } from '../../src/faults/public.ts'
import { nodeDialer } from '../../src/io/net/dialer-node.ts'
import { virtualClock } from '../../src/io/runtime/clock-virtual.ts'
import { hostedLine } from '../../src/io/testing/memory-host.ts'
import { Module } from '../../src/module/public.ts'
import { receivedText, TestHost } from '../support/module/module-host.ts'
import { silentLog } from '../support/silent-log.ts'
import { until } from '../support/until.ts'

/** Worse than the presets, so that something happens in a short time. */
const severe: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'bytes-corrupted': { probability: 0.2 },
  'bytes-dropped': { probability: 0.2 },
  'bytes-doubled': { probability: 0.2 },
  'bytes-reordered': { probability: 0.3 },
  'network-flapping': { downMs: 100, upMs: 100 },
  'weak-signal': { delayMs: 20_000 },
  'error-code': { command: 'SUB', code: 16 },
}
/** They take the MQTT sessions with them. */
const forgetful = ['spontaneous-reboot', 'power-cut']
const ESC = '\x1b'
let broker: EmbeddedBroker
let friend: MqttClient
const heard: string[] = []

beforeAll(async () => {
  broker = await startBroker({ host: '127.0.0.1', port: 0 })
  friend = await connectAsync(broker.url, { clientId: 'friend', protocolVersion: 4 })
  friend.on('message', (topic, payload) => heard.push(`${topic} ${payload}`))
  await friend.subscribeAsync('up/#', { qos: 2 })
})
afterAll(async () => {
  await friend.endAsync(true)
  await broker.close()
})

/** A module with a line for the host and one that only watches, against a real broker; time is virtual. */
function startRig() {
  const clock = virtualClock()
  const dialer = faultyDialer(nodeDialer({ clock }), clock)
  const module = new Module({ profile: profiles.sim767x!, clock, dialer, log: silentLog })
  const faults = new Faults(module, { clock, log: silentLog, seed: 4, dialer })
  const line = hostedLine()
  faults.attach(line.moduleEnd, 'at0')
  const watch = hostedLine()
  module.attach(watch.moduleEnd, 'watch')
  let seen = ''
  watch.host.open()
  watch.host.onData((bytes) => {
    seen += textOf(bytes)
  })
  let published = false
  module.observe({
    line() {},
    connection: (_, direction, bytes) => {
      published ||= direction === 'out' && (bytes[0]! & 0xf0) === 0x30
    },
  })
  const host = new TestHost(line.host)
  return { clock, module, faults, host, seen: () => seen, promised: () => published }
}

const address = () => broker.url.replace('mqtt://', 'tcp://')

async function connect(host: TestHost, index: number, clientId: string, topic: string): Promise<void> {
  await host.says(`AT+CMQTTACCQ=${index},"${clientId}"`, 'OK')
  await host.says(`AT+CMQTTCFG="version",${index},4`, 'OK')
  host.send(`AT+CMQTTCONNECT=${index},"${address()}",64800,${index}`)
  await host.expectMatch(new RegExp(`^[\\s\\S]*\\r\\n\\+CMQTTCONNECT: ${index},0\\r\\n`))
  host.type(`AT+CMQTTSUB=${index},${topic.length},2\r${topic}`)
  await host.expectMatch(new RegExp(`^[\\s\\S]*\\r\\n\\+CMQTTSUB: ${index},0\\r\\n`))
}

/** What a host does that has lost its way: it gives time-outs their time, and starts from the beginning. */
async function startOver(host: TestHost, advance: (ms: number) => void): Promise<void> {
  advance(600_000)
  for (const command of ['', 'ATE0', 'AT+CMQTTDISC=0,60', 'AT+CMQTTREL=0', 'AT+CMQTTSTOP', 'AT+CMQTTSTART']) {
    host.send(command)
    if (command) await host.expectMatch(/^[\s\S]*\r\n(OK|ERROR)\r\n/)
  }
  await host.expectMatch(/^[\s\S]*\r\n\+CMQTTSTART: 0\r\n/)
}

const count = (text: string, part: string): number => text.split(part).length - 1

describe('after every fault', () => {
  test.each(catalogue.map((fault) => [fault.name, fault] as const))(
    '%s: QoS 1 and 2 are kept, and a clean CONNECT, PUBLISH, RECEIVE works',
    async (name, { params }) => {
      const { clock, module, faults, host, seen, promised } = startRig()
      const [down, up] = [`down/${name}`, `up/${name}`]
      host.send('ATE0')
      await host.expectBytes('ATE0\r\r\nOK\r\n')
      await host.says('AT+CMQTTSTART', 'OK', '+CMQTTSTART: 0')
      await connect(host, 0, name, down)

      faults.start(name, { ...severe[name], ...('line' in params && { line: 'at0' }) })
      host.type(`AT+CMQTTTOPIC=0,${up.length}\r${up}AT+CMQTTPAYLOAD=0,2\ru1AT+CMQTTPUB=0,2,60\r`)
      await friend.publishAsync(down, 'd1', { qos: 1 })
      await friend.publishAsync(down, 'd2', { qos: 2 })
      clock.advance(5000)
      faults.stopAll()
      expect(faults.active()).toEqual([])

      await startOver(host, (ms) => clock.advance(ms))
      await connect(host, 0, name, down)
      await until(() => count(seen(), receivedText(0, down, 'd1')) >= 1, 'd1')
      await until(() => count(seen(), receivedText(0, down, 'd2')) >= 1, 'd2')
      if (promised() && !forgetful.includes(name)) await until(() => heard.includes(`${up} u1`), 'u1')
      await friend.publishAsync(down, 'that was all', { qos: 1 })
      await host.expectMatch(/^[\s\S]*that was all\r\n\+CMQTTRXEND: 0\r\n/)

      await connect(host, 1, `${name}-2`, `${down}/2`)
      await host.data(`AT+CMQTTTOPIC=1,${up.length}`, up)
      await host.data('AT+CMQTTPAYLOAD=1,2', 'u2')
      await host.says('AT+CMQTTPUB=1,2,60', 'OK', '+CMQTTPUB: 1,0')
      await until(() => heard.includes(`${up} u2`), 'u2')
      await friend.publishAsync(`${down}/2`, `d3${ESC}`, { qos: 2 })
      await host.expectBytes(receivedText(1, `${down}/2`, `d3${ESC}`))
      await host.expectQuiet()

      for (const once of ['u1', 'u2']) expect(heard.filter((text) => text === `${up} ${once}`).length).toBeLessThan(2)
      if (!forgetful.includes(name)) expect(count(seen(), receivedText(0, down, 'd2'))).toBe(1)
      await module.close()
    },
  )
})
