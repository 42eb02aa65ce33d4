import { describe, expect, test } from 'vitest'
import { heardOf } from '../support/driver/client-module.ts'
import { ClientRig } from '../support/driver/client-rig.ts'

const numbers = Array.from({ length: 20 }, (_, n) => `${n}`)

/** A client that is subscribed to `down`. */
async function connected() {
  const rig = new ClientRig()
  const client = rig.connect()
  const heard = heardOf(client)
  await rig.until(client.subscribeAsync('down', { qos: 1 }))
  const since = rig.clock.now()
  return { rig, client, heard, passed: () => rig.clock.now() - since }
}

async function leave({ rig, client }: Pick<Awaited<ReturnType<typeof connected>>, 'rig' | 'client'>) {
  await rig.until(client.endAsync())
  await rig.pass(1000)
  await rig.close()
  expect(rig.clock.pending()).toBe(0)
}

describe('what is never answered holds its own kind alone', () => {
  test.each(['subscribe', 'unsubscribe'] as const)('%s, by the server: publishes go on', async (kind) => {
    const { rig, client, heard, passed } = await connected()
    rig.broker.unanswered.add(kind)
    const asked: Promise<unknown> =
      kind === 'subscribe' ? client.subscribeAsync('other', { qos: 1 }) : client.unsubscribeAsync('down')
    asked.catch(() => {})
    await rig.until(Promise.all(numbers.map((payload) => client.publishAsync('up', payload, { qos: 1 }))))
    // The module itself waits 30 s for the server, and publishes nothing meanwhile.
    expect(passed()).toBeLessThan(35_000)
    await expect(rig.until(asked)).rejects.toMatchObject({ name: 'MqttError', code: 17 })
    const command = kind === 'subscribe' ? 'AT+CMQTTSUB for "other"' : 'AT+CMQTTUNSUB for "down"'
    expect(heard).toEqual([
      'connect',
      `warning The server has not acknowledged ${command} in time: other operations go on, this one is tried again.`,
    ])
    expect(rig.line.lines(kind === 'subscribe' ? '+CMQTTSUB=0,5' : '+CMQTTUNSUB=')).toHaveLength(5)
    await leave({ rig, client })
  })

  test('a subscription that is tried again and again leaves half of the time for steady publishes', async () => {
    const { rig, client, passed } = await connected()
    rig.broker.unanswered.add('subscribe')
    const asked = client.subscribeAsync('other', { qos: 1 }).catch(() => {})
    const waits: number[] = []
    while (passed() < 200_000) {
      const since = rig.clock.now()
      const published = client.publishAsync('up', `${since}`, { qos: 1 })
      void published.then(() => waits.push(rig.clock.now() - since))
      await rig.pass(1000)
    }
    expect(Math.max(...waits)).toBeLessThan(40_000)
    expect(waits.filter((ms) => ms < 1000).length).toBeGreaterThan(75)
    await rig.until(asked)
    await leave({ rig, client })
  })

  test('a result by another name: publishes go on also while SUB is tried again, and the warning names the line', async () => {
    const { rig, client, heard, passed } = await connected()
    rig.faults.start('subscribe-result-renamed')
    const asked = client.subscribeAsync('other', { qos: 1 })
    await rig.until(client.publishAsync('up', 'first', { qos: 1 }))
    expect(passed()).toBeLessThan(60_000)
    expect(heard).toEqual([
      'connect',
      'warning No result has come for AT+CMQTTSUB for "other", but "+CMQTTSUBTOPIC: 0,0", which may be the result ' +
        'under another name: other operations go on, this one is tried again.',
    ])
    await rig.when(() => rig.line.lines('+CMQTTSUB=0,5').length === 2, 'the second try')
    await rig.pass(500)
    const since = rig.clock.now()
    await rig.until(Promise.all(numbers.map((payload) => client.publishAsync('up', payload, { qos: 1 }))))
    expect(rig.clock.now() - since).toBeLessThan(10_000)
    rig.faults.stopAll()
    expect(await rig.until(asked)).toEqual([{ topic: 'other', qos: 1 }])
    await leave({ rig, client })
  })

  test('a publish, by the server: subscribing goes on, messages wait', async () => {
    const { rig, client, heard, passed } = await connected()
    rig.broker.unanswered.add('publish')
    const [first, second] = ['1', '2'].map((payload) => client.publishOutcome('up', payload, { qos: 1 }))
    await rig.until(client.subscribeAsync('other', { qos: 1 }))
    expect(passed()).toBeLessThan(65_000)
    expect(heard).toEqual(['connect', expect.stringMatching(/^warning .*AT\+CMQTTPUB for "up" in time/)])
    rig.broker.unanswered.clear()
    expect(await rig.until(first!)).toEqual({ kind: 'acknowledged' })
    expect(await rig.until(second!)).toEqual({ kind: 'acknowledged' })
    await leave({ rig, client })
  })
})

test('of two operations on one filter the later one waits for the earlier one', async () => {
  const { rig, client, heard, passed } = await connected()
  rig.broker.unanswered.add('unsubscribe')
  const unsubscribed = client.unsubscribeAsync('down')
  const again = client.subscribeAsync('down', { qos: 1 })
  await rig.until(client.subscribeAsync('other', { qos: 1 }))
  expect(passed()).toBeLessThan(35_000)
  rig.broker.unanswered.clear()
  await rig.until(unsubscribed)
  expect(await rig.until(again)).toEqual([{ topic: 'down', qos: 1 }])
  const lines = rig.line.trace.flatMap((line) => /^> AT\+CMQTT(SUB|UNSUB)=0,4/.exec(line)?.[1] ?? [])
  expect(lines).toEqual(['SUB', 'UNSUB', 'UNSUB', 'SUB'])
  rig.send('heard')
  await rig.when(() => heard.includes('message down heard'), 'the message')
  await leave({ rig, client })
})

test('a subscription that is never answered, and a network that is lost again and again: publishes go on', async () => {
  const { rig, client, heard } = await connected()
  rig.broker.unanswered.add('subscribe')
  const asked = client.subscribeAsync('other', { qos: 1 }).catch((error: Error) => error)
  let lossAt = rig.clock.now()
  const published = numbers.map((payload) => client.publishAsync('up', payload, { qos: 1 }))
  let done = false
  void Promise.all(published).then(() => {
    done = true
  })
  while (!done) {
    if (rig.clock.now() - lossAt >= 5000 && client.connected) {
      lossAt = rig.clock.now()
      rig.faults.start('socket-reset')
    }
    await rig.pass(100)
  }
  expect(rig.clock.now()).toBeLessThan(20_000)
  expect(heard.filter((text) => text.startsWith('warning'))).toEqual([])
  rig.broker.unanswered.clear()
  await rig.until(asked)
  await leave({ rig, client })
})
