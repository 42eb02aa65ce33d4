import { afterEach, describe, expect, test } from 'vitest'
import type { ClientError, NodeConnectOptions } from '../../src/driver/node.ts'
import { ClientRig } from '../support/driver/client-rig.ts'

const rigs: ClientRig[] = []
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.close()
})

/** A client that is connected, and the warnings that it has given. */
async function connected(options: Partial<NodeConnectOptions> = {}) {
  const rig = new ClientRig()
  rigs.push(rig)
  const client = rig.connect(options)
  const warnings: ClientError[] = []
  client.on('warning', (warning) => void warnings.push(warning))
  await rig.until(new Promise<void>((resolve) => void client.once('connect', () => resolve())))
  const texts = () => warnings.map(({ code, message }) => `${code}: ${message}`)
  return { rig, client, texts }
}

const sent = (rig: ClientRig, start: string): readonly string[] => rig.line.lines(start)

describe('what the module can not and a program can do without', () => {
  test('a retained will is sent and not retained, and the warning says what that means', async () => {
    const { rig, texts } = await connected({ will: { topic: 'state', payload: 'gone', qos: 1, retain: true } })
    expect(texts()).toEqual([
      'unsupported: The module can not retain a will: it is sent, and not retained. Who subscribes after that does not get it.',
    ])
    expect(sent(rig, '+CMQTTWILL')).toEqual(['AT+CMQTTWILLTOPIC=0,5', 'AT+CMQTTWILLMSG=0,4,1'])
  })

  test('an empty will goes with QoS 0', async () => {
    const { rig, texts } = await connected({ will: { topic: 'state', qos: 1 } })
    expect(texts()).toEqual([expect.stringMatching(/^unsupported: .*empty will with QoS 0 only, not with 1/)])
    expect(sent(rig, '+CMQTTWILL')).toEqual(['AT+CMQTTWILLTOPIC=0,5'])
  })

  test.each([0, 65_535])('keepalive %i is the longest that there is', async (keepalive) => {
    const { rig, client, texts } = await connected({ keepalive })
    expect(texts()).toEqual([expect.stringMatching(/^unsupported: The module can not .*64800 s are taken/)])
    expect(sent(rig, '+CMQTTCONNECT=')).toEqual([expect.stringMatching(/,64800,1$/)])
    expect(client.keepalive).toBe(64_800)
  })

  test('fields of 5.0 are ignored with one warning, whichever call brings them', async () => {
    const { rig, client, texts } = await connected({ properties: { receiveMaximum: 3 } } as object)
    const five = { properties: { userProperties: { a: 'b' } }, nl: true, rap: true, rh: 1 }
    const both = Promise.all([
      client.subscribeAsync('down', { qos: 1, ...five }),
      client.subscribeAsync({ other: { qos: 1, ...five } }),
      client.publishAsync('up', 'x', { qos: 1, ...five }),
      client.unsubscribeAsync('other', five),
    ])
    await rig.until(both)
    expect(texts()).toEqual([
      'unsupported: The module speaks MQTT 3.1.1 and 3.1: properties and other fields of 5.0 are ignored, as MQTT.js ignores them at version 4. This is said once.',
    ])
  })

  test("with unsupported: 'throw' each call that brings them is refused", async () => {
    const { client } = await connected({ unsupported: 'throw' })
    await expect(client.subscribeAsync('a', { nl: true })).rejects.toThrow('leave out nl, which is of 5.0')
    await expect(client.subscribeAsync({ a: { qos: 1, rap: true } })).rejects.toThrow('leave out rap')
    await expect(client.publishAsync('a', 'x', { properties: {} })).rejects.toThrow('leave out properties')
  })

  test('options that tune, and names that nobody knows, are two warnings', async () => {
    const own = { serializer: {}, topic: 'a', _: [], t: 'a', subscribeOptions: { qos: 2 } }
    const { texts } = await connected({ log: () => {}, wsOptions: {}, timerVariant: 'native', ...own } as object)
    expect(texts()).toEqual([
      'ignored: log, wsOptions, timerVariant: these options tune what is not here, and have no effect.',
      'ignored: serializer, topic, t, subscribeOptions: there are no such options, and they have no effect.',
    ])
  })
})

describe('a call without a callback', () => {
  test('that is refused, or fails, is a warning', async () => {
    const { rig, client, texts } = await connected()
    client.publish('a/+', 'x').subscribe('a/#/b').unsubscribe('').publish('fine', 'x')
    await rig.pass(1000)
    expect(texts().sort()).toEqual([
      expect.stringMatching(/^invalid: publish: A topic to publish to can not hold/),
      expect.stringMatching(/^invalid: subscribe: In a filter/),
      expect.stringMatching(/^invalid: unsubscribe: The filter has 0 bytes/),
    ])
    rig.faults.start('error-code', { command: 'PUB', code: 12 })
    client.publish('fine', 'x', null, null)
    await rig.pass(1000)
    expect(texts().slice(3)).toEqual([expect.stringMatching(/^unheard: publish: AT\+CMQTTPUB failed with 12/)])
  })

  test('is no warning when end(true) drops it, and is one when it comes too late', async () => {
    const { rig, client, texts } = await connected()
    client.publish('a', 'x').publish('a', 'y').end(true)
    await rig.until(client.endAsync())
    expect(texts()).toEqual([])
    client.publish('a', 'too late')
    await rig.pass(1000)
    expect(texts()).toEqual([expect.stringMatching(/^ended: publish: The client has ended/)])
  })
})
