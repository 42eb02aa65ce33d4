import { once } from 'node:events'
import { afterEach, describe, expect, test, vi } from 'vitest'
import mqtt, { Client, ClientError, connect, connectAsync, MqttClient } from '../../src/driver/node.ts'
import * as web from '../../src/driver/web.ts'
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

  test('rejects with the first error, and ends the client', async () => {
    const rig = newRig()
    rig.faults.start('connection-refused', {})
    const failed = connectAsync(options(rig, 'server'))
    await expect(rig.until(failed)).rejects.toThrow(/socket connect failed/)
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
