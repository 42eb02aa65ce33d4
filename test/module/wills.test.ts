import { connectAsync } from 'mqtt'
import { afterEach, describe, expect, test } from 'vitest'
import { FaultyModule } from '../support/module/faulty-module.ts'
import { acquire, startModule } from '../support/module/module-host.ts'
import { mosquittoMissing, startMosquitto } from '../support/programs/mosquitto.ts'
import { until } from '../support/until.ts'

/** A client with a will, and a keep-alive of 60 s. */
function withWill(): FaultyModule {
  const m = new FaultyModule().acquired()
  m.at('+CMQTTWILLTOPIC=0,6')
  m.type('status')
  m.at('+CMQTTWILLMSG=0,7,1')
  m.type('offline')
  m.connect('server', '60,1')
  m.got()
  return m
}

const will = ['status offline']

describe('the will comes when one and a half keep-alives have passed without a packet [conn-46]', () => {
  test.each<[string, (m: FaultyModule) => void]>([
    ['network down', (m) => m.module.network('down')],
    ['SIM out', (m) => m.module.sim('remove')],
    ['registration denied', (m) => m.module.radio({ admits: 'denied' })],
    ['APN refused', (m) => void m.faults.start('apn-refused')],
    ['power off', (m) => m.module.power(false)],
    ['reset', (m) => m.module.reset()],
    ['AT+CFUN=0', (m) => void m.at('+CFUN=0')],
    ['AT+CFUN=4', (m) => void m.at('+CFUN=4')],
    ['AT+CGACT=0,1', (m) => void m.at('+CGACT=0,1')],
    ['AT+CGATT=0', (m) => void m.at('+CGATT=0')],
    ['AT+CRESET', (m) => void m.at('+CRESET')],
    ['AT+CFUN=1,1', (m) => void m.at('+CFUN=1,1')],
    ['AT+CPOF', (m) => void m.at('+CPOF')],
  ])('%s', (_, lose) => {
    const m = withWill()
    m.advance(10_000)
    lose(m)
    m.module.network('up')
    expect(m.server.open).toBe(1)
    m.advance(79_999)
    expect([m.server.published, m.server.open]).toEqual([[], 1])
    m.advance(1)
    expect([m.server.published, m.server.open]).toEqual([will, 0])
  })
})

test.each([
  'network-lost',
  'network-flapping',
  'sim-removed',
  'registration-denied',
  'apn-refused',
  'power-cut',
  'spontaneous-reboot',
])('the fault %s is silent, and with announce the will comes at once [conn-48]', (fault) => {
  const silent = withWill()
  silent.faults.start(fault, fault === 'network-flapping' ? { downMs: 1 } : {})
  expect([silent.server.published, silent.server.open]).toEqual([[], 1])
  silent.advance(90_000)
  expect(silent.server.published).toEqual(will)
  const announced = withWill()
  announced.faults.start(fault, { announce: true })
  expect([announced.server.published, announced.server.open]).toEqual([will, 0])
})

test('an orderly DISC leaves no will, and the end of the module leaves it at once', async () => {
  const m = withWill()
  m.at('+CMQTTDISC=0,60')
  expect([m.server.published, m.server.open]).toEqual([[], 0])
  const other = withWill()
  other.module.network('down')
  await other.module.close()
  expect([other.server.published, other.server.open]).toEqual([will, 0])
})

const open: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

describe.skipIf(mosquittoMissing)('mosquitto', () => {
  /** A module with a will and a keep-alive of 2 s, and an independent client that watches its topic. */
  async function watched() {
    const broker = await startMosquitto()
    open.push(broker.stop)
    const friend = await connectAsync(`mqtt://${broker.address}`, { clientId: 'friend', reconnectPeriod: 0 })
    open.push(() => friend.endAsync(true))
    const heard: string[] = []
    friend.on('message', (_, payload) => void heard.push(payload.toString()))
    await friend.subscribeAsync('status')
    const started = await startModule()
    open.push(started.close)
    const come = async (): Promise<void> => {
      await acquire(started.host)
      await started.host.data('AT+CMQTTWILLTOPIC=0,6', 'status')
      await started.host.data('AT+CMQTTWILLMSG=0,7,1', 'offline')
      await started.host.says(`AT+CMQTTCONNECT=0,"tcp://${broker.address}",2,1`, 'OK', '+CMQTTCONNECT: 0,0')
    }
    await come()
    return { ...started, broker, friend, heard, come }
  }

  test('finds out after one and a half keep-alives: the will is behind what came meanwhile [conn-46]', async () => {
    const { module, host, friend, heard, broker } = await watched()
    module.network('down')
    await host.expectLines('+CMQTTCONNLOST: 0,3', '+CMQTTNONET')
    await friend.publishAsync('status', 'meanwhile', { qos: 1 })
    await until(() => heard.length === 2, 'the will')
    expect(heard).toEqual(['meanwhile', 'offline'])
    expect(broker.log).toContain('Client client0 has exceeded timeout')
  })

  test('a module that comes back takes its session over: the will of the old connection comes behind [conn-46]', async () => {
    const { module, host, friend, heard, broker, come } = await watched()
    module.network('down')
    await host.expectLines('+CMQTTCONNLOST: 0,3', '+CMQTTNONET')
    module.network('up')
    await friend.publishAsync('status', 'meanwhile', { qos: 1 })
    await come()
    await until(() => heard.length === 2, 'the will')
    expect(heard).toEqual(['meanwhile', 'offline'])
    expect(broker.log).toContain('Client client0 already connected, closing old connection')
  })

  test('announced, it finds out at once [conn-48]', async () => {
    const { module, broker } = await watched()
    module.network('down', { announce: true })
    await until(() => /Client client0 (closed its connection|disconnected)/.test(broker.log), 'its end')
    expect(broker.log).not.toContain('exceeded timeout')
  })
})
