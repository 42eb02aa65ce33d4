import { once } from 'node:events'
import { afterEach, describe, expect, test, vi } from 'vitest'
import mqtt, { Client, ClientError, connect, connectAsync, MqttClient } from '../../src/driver/node.ts'
import * as web from '../../src/driver/web.ts'
import { heardOf } from '../support/driver/client-module.ts'
import { ClientRig } from '../support/driver/client-rig.ts'

const rigs: ClientRig[] = []
function newRig(): ClientRig {
  const rig = new ClientRig()
  rigs.push(rig)
  return rig
}
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.close()
})

describe('names by which programs for MQTT.js take it', () => {
  test('the default export has what the named ones are', () => {
    expect(mqtt).toEqual({ connect, connectAsync, MqttClient, Client: MqttClient })
    expect(Object.keys(web.default)).toEqual(Object.keys(mqtt))
  })

  test.each([
    ['Node', MqttClient],
    ['browsers', web.MqttClient],
  ])('the constructor throws a sentence in place of taking a stream: %s', (_, Made) => {
    const made = () => new (Made as unknown as new (...args: unknown[]) => object)(() => {}, {})
    expect(made).toThrow(ClientError)
    expect(made).toThrow(/made by connect\(url, options\) alone/)
  })

  test('what connect gives is an MqttClient, and has the whole of the emitter of Node', async () => {
    const rig = newRig()
    const client = rig.connect()
    expect(client).toBeInstanceOf(MqttClient)
    expect(client).toBeInstanceOf(Client)
    const heard: string[] = []
    client.setMaxListeners(50).on('connect', function (this: unknown) {
      heard.push(this === client ? 'second' : 'another this')
    })
    client.prependListener('connect', () => void heard.push('first'))
    client.prependOnceListener('connect', () => void heard.push('zeroth'))
    expect([client.getMaxListeners(), client.rawListeners('connect').length]).toEqual([50, 3])
    const [packet] = await rig.until(once(client as never, 'connect'))
    expect([packet.cmd, heard]).toEqual(['connack', ['zeroth', 'first', 'second']])
    client.removeAllListeners('connect')
    expect(client.eventNames()).toEqual([])
    await rig.until(client.endAsync())
  })
})

describe('connectAsync', () => {
  const options = (rig: ClientRig, host: string) => ({ ...rig.line.options, url: `mqtt://${host}`, clientId: 'rig' })

  test('resolves with the client once it is connected, and leaves no listener', async () => {
    const rig = newRig()
    const { url, ...others } = options(rig, 'server')
    const client = await rig.until(connectAsync(url, others))
    expect([client.connected, client.eventNames()]).toEqual([true, []])
    await rig.until(client.endAsync())
  })

  test('rejects with the first error, once the client has ended and its port is free', async () => {
    const rig = newRig()
    rig.faults.start('connection-refused', {})
    const failed = connectAsync(options(rig, 'server'))
    await expect(rig.until(failed)).rejects.toThrow(/socket connect failed/)
    expect(rig.line.sent).toMatch(/AT\+CMQTTREL=0\rAT\+CMQTTSTOP\r$/)
    await rig.pass(60_000)
    expect(rig.line.lines('+CMQTTCONNECT=')).toHaveLength(1)
  })
})

describe('what nobody listens to', () => {
  test('an error and a warning go to process.emitWarning, the same sentence not twice in a row', async () => {
    const told = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const rig = newRig()
    rig.line.plug(false)
    const client = rig.connect()
    await rig.pass(30_000)
    expect(told.mock.calls).toEqual([['There is no such port: plug it in.', 'AtmqttWarning']])
    client.on('error', () => {})
    await rig.pass(300_000)
    expect(told).toHaveBeenCalledTimes(1)
    await rig.until(client.endAsync())
    told.mockRestore()
  })
})

describe('which server', () => {
  test.each<[string, object, string]>([
    ['nothing', {}, 'tcp://localhost:1883",60,1'],
    ['host', { host: 'broker' }, 'tcp://broker:1883",60,1'],
    ['hostname before host', { host: 'a', hostname: 'b' }, 'tcp://b:1883",60,1'],
    ['host, port and protocol', { host: 'broker', port: 1884, protocol: 'mqtt:' }, 'tcp://broker:1884",60,1'],
    ['a port as text', { host: 'broker', port: '1884' }, 'tcp://broker:1884",60,1'],
    ['single options before the url', { url: 'mqtt://a:1', host: 'b', port: 2 }, 'tcp://b:2",60,1'],
    ['IPv6', { host: '::1' }, 'tcp://[::1]:1883",60,1'],
    ['auth', { auth: 'me:se:cret' }, 'tcp://localhost:1883",60,1,"me","se:cret"'],
    ['the login of the url', { url: 'mqtt://me:p%40ss@h' }, 'tcp://h:1883",60,1,"me","p@ss"'],
    ['an empty login', { url: 'mqtt://h', username: '', password: '' }, 'tcp://h:1883",60,1'],
    ['a path, which MQTT.js ignores too', { url: 'mqtt://h:1884/mqtt' }, 'tcp://h:1884",60,1'],
  ])('%s', async (_, options, connect) => {
    const rig = newRig()
    const client = rig.device().connect({ clientId: 'rig', ...options })
    client.on('warning', () => {}).on('error', () => {})
    await rig.when(() => rig.line.sent.includes('+CMQTTCONNECT='), 'CONNECT')
    const [, line] = /\r(AT\+CMQTTCONNECT=0,"[^\r]*)\r/.exec(rig.line.sent) ?? []
    expect(line).toBe(`AT+CMQTTCONNECT=0,"${connect}`)
    await rig.until(client.endAsync(true))
  })

  test.each<[string, object, string]>([
    ['protocol', { protocol: 'mqtts' }, '"rig",1'],
    ['a certificate with its key, as with MQTT.js', { cert: 'x', key: 'y' }, '"rig",1'],
    ['a client ID in the url', { url: 'mqtt://h?clientId=from%20url', clientId: undefined }, '"from url",0'],
    ['a client ID in query', { query: { clientId: 'q' }, clientId: undefined }, '"q",0'],
    ['an empty client ID is one by chance', { clientId: '' }, '"atmqtt_'],
  ])('%s', async (_, options, acquire) => {
    const rig = newRig()
    const client = rig.device().connect({ clientId: 'rig', ...options })
    client.on('warning', () => {}).on('error', () => {})
    await rig.when(() => rig.line.sent.includes('+CMQTTACCQ=0'), 'ACCQ')
    expect(rig.line.sent).toContain(`\rAT+CMQTTACCQ=0,${acquire}`)
    await rig.until(client.endAsync(true))
  })
})

describe('what programs read and call', () => {
  test('options are those in force, frozen, without secrets', async () => {
    const rig = newRig()
    const secrets = { password: 'geheim1', pin: '1234', apnPassword: 'geheim2', key: 'geheim3', passphrase: 'geheim4' }
    const client = rig.connect({ url: 'mqtt://me:geheim5@server:1884', keepalive: 10, ...secrets })
    client.on('error', () => {})
    expect(client.options).toMatchObject({
      ...{ protocol: 'mqtt', host: 'server', hostname: 'server', port: 1884, clientId: 'rig', username: 'me' },
      ...{ keepalive: 10, clean: true, protocolVersion: 4, protocolId: 'MQTT', reconnectPeriod: 1000 },
      ...{ connectTimeout: 30_000, resubscribe: true, queueQoSZero: true },
    })
    expect(JSON.stringify(client.options)).not.toMatch(/geheim|1234/)
    expect(Object.isFrozen(client.options)).toBe(true)
    await rig.until(client.endAsync(true))
  })

  test('queue.length counts what waits, stream is an emitter that never emits, a null payload is empty', async () => {
    const rig = newRig()
    const client = rig.connect()
    expect([client.queue.length, client.queueQoSZero, client.keepalive]).toEqual([0, true, 60])
    client.stream.on('error', () => expect.unreachable())
    const stored: string[] = []
    const published = client.publishAsync('up', null, { qos: 1, cbStorePut: () => void stored.push('kept') })
    client.publish('up', 'x')
    expect([client.queue.length, stored]).toEqual([2, ['kept']])
    expect(await rig.until(published)).toMatchObject({ cmd: 'publish', payload: Buffer.alloc(0), qos: 1 })
    expect([client.queue.length, rig.published['']]).toEqual([0, 1])
    await rig.until(client.endAsync())
  })

  test('a burst of more than a thousand messages waits its turn, as with MQTT.js', async () => {
    const rig = newRig()
    const client = rig.connect()
    const burst = Array.from({ length: 1100 }, (_, n) => client.publishAsync('up', `${n}`, { qos: 1 }))
    expect(client.queue.length).toBe(1100)
    await rig.until(Promise.all(burst), { stepMs: 1 })
    expect(Object.keys(rig.published)).toHaveLength(1100)
    await rig.until(client.endAsync())
  })

  test('what can not be throws a sentence', async () => {
    const rig = newRig()
    const client = rig.connect()
    expect(() => client.getLastMessageId()).toThrow(/the module chooses the packet identifiers/)
    expect(() => client.removeOutgoingMessage(1)).toThrow(/can not be taken back/)
    const take = (handler: unknown) => {
      client.handleMessage = handler as never
    }
    expect(() => take(() => {})).toThrow(expect.objectContaining({ code: 'unsupported' }))
    for (const call of ['destroy', 'end'] as const)
      expect(() => client.stream[call]()).toThrow(
        `stream.${call} can not be: the module has the socket; reconnect() ends`,
      )
    await rig.until(client.endAsync(true))
  })

  test.each([
    ['Node', MqttClient],
    ['browsers', web.MqttClient],
  ])('who listens for packets is told that there are none: %s', async (_, Made) => {
    const rig = newRig()
    const parts = { device: rig.device(), ownsDevice: true, payloadOf: (bytes: Uint8Array) => bytes as never }
    const client = new Made(parts, { url: 'mqtt://server' })
    const warnings: string[] = []
    client.on('warning', ({ message }: Error) => void warnings.push(message))
    client.on('packetsend', () => {}).once('packetsend', () => {})
    client.addListener('outgoingEmpty', () => {})
    await rig.pass(1000)
    expect(warnings).toEqual([
      expect.stringMatching(/^packetsend is never emitted: the line carries AT commands/),
      expect.stringMatching(/^outgoingEmpty is never emitted: queue.length/),
    ])
    await rig.until(client.endAsync(true))
  })

  test('callbacks get null where there is no error', async () => {
    const rig = newRig()
    const client = rig.connect()
    const first: unknown[] = []
    const keep = (error: unknown) => void first.push(error)
    client
      .subscribe('down', keep as never)
      .publish('up', 'a', { qos: 1 }, keep)
      .publish('up', 'b', keep)
    client.unsubscribe('down', null, keep)
    await rig.when(() => first.length === 4, 'four callbacks')
    expect(first).toEqual([null, null, null, null])
    await rig.until(client.endAsync())
  })

  test('callbacks of subscribe and unsubscribe get the packet, as far as the module tells what is in it', async () => {
    const rig = newRig()
    const client = rig.connect()
    const told: unknown[] = []
    client.subscribe({ down: { qos: 1 }, up: { qos: 0 } }, (...args) => void told.push(args[2]))
    client.unsubscribe('down', (...args) => void told.push(args[1]))
    await rig.when(() => told.length === 2, 'two callbacks')
    expect(told).toEqual([{ cmd: 'suback', granted: [1, 0] }, { cmd: 'unsuback' }])
    expect(await rig.until(client.unsubscribeAsync('up'))).toEqual({ cmd: 'unsuback' })
    await rig.until(client.endAsync())
  })
})

describe('errors as Node and MQTT.js name them', () => {
  test.each([
    ['nobody listens', 'connection-refused', {}, { code: 'ECONNREFUSED', err: 3 }],
    ['the name is not known', 'dns-failure', {}, { code: 'ENOTFOUND', err: 25 }],
    ['bad user name or password', 'connack-refused', { code: 4 }, { code: 4, err: 30 }],
    ['not authorized', 'connack-refused', { code: 5 }, { code: 5, err: 31 }],
  ] as const)('%s; reconnecting is false in the first error', async (_, fault, params, like) => {
    const rig = newRig()
    rig.faults.start(fault, params)
    const client = rig.connect()
    const seen: unknown[] = []
    client.on('error', (error) => void seen.push([error, client.reconnecting, client.connected]))
    await rig.when(() => seen.length > 0, 'an error')
    expect(seen[0]).toEqual([expect.objectContaining(like), false, false])
    await rig.until(client.endAsync(true))
  })

  test('a listener for error may end the client: there is no other attempt', async () => {
    const rig = newRig()
    rig.faults.start('connection-refused', {})
    const client = rig.connect()
    const heard = heardOf(client)
    client.on('error', () => void client.end())
    await rig.pass(300_000)
    expect(heard.map((each) => each.split(' ')[0])).toEqual(['error', 'close', 'end'])
    expect([client.disconnecting, client.disconnected]).toEqual([true, true])
    expect(rig.line.lines('+CMQTTCONNECT=')).toHaveLength(1)
  })
})

describe('reconnect', () => {
  const names = (heard: readonly string[]) => heard.map((each) => each.split(' ')[0])

  test('after end, a client connects again, and subscribes to what it was subscribed to', async () => {
    const rig = newRig()
    const client = rig.connect()
    const heard = heardOf(client)
    await rig.until(client.subscribeAsync('down', { qos: 1 }))
    await rig.until(client.endAsync())
    expect([client.disconnecting, client.disconnected]).toEqual([true, true])
    expect(client.reconnect()).toBe(client)
    expect([client.disconnecting, client.disconnected, client.reconnecting]).toEqual([false, false, true])
    await rig.until(client.publishAsync('up', 'again', { qos: 1 }))
    rig.send('hello')
    await rig.when(() => heard.some((each) => each.startsWith('message')), 'the message')
    expect(names(heard)).toEqual(['connect', 'close', 'end', 'reconnect', 'connect', 'message'])
    await rig.until(client.endAsync())
    expect(client.disconnected).toBe(true)
  })

  test('called while it ends, it begins when that is done; end called after it wins', async () => {
    const rig = newRig()
    const client = rig.connect()
    const heard = heardOf(client)
    await rig.until(client.publishAsync('up', 'x', { qos: 1 }))
    client.end()
    client.reconnect()
    await rig.when(() => heard.length === 5, 'another connection')
    client.end()
    client.reconnect()
    await rig.until(client.endAsync())
    await rig.pass(60_000)
    expect(names(heard)).toEqual(['connect', 'close', 'end', 'reconnect', 'connect', 'close', 'end'])
  })

  test('a connection is ended for it', async () => {
    const rig = newRig()
    const client = rig.connect()
    const heard = heardOf(client)
    await rig.until(client.publishAsync('up', 'x', { qos: 1 }))
    client.reconnect()
    await rig.when(() => heard.length === 5, 'another connection')
    expect(names(heard)).toEqual(['connect', 'close', 'end', 'reconnect', 'connect'])
    await rig.until(client.endAsync())
  })

  test('while it waits for the next attempt, that is made at once, also from a listener', async () => {
    const rig = newRig()
    const fault = rig.faults.start('connection-refused', {})
    const client = rig.connect({ reconnectPeriod: 600_000 })
    const heard = heardOf(client)
    client.once('close', () => void client.reconnect())
    await rig.when(() => names(heard).filter((name) => name === 'error').length === 2, 'a second attempt', 100_000)
    rig.faults.stop(fault)
    client.reconnect()
    await rig.when(() => client.connected, 'a connection', 100_000)
    await rig.until(client.endAsync())
  })

  test('a client that has given up begins again', async () => {
    const rig = newRig()
    const fault = rig.faults.start('connection-refused', {})
    const client = rig.connect({ reconnectPeriod: 0 })
    const heard = heardOf(client)
    await rig.when(() => client.disconnected, 'its end')
    rig.faults.stop(fault)
    client.reconnect()
    await rig.when(() => client.connected, 'a connection')
    expect(names(heard)).toEqual(['error', 'close', 'reconnect', 'connect'])
    await rig.until(client.endAsync())
  })

  test('one of two clients of a device begins again; when another has taken its place, that is an error', async () => {
    const rig = newRig()
    const device = rig.device()
    const options = (clientId: string) => ({ url: 'mqtt://server', clientId })
    const [first, second] = [device.connect(options('a')), device.connect({ url: 'mqtt://other', clientId: 'b' })]
    await rig.until(Promise.all([first.publishAsync('up', 'x'), second.publishAsync('up', 'y')]))
    await rig.until(first.endAsync())
    first.reconnect()
    await rig.until(first.publishAsync('up', 'z', { qos: 1 }))
    await rig.until(first.endAsync())
    const third = device.connect(options('c'))
    const errors: Error[] = []
    first.on('error', (error) => void errors.push(error)).reconnect()
    expect(errors).toEqual([expect.objectContaining({ code: 'tooManyClients' })])
    expect(second.connected).toBe(true)
    await rig.until(Promise.all([second.endAsync(), third.endAsync()]))
    await rig.until(device.close())
  })
})
