import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Profile, profiles, textOf } from '../../src/at/public.ts'
import { type EmbeddedBroker, startBroker } from '../../src/broker/embedded-broker.ts'
import { InputError, MqttError, RefusedError } from '../../src/driver/commands/errors.ts'
import type { Modem } from '../../src/driver/commands/modem.ts'
import type { Received } from '../../src/driver/protocol/answer.ts'
import { type DrivenModule, drivenModule } from '../support/driver/driven-module.ts'
import { until } from '../support/until.ts'

let broker: EmbeddedBroker
beforeAll(async () => {
  broker = await startBroker({ host: '127.0.0.1', port: 0 })
})
afterAll(() => broker.close())

const address = () => `tcp://127.0.0.1:${broker.port}`

async function connected(modem: Modem, clientIndex: 0 | 1 = 0, clientId = `c${clientIndex}-${Math.random()}`) {
  if (clientIndex === 0) await modem.mqtt.start()
  await modem.mqtt.acquire({ clientIndex, clientId })
  await modem.mqtt.connect({ clientIndex, serverAddress: address(), keepaliveTime: 60, cleanSession: 1 })
}

async function published(modem: Modem, clientIndex: 0 | 1, topic: string, payload: string, qos: 0 | 1 | 2 = 1) {
  await modem.exclusive(clientIndex, async () => {
    await modem.mqtt.topic({ clientIndex }, topic)
    await modem.mqtt.payload({ clientIndex }, payload)
    await modem.mqtt.publish({ clientIndex, qos, pubTimeout: 60 })
  })
}

const bytewise = (bytes: Uint8Array) => Array.from(bytes, (byte) => Uint8Array.of(byte))
const halves = (bytes: Uint8Array) => [bytes.subarray(0, bytes.length >> 1), bytes.subarray(bytes.length >> 1)]
const whole = (bytes: Uint8Array) => [bytes]

describe.each(Object.values(profiles).map((profile): [string, Profile] => [profile.name, profile]))(
  '%s',
  (_, profile) => {
    describe.each([
      ['whole', whole],
      ['in halves', halves],
      ['byte by byte', bytewise],
    ])('answers %s', (_, cut) => {
      test.each([['on'], ['off']])(
        'a session with echo %s: subscribe, publish, receive, unsubscribe, end',
        async (echo) => {
          const driven = drivenModule({ profile, cut })
          const { modem } = driven
          const messages: Received[] = []
          modem.chat.on('message', (message) => messages.push(message))
          if (echo === 'off') await modem.general.echo({ echo: 0 })
          await connected(modem)
          const topic = `t/${profile.name}/${echo}`
          await modem.mqtt.subscribe({ clientIndex: 0, qos: 1 }, topic)
          const payload = `${'x'.repeat(1600)}\r\nOK\r\n+CMQTTPUB: 0,0\r\n>`
          for (const qos of [0, 1, 2] as const) await published(modem, 0, topic, `${qos}${payload}`, qos)
          await until(() => messages.length === 3, 'three messages')
          expect(messages.map((message) => [textOf(message.topic), textOf(message.payload)])).toEqual(
            [0, 1, 2].map((qos) => [topic, `${qos}${payload}`]),
          )
          expect(await modem.mqtt.subscribe.read()).toEqual(['+CMQTTSUB:', topic])
          await modem.mqtt.unsubscribe({ clientIndex: 0 }, topic)
          expect(await modem.mqtt.disconnect.read()).toEqual(['+CMQTTDISC: 0,0', '+CMQTTDISC: 1,1'])
          await modem.mqtt.disconnect({ clientIndex: 0, timeout: 120 })
          await modem.mqtt.release({ clientIndex: 0 })
          await modem.mqtt.stop()
          await driven.close()
        },
      )
    })

    test('refusals and failures are errors that say what to do', async () => {
      const driven = drivenModule({ profile })
      const { modem } = driven
      await expect(modem.mqtt.release({ clientIndex: 0 })).rejects.toThrow(RefusedError)
      await modem.mqtt.start()
      const error = await modem.mqtt
        .publish({ clientIndex: 1, qos: 0, pubTimeout: 60 })
        .catch((reason: unknown) => reason)
      expect(error).toBeInstanceOf(MqttError)
      expect(error).toMatchObject({ code: 20, err: 20, meaning: 'client not acquired', command: 'AT+CMQTTPUB' })
      expect(String(error)).toMatch(/acquire it first \(AT\+CMQTTACCQ\)/)
      await modem.mqtt.acquire({ clientIndex: 0, clientId: 'x' })
      const refused = modem.mqtt.connect({
        clientIndex: 0,
        serverAddress: 'tcp://127.0.0.1:1',
        keepaliveTime: 60,
        cleanSession: 1,
      })
      await expect(refused).rejects.toMatchObject({ name: 'MqttError', err: 3, code: 'ECONNREFUSED' })
      await driven.close()
    })
  },
)

describe('the modem', () => {
  let driven: DrivenModule
  beforeAll(() => {
    driven = drivenModule()
  })
  afterAll(() => driven.close())

  test('runs raw commands, and knows which of them have a result to come', async () => {
    expect(await driven.modem.command('AT+CSQ')).toEqual(['+CSQ: 23,0'])
    expect(await driven.modem.command('at+csq;+cgatt?')).toEqual(['+CSQ: 23,0', '+CGATT: 1'])
    await driven.modem.command('AT+CMQTTSTART')
    expect(driven.trace.at(-1)).toBe('< +CMQTTSTART: 0\\r\\n')
    await driven.modem.command('AT+CMQTTACCQ=0,"raw"')
    await driven.modem.command('AT+CMQTTTOPIC=0,3', { data: 'a/b' })
    await expect(driven.modem.command('AT+CMQTTTOPIC=0,4', { data: 'a/b' })).rejects.toThrow(
      /the 4 bytes that the line announces/,
    )
    await expect(driven.modem.command('AT+CMQTTTOPIC=0,4')).rejects.toThrow(InputError)
    await expect(driven.modem.command('AT+CMQTTREL=1')).rejects.toMatchObject({ code: 20 })
    await expect(driven.modem.command('AT\rAT+CRESET')).rejects.toThrow(/one line at a time/)
    await expect(driven.modem.command('hello')).rejects.toThrow(/begin with AT/)
  })

  test('gives the identity of the module and the signal quality', async () => {
    expect(await driven.modem.info()).toEqual({
      manufacturer: 'SIMCOM INCORPORATED',
      model: 'SIM7672G-MNGV',
      revision: '2348B01SIM767XM5A',
      imei: '351602000330579',
    })
    expect(await driven.modem.signal()).toEqual({ rssi: 23, dbm: -67, ber: 0 })
  })

  test('hides secrets in its trace', async () => {
    const { modem, trace } = driven
    const login = { userName: 'user', password: 'hidden!' }
    await modem.mqtt
      .connect({ clientIndex: 0, serverAddress: address(), keepaliveTime: 60, cleanSession: 1, ...login })
      .then(() => modem.mqtt.connect.read())
    await modem.tls.certificateDown({ name: 'key.pem' }, 'hidden!hidden!').catch(() => {})
    expect(trace.join('\n')).not.toContain('hidden!')
    expect(trace.join('\n')).toContain(`> AT+CMQTTCONNECT=0,"${address()}",60,1,"user",***\\r`)
    await modem.mqtt.disconnect({ clientIndex: 0, timeout: 0 })
  })
})

test('two clients: their publishes take turns, every message arrives, nothing is refused as busy', async () => {
  const driven = drivenModule()
  const { modem } = driven
  const messages: string[] = []
  modem.chat.on('message', ({ clientIndex, payload }) => messages.push(`${clientIndex} ${textOf(payload)}`))
  await modem.general.echo({ echo: 0 })
  await connected(modem, 0)
  await connected(modem, 1)
  for (const clientIndex of [0, 1] as const) await modem.mqtt.subscribe({ clientIndex, qos: 1 }, `two/${clientIndex}`)
  const runs: Promise<void>[] = []
  for (let n = 0; n < 20; n++)
    for (const clientIndex of [0, 1] as const) runs.push(published(modem, clientIndex, `two/${clientIndex}`, `${n}`))
  await Promise.all(runs)
  await until(() => messages.length === 40, '40 messages')
  for (const clientIndex of [0, 1])
    expect(messages.filter((message) => message.startsWith(`${clientIndex} `))).toEqual(
      Array.from({ length: 20 }, (_, n) => `${clientIndex} ${n}`),
    )
  const order = [...driven.sent().matchAll(/AT\+CMQTTPUB=(\d)/g)].map(([, index]) => Number(index))
  const longestRun = order
    .join('')
    .match(/(0+|1+)/g)!
    .reduce((most, { length }) => Math.max(most, length), 0)
  expect(longestRun).toBeLessThan(4)
  await driven.close()
})
