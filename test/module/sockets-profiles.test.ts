import { afterEach, describe, expect, test } from 'vitest'
import { profiles } from '../../src/at/public.ts'
import { startBroker } from '../../src/broker/embedded-broker.ts'
import { type HostedModule, receivedText, startModule, type TestHost } from '../support/module/module-host.ts'
import { mosquittoMissing, startMosquitto } from '../support/programs/mosquitto.ts'

const open: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

const brokers = {
  embedded: async () => {
    const broker = await startBroker({ host: '127.0.0.1', port: 0 })
    open.push(broker.close)
    return `127.0.0.1:${broker.port}`
  },
  mosquitto: async () => {
    const broker = await startMosquitto('max_inflight_messages 0')
    open.push(broker.stop)
    return broker.address
  },
}

async function a76xx(address: string, ...settings: readonly string[]): Promise<TestHost> {
  const started: HostedModule = await startModule({ profile: profiles.a76xx! })
  open.push(started.close)
  const { host } = started
  await host.says('AT+CMQTTSTART', 'OK', '+CMQTTSTART: 0')
  await host.says('AT+CMQTTACCQ=0,"client"', 'OK')
  for (const setting of settings) await host.says(`AT+CMQTTCFG=${setting}`, 'OK')
  await host.says(`AT+CMQTTCONNECT=0,"tcp://${address}",60,1`, 'OK', '+CMQTTCONNECT: 0,0')
  return host
}

/** A command with the prompt of the family, its data, and what follows. */
async function data(host: TestHost, command: string, bytes: string, ...lines: readonly string[]): Promise<void> {
  host.send(command)
  await host.expectBytes('\r\n>')
  host.type(bytes)
  await host.expectLines(...lines)
}

describe.each(['embedded', 'mosquitto'] as const)('%s broker', (name) => {
  const here = test.skipIf(name === 'mosquitto' && mosquittoMissing)

  here('a76xx: several topics for one SUB, and for one UNSUB', async () => {
    const host = await a76xx(await brokers[name]())
    for (const topic of ['one', 'two']) await data(host, 'AT+CMQTTSUBTOPIC=0,3,1', topic, 'OK')
    await host.says('AT+CMQTTSUB=0', 'OK', '+CMQTTSUB: 0,0')
    for (const topic of ['one', 'two']) {
      await data(host, 'AT+CMQTTTOPIC=0,3', topic, 'OK')
      await host.says('AT+CMQTTPUB=0,0,60', 'OK', '+CMQTTPUB: 0,0')
      await host.expectBytes(receivedText(0, topic, ''))
    }
    for (const topic of ['one', 'two']) await data(host, 'AT+CMQTTUNSUBTOPIC=0,3', topic, 'OK')
    await host.says('AT+CMQTTUNSUB=0,0', 'OK', '+CMQTTUNSUB: 0,0')
    await data(host, 'AT+CMQTTTOPIC=0,3', 'two', 'OK')
    await host.says('AT+CMQTTPUB=0,0,60', 'OK', '+CMQTTPUB: 0,0')
    await host.expectQuiet()
  })

  here('a76xx: a round trip with argtopic', async () => {
    const host = await a76xx(await brokers[name](), '"argtopic",0,1,1')
    await host.says('AT+CMQTTSUB=0,"a/#",2', 'OK', '+CMQTTSUB: 0,0')
    host.send('AT+CMQTTPUB=0,"a/b",2,5')
    await host.expectBytes('\r\n>')
    host.type('h"\r\no')
    await host.expectBytes('\r\nOK\r\n')
    const [result, message] = ['\r\n+CMQTTPUB: 0,0\r\n', '\r\n+CMQTTRECV: 0,"a/b",5,"h"\r\no"\r\n']
    await host.expectMatch(new RegExp(`^(${escaped(result + message)}|${escaped(message + result)})`))
    await host.says('AT+CMQTTUNSUB=0,"a/#"', 'OK', '+CMQTTUNSUB: 0,0')
    await host.expectQuiet()
  })
})

const escaped = (text: string): string => text.replace(/[+"/]/g, (character) => `\\${character}`)

test('sim7600: the version of ACCQ is on the wire', async () => {
  const started = await startModule({ profile: profiles.sim7600! })
  open.push(started.close)
  const { host } = started
  const seen: string[] = []
  started.module.observe({
    line: () => {},
    connection: (_, direction, bytes) => void (direction === 'out' && seen.push(Buffer.from(bytes).toString('latin1'))),
  })
  await host.says('AT+CMQTTSTART', '+CMQTTSTART: 0', 'OK')
  await host.says('AT+CMQTTACCQ=0,"client",0,4', 'OK')
  await host.says(`AT+CMQTTCONNECT=0,"tcp://${await brokers.embedded()}",60,1`, 'OK', '+CMQTTCONNECT: 0,0')
  expect(seen[0]).toContain('\0\x04MQTT\x04')
})
