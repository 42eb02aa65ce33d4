import { afterEach, describe, expect, test } from 'vitest'
import { startBroker } from '../../src/broker/embedded-broker.ts'
import { virtualClock } from '../../src/io/runtime/clock-virtual.ts'
import { type PeerBehaviour, startBytePeer } from '../support/byte-peer.ts'
import { freePort } from '../support/free-port.ts'
import { acquire, connect, type HostedOptions, startModule } from '../support/module/module-host.ts'
import { mosquittoMissing, startMosquitto } from '../support/programs/mosquitto.ts'
import { until } from '../support/until.ts'

const open: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

async function hosted(options?: HostedOptions) {
  const started = await startModule(options)
  open.push(started.close)
  await acquire(started.host)
  return started
}

async function peer(behaviour?: PeerBehaviour) {
  const started = await startBytePeer(behaviour)
  open.push(started.stop)
  return started
}

describe('CONNECT fails', () => {
  test('3: nobody listens [conn-12]', async () => {
    const { host } = await hosted()
    await connect(host, `127.0.0.1:${await freePort()}`, '60,1', 0, 3)
    await host.says('AT+CMQTTCONNECT?', '+CMQTTCONNECT: 0\r\n+CMQTTCONNECT: 1', 'OK')
  })

  test('25: the name is not found [conn-11]', async () => {
    const { host } = await hosted()
    await connect(host, 'nonexistent.invalid', '60,1', 0, 25)
  }, 30_000)

  test('25: no answer to the look-up within optimeout [conn-11 conn-20]', async () => {
    const clock = virtualClock()
    let asked = 0
    const lookup = () => {
      asked++
      return new Promise<readonly string[]>(() => {})
    }
    const { host } = await hosted({ clock, lookup })
    await host.says('AT+CMQTTCFG="optimeout",0,20', 'OK')
    await host.says('AT+CMQTTCONNECT=0,"tcp://slow.example",60,1', 'OK')
    expect(asked).toBe(1)
    clock.advance(19_999)
    await host.expectQuiet()
    clock.advance(1)
    await host.expectLines('+CMQTTCONNECT: 0,25')
  })

  test('17: the broker accepts and says nothing within optimeout [conn-14]', async () => {
    const clock = virtualClock()
    const silent = await peer({ connack: 'silent' })
    const { host } = await hosted({ clock })
    await host.says(`AT+CMQTTCONNECT=0,"tcp://${silent.address}",60,1`, 'OK')
    await until(() => silent.packets.length === 1, 'CONNECT')
    clock.advance(119_999)
    await host.expectQuiet()
    clock.advance(1)
    await host.expectLines('+CMQTTCONNECT: 0,17')
  })

  test.each([
    ['closes', 'close', 26],
    ['resets', 'reset', 26],
    ['refuses with 1', 1, 27],
    ['refuses with 2', 2, 28],
    ['refuses with 3', 3, 29],
    ['refuses with 4', 4, 30],
    ['refuses with 5', 5, 31],
    ['says something that is no MQTT', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'), 24],
    ['sends a PUBLISH first', Buffer.of(0x30, 3, 0, 1, 0x61), 24],
    ['sends a CONNACK of the wrong length', Buffer.of(0x20, 3, 0, 0, 0), 24],
    ['sends a CONNACK with code 6', Buffer.of(0x20, 2, 0, 6), 24],
  ] as const)('the peer %s', async (_, connack, code) => {
    const { host } = await hosted()
    await connect(host, (await peer({ connack })).address, '60,1', 0, code)
    await host.expectQuiet()
    await connect(host, (await peer()).address)
  })

  test('a FIN in the middle of CONNACK: 26', async () => {
    const { host } = await hosted()
    const half = await peer({ connack: Buffer.of(0x20, 2) })
    await host.says(`AT+CMQTTCONNECT=0,"tcp://${half.address}",60,1`, 'OK')
    await until(() => half.packets.length === 1, 'CONNECT')
    half.close()
    await host.expectLines('+CMQTTCONNECT: 0,26')
  })

  test('30: a wrong password, the embedded broker', async () => {
    const broker = await startBroker({ host: '127.0.0.1', port: 0, logins: { alice: 'secret' } })
    open.push(broker.close)
    const { host } = await hosted()
    await connect(host, `127.0.0.1:${broker.port}`, '60,1,"alice","wrong"', 0, 30)
    await connect(host, `127.0.0.1:${broker.port}`, '60,1,"alice","secret"')
  })

  test.skipIf(mosquittoMissing)('31 or 30: a wrong password, mosquitto', async () => {
    const mosquitto = await startMosquitto('', { logins: { alice: 'secret' } })
    open.push(mosquitto.stop)
    const { host } = await hosted()
    host.send(`AT+CMQTTCONNECT=0,"tcp://${mosquitto.address}",60,1,"alice","wrong"`)
    await host.expectMatch(/\r\nOK\r\n\r\n\+CMQTTCONNECT: 0,3[01]\r\n/)
    await connect(host, mosquitto.address, '60,1,"alice","secret"')
    await host.says(
      'AT+CMQTTCONNECT?',
      `+CMQTTCONNECT: 0,"tcp://${mosquitto.address}",60,1,"alice","secret"\r\n+CMQTTCONNECT: 1`,
      'OK',
    )
  })
})

describe('secrets', () => {
  test('a password never gets into the log', async () => {
    const { host, logs } = await hosted()
    await connect(host, `127.0.0.1:${await freePort()}`, '60,1,"alice","s3cr3t"', 0, 3)
    await connect(host, (await peer({ connack: 5 })).address, '60,1,"alice","s3cr3t"', 0, 31)
    await connect(host, (await peer()).address, '60,1,"alice","s3cr3t"')
    expect(logs.length).toBeGreaterThan(0)
    expect(JSON.stringify(logs)).not.toContain('s3cr3t')
  })
})

test('a name with several addresses: the next one is tried', async () => {
  const to = await peer()
  const { host } = await hosted({ lookup: async () => ['127.0.0.2', '127.0.0.1'] })
  await connect(host, `two.example:${to.port}`)
})
