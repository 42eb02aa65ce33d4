import { describe, expect, test } from 'vitest'
import { profiles } from '../../src/at/public.ts'
import { connect } from '../../src/driver/node.ts'
import { virtualClock } from '../../src/io/runtime/clock-virtual.ts'
import { seededRandom } from '../../src/io/runtime/random.ts'
import { replies, ScriptedPort } from '../support/driver/scripted-port.ts'
import { inVirtualTime } from '../support/virtual-time.ts'

const connectLine = 'AT+CMQTTCONNECT=0,"tcp://host:1883",60,1'

/** A client on a module that answers as it should but for what the table says. */
function rig(table: Readonly<Record<string, string>>, reconnectPeriod: number) {
  const clock = virtualClock()
  const port = new ScriptedPort(
    replies({
      ...{ 'AT+CPIN?': '+CPIN: READY', 'AT+CEREG?': '+CEREG: 0,1', 'AT+CMQTTSTART': '+CMQTTSTART: 0' },
      ...{ 'AT+CMQTTACCQ?': '+CMQTTACCQ: 0,"",0\r\n+CMQTTACCQ: 1,"",0', ...table },
    }),
  )
  // Of all, this one may be silent longest: until the server has answered.
  const profile = profiles.a76xx!
  const client = connect({ port, clock, random: seededRandom(1), profile, url: 'mqtt://host', reconnectPeriod })
  client.on('error', () => {})
  return { clock, port, client, sent: (line: string) => port.sent.some((text) => text.startsWith(line)) }
}

test('end() while CONNECT has no answer is bounded: the port is closed, whatever the module still does', async () => {
  const { clock, client, sent } = rig({ [connectLine]: 'nothing' }, 1000)
  await inVirtualTime(
    clock,
    until(() => sent(connectLine)),
  )
  const began = clock.now()
  await inVirtualTime(clock, client.endAsync())
  expect(clock.now() - began).toBeLessThan(120_000)
  expect(() => client.modem).toThrow('not open')
})

test('end() while a client gives up, and DISC has no answer, is bounded', async () => {
  const table = { [connectLine]: '+CMQTTCONNECT: 0,3', 'AT+CMQTTREL=0': 'nothing' }
  const { clock, client, sent } = rig(table, 0)
  await inVirtualTime(
    clock,
    until(() => sent('AT+CMQTTREL')),
  )
  const began = clock.now()
  await inVirtualTime(clock, client.endAsync())
  expect(clock.now() - began).toBeLessThan(120_000)
})

describe('after end() nothing is pending: info(), signal() and what was asked for settle', () => {
  const online = { 'AT+CPIN?': '+CPIN: READY', 'AT+CEREG?': '+CEREG: 0,1' }
  const registering = { ...online, 'AT+CEREG?': '+CEREG: 0,2' }
  test.each<[string, Readonly<Record<string, string>>, (port: ScriptedPort) => Promise<ScriptedPort>]>([
    ['the port does not close, online', online, async (port) => port],
    ['the port does not close, while it registers', registering, async (port) => port],
    ['the port does not open', online, () => new Promise(() => {})],
  ])('%s', async (_, table, open) => {
    const clock = virtualClock()
    const port = new ScriptedPort(replies(table))
    port.close = () => new Promise(() => {})
    const client = connect({ port: () => open(port), clock, profile: profiles.sim767x!, url: 'mqtt://host' })
    client.on('error', () => {})
    const asked = Promise.allSettled([client.info(), client.signal(), client.publishAsync('up', 'x')])
    clock.advance(1000)
    for (let n = 0; n < 100; n++) await new Promise((resolve) => setImmediate(resolve))
    await inVirtualTime(clock, client.endAsync(true), 50, 70_000)
    await inVirtualTime(clock, asked, 50, 0)
    await expect(client.info()).rejects.toThrow(/closed/)
    expect(clock.pending()).toBe(0)
  })
})

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}
