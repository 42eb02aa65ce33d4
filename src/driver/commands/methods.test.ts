import { describe, expect, test } from 'vitest'
import { generalCommands } from '../../at/commands/general/general-commands.ts'
import { mqttCommands } from '../../at/commands/mqtt/mqtt-commands.ts'
import { tlsCommands } from '../../at/commands/tls/tls-commands.ts'
import { profiles } from '../../at/profiles/profiles.ts'
import { commandMethods, type MethodCall } from './methods.ts'

const calls: MethodCall[] = []
const run = async (call: MethodCall) => {
  calls.push(call)
  return []
}
const { sim767x } = profiles
const mqtt = commandMethods(mqttCommands(sim767x!.mqtt), run)
const tls = commandMethods(tlsCommands(sim767x!.tls), run)
const general = commandMethods(generalCommands(sim767x!.general), run)

const lineOf = async (call: Promise<unknown>): Promise<string> => {
  await call
  return calls.at(-1)!.line
}

describe('a method per command form', () => {
  test.each<[string, () => Promise<unknown>]>([
    ['AT+CMQTTSTART', () => mqtt.start()],
    ['AT+CMQTTSTART', () => mqtt.start.execute()],
    ['AT+CMQTTSTART=?', () => mqtt.start.test()],
    ['AT+CMQTTACCQ=0,"me",1', () => mqtt.acquire({ clientIndex: 0, clientId: 'me', serverType: 1 })],
    ['AT+CMQTTACCQ?', () => mqtt.acquire.read()],
    ['AT+CMQTTACCQ=?', () => mqtt.acquire.test()],
    ['AT+CMQTTSSLCFG=0,9', () => mqtt.sslConfig({ clientIndex: 0, sslContext: 9 })],
    ['AT+CMQTTSSLCFG=1,9', () => mqtt.sslConfig.bind({ clientIndex: 1, sslContext: 9 })],
    ['AT+CMQTTTOPIC=0,3', () => mqtt.topic({ clientIndex: 0 }, 'a/b')],
    ['AT+CMQTTSUB=0,3,1', () => mqtt.subscribe({ clientIndex: 0, qos: 1 }, 'a/b')],
    ['AT+CMQTTSUB=0', () => mqtt.subscribe.subscribeStaged({ clientIndex: 0 })],
    ['AT+CMQTTUNSUB=0,3,0', () => mqtt.unsubscribe({ clientIndex: 0 }, 'a/b')],
    ['AT+CMQTTUNSUB=0,3,1', () => mqtt.unsubscribe({ clientIndex: 0, dup: 1 }, 'a/b')],
    ['AT+CMQTTPUB=0,1,60', () => mqtt.publish({ clientIndex: 0, qos: 1, pubTimeout: 60 })],
    ['AT+CMQTTPUB=0,1,60,,1', () => mqtt.publish({ clientIndex: 0, qos: 1, pubTimeout: 60, dup: 1 })],
    ['AT+CMQTTCFG="optimeout",0,30', () => mqtt.config.opTimeout({ clientIndex: 0, opTimeout: 30 })],
    ['AT+CSSLCFG="enableSNI",0,1', () => tls.sslContexts.enableSni({ sslContext: 0, value: 1 })],
    ['AT+CSSLCFG="cacert",0,"ca.pem"', () => tls.sslContexts.caCert({ sslContext: 0, value: 'ca.pem' })],
    ['AT+CCERTDOWN="ca.pem",4', () => tls.certificateDown({ name: 'ca.pem' }, new Uint8Array(4))],
    ['AT+CCERTLIST', () => tls.certificateList()],
    ['ATE0', () => general.echo({ echo: 0 })],
    ['ATI', () => general.identify()],
    ['AT+CSQ', () => general.signal()],
    ['AT+CPIN?', () => general.pin.read()],
  ])('%s', async (line, call) => {
    expect(await lineOf(call())).toBe(line)
  })

  test('every form of every definition has one', () => {
    for (const [table, methods] of [
      [mqttCommands(sim767x!.mqtt), mqtt],
      [tlsCommands(sim767x!.tls), tls],
      [generalCommands(sim767x!.general), general],
    ] as const) {
      for (const [key, command] of Object.entries(table)) {
        const forms = Object.keys('write' in command ? command.write : {})
        const plain = (['execute', 'read', 'test'] as const).filter((kind) => kind in command)
        const given = Object.keys((methods as unknown as Record<string, object>)[key]!)
        expect([key, given.sort()]).toEqual([key, [...forms, ...plain].sort()])
      }
    }
  })
})

test('wrong calls do not compile', () => {
  const wrong = () => [
    // @ts-expect-error the length is that of the data
    mqtt.topic({ clientIndex: 0, reqLength: 3 }, 'a/b'),
    // @ts-expect-error the data are missing
    mqtt.topic({ clientIndex: 0 }),
    // @ts-expect-error there are two clients
    mqtt.release({ clientIndex: 2 }),
    // @ts-expect-error a parameter is missing
    mqtt.publish({ clientIndex: 0, qos: 1 }),
    // @ts-expect-error the keyword is the method's
    mqtt.config.opTimeout({ key: 'optimeout', clientIndex: 0, opTimeout: 30 }),
    // @ts-expect-error three settings: none is the main form
    mqtt.config({}),
    // @ts-expect-error there is no read form
    mqtt.publish.read(),
  ]
  expect(wrong).toBeTypeOf('function')
})
