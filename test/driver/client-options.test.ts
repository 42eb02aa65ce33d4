import { array, assert, asyncProperty, constantFrom, oneof, property, record, string, uint8Array } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { textOf } from '../../src/at/public.ts'
import { ClientError, connect, type NodeConnectOptions } from '../../src/driver/node.ts'
import * as web from '../../src/driver/web.ts'
import { virtualClock } from '../../src/io/runtime/clock-virtual.ts'
import { seededRandom } from '../../src/io/runtime/random.ts'
import { ClientRig } from '../support/driver/client-rig.ts'
import { replies, ScriptedPort } from '../support/driver/scripted-port.ts'

const url = 'mqtt://host'
const made = (options: object) => () =>
  connect({
    port: new ScriptedPort(),
    clock: virtualClock(),
    random: seededRandom(1),
    url,
    ...options,
  } as NodeConnectOptions)

describe('options that are not allowed are refused with a sentence, before a port is opened', () => {
  test.each<[string, object, RegExp]>([
    ['keepalive', { keepalive: 65_536 }, /keepalive is 65536: give 1 to 64800 s/],
    ['5.0', { protocolVersion: 5 }, /3.1.1 \(protocolVersion 4\) and 3.1 \(3\), not 5.0/],
    ['a url that is no text', { url: {} }, /Give the server's url/],
    ['a WebSocket', { url: 'wss://host' }, /not speak MQTT over WebSocket/],
    [
      'a WebSocket with its path, and no module',
      { url: 'ws://host', path: '/mqtt', port: undefined },
      /over WebSocket.*The option path says where the module is/,
    ],
    ['a WebSocket by its protocol', { url: undefined, host: 'host', protocol: 'wss' }, /over WebSocket/],
    ['another protocol', { url: undefined, protocol: 'http' }, /protocol is http: give mqtt or mqtts/],
    ['another url', { url: 'http://host' }, /The url is none that the module can connect to/],
    ['another host', { url: undefined, host: 'ho st' }, /The host is none that the module can connect to/],
    ['a port that is none', { url: 'mqtt://host:70000' }, /none that the module can connect to/],
    ['a password without a user', { password: 'x' }, /password only with a username/],
    ['a session without a client ID', { clean: false }, /clean: false needs a clientId/],
    ['a long client ID', { clientId: 'x'.repeat(129) }, /clientId has 129 bytes/],
    ['a long will', { will: { topic: 'w', payload: 'x'.repeat(1025) } }, /The will has 1025 bytes/],
    ['a will to a filter', { will: { topic: 'w/#', payload: 'x' } }, /can not hold \+ or #/],
    ['a policy', { queuePolicy: 'maybe' }, /queuePolicy is maybe: give drop-oldest, drop-newest, reject/],
    ['another policy', { unsupported: 'maybe' }, /unsupported is maybe: give throw, warn/],
    ['a period', { reconnectPeriod: -1 }, /reconnectPeriod is -1/],
    ['a TCP port without tcp://', { port: undefined, path: '127.0.0.1:7672' }, /written tcp:\/\/127\.0\.0\.1:7672/],
    ['a speed behind the port', { port: undefined, path: 'COM3:9600' }, /is the option baud/],
    ['no module', { port: undefined }, /Give the path of the module/],
    ['a server and no module', { port: 1883 }, /Give the path of the module/],
    ['a port of the server that is none', { port: 70_000 }, /port is 70000: give the port of the server/],
    ['a port that is a path', { port: '/dev/ttyUSB2' }, /port is the text "\/dev\/ttyUSB2".*has the option path/],
    ['a port that is another object', { port: new Map() }, /port is an object of the class Map: give/],
    ['a port that is still to come', { port: Promise.resolve() }, /port is a promise, which is to be awaited/],
  ])('%s', (_, options, sentence) => {
    expect(made(options)).toThrow(ClientError)
    expect(made(options)).toThrow(sentence)
  })

  test.each<[string, object, RegExp]>([
    ['will.retain', { will: { topic: 'w', payload: 'x', retain: true } }, /not retain a will: leave out will.retain/],
    ['keepalive 0', { keepalive: 0 }, /can not go without keep-alive: give keepalive from 1 to 64800 s/],
    ['a longer keepalive', { keepalive: 64_801 }, /can not wait 64801 s between its keep-alives/],
    ['properties', { properties: {} }, /leave out properties, which is of 5.0/],
    ['customHandleAcks', { customHandleAcks: () => {} }, /leave out customHandleAcks, which is of 5.0/],
    ['properties of the will', { will: { topic: 'w', payload: 'x', properties: {} } }, /leave out properties/],
    ['a store', { outgoingStore: {} }, /keeps its own session/],
    ['a path', { url: 'mqtt://host/path' }, /The url has a path, which is for WebSockets/],
    ['an empty will with a QoS', { will: { topic: 'w', qos: 1 } }, /empty will with QoS 0 only/],
    ['a name that nobody knows', { colour: 'red' }, /There is no option colour: leave it out/],
  ])("%s, with unsupported: 'throw'; else it is a warning", (_, options, sentence) => {
    expect(made({ ...options, unsupported: 'throw' })).toThrow(sentence)
    expect(made(options)).not.toThrow()
  })

  test.each([
    ['pfx', Buffer.alloc(1), /There is no option pfx: give cert and key, as PEM/],
    ['ALPNProtocols', ['mqtt'], /There is no option ALPNProtocols: the module can not send ALPN/],
    ['servers', [{ host: 'a', port: 1 }], /There is no option servers: give one server, by url or host/],
    ['manualConnect', true, /There is no option manualConnect: it connects by itself/],
    ['manualAcks', true, /acknowledges before it shows a message/],
    ['handleMessage', () => {}, /acknowledges before it shows a message/],
    ['checkServerIdentity', () => {}, /rejectUnauthorized: false verifies nothing/],
    ['ciphers', 'AES', /modem.tls has its settings/],
    ['keepAlive', 10, /did you mean keepalive\?/],
    ['client_id', 'x', /did you mean clientId\?/],
    ['reconectPeriod', 1, /did you mean reconnectPeriod\?/],
    ['rejectUnauthorised', true, /did you mean rejectUnauthorized\?/],
    ['passwd', 'x', /did you mean password\?/],
    ['user', 'x', /did you mean username\?/],
    ['cleanSession', true, /did you mean clean\?/],
    ['bauds_', [1], /did you mean bauds\?/],
  ])('an option that would do something else, or is misspelt: %s', (name, value, sentence) => {
    const thrown = made({ [name]: value })
    expect(thrown).toThrow(sentence)
    expect(thrown).toThrow(expect.objectContaining({ code: 'unknownOption' }))
    for (const nothing of [undefined, null, false]) expect(made({ [name]: nothing })).not.toThrow()
  })

  test('in a browser: a number is the port of the server, and the module has to be given', () => {
    const port = async () => new ScriptedPort()
    for (const options of [{}, { port: 1883 }, { port: '1883' }])
      expect(() => web.connect({ url, ...options })).toThrow(/^Give the port of the module: a function that opens it/)
    expect(() => web.connect('wss://host', {})).toThrow(/over WebSocket/)
    expect(() => web.connect({ url, port, keepAlive: 1 } as object)).toThrow(/did you mean keepalive\?/)
    expect(() => web.connect({ url, port, path: '/dev/ttyUSB2' } as object)).not.toThrow()
  })

  test('a sentence about a url shows no login', () => {
    for (const bad of ['mqtt://u:secret@', 'mqtt://u:secret@host:0', 'mqtt://u:sec"ret@ho st'])
      expect(made({ url: bad })).toThrow(/^(?!.*secret).*none that the module can connect to/)
    expect(made({ url: 'mqtt://u:%zz@host' })).toThrow(/write %25/)
  })
})

test('arguments that are not allowed are refused with a sentence, and nothing is sent', async () => {
  const rig = new ClientRig()
  const client = rig.connect()
  await rig.until(client.subscribeAsync('down'))
  const sent = rig.line.sent.length
  const calls: readonly [Promise<unknown>, RegExp][] = [
    [client.publishAsync('a/+', 'x'), /can not hold \+ or #/],
    [client.publishAsync('a\0b', 'x'), /NUL/],
    [client.publishAsync('', 'x'), /0 bytes, the module takes 1 to 1024/],
    [client.publishAsync('x'.repeat(1025), 'x'), /1025 bytes/],
    [client.publishAsync('\ud800', 'x'), /surrogate/],
    [client.publishAsync('a', 5 as never), /must be a string or a Uint8Array/],
    [client.publishAsync('a', 'x', { qos: 3 as never }), /The QoS is 3: give 0, 1 or 2/],
    [client.subscribeAsync('a/#/b'), /# stands last/],
    [client.subscribeAsync('a+'), /fill a whole level/],
    [client.subscribeAsync([]), /no topic to subscribe to/],
    [client.subscribeAsync({}), /no topic to subscribe to/],
    [client.unsubscribeAsync(''), /0 bytes/],
    [client.unsubscribeAsync([]), /no topic to unsubscribe from/],
  ]
  for (const [call, sentence] of calls) await expect(call).rejects.toThrow(sentence)
  expect(rig.line.sent.length).toBe(sent)
  await rig.until(client.endAsync())
  await rig.close()
})

/** What would be a command, or the end of one, if the line took it as such. */
const attacks = [
  '"',
  '\r',
  '\n',
  ';',
  ',',
  '\x1a',
  '\b',
  '\0',
  '>',
  'é',
  'A/',
  '\rAT+CMQTTREL=0\r',
  '";+CMQTTREL=0;+CMEE="',
  '\r\nOK\r\n',
]
const anyText = array(oneof(constantFrom(...attacks), string({ maxLength: 6 })), { maxLength: 5 }).map((parts) =>
  parts.join(''),
)
const anything = oneof(anyText, uint8Array({ maxLength: 40 }))
/** Lines that a client ever sends, whole. */
const known =
  /^(AT|ATE0|AT\+(CGMM|CGMR|SIMCOMATI|[A-Z]+=\?|CMEE(\?|=1)|CPIN\?|CEREG\?|CGREG\?|CREG\?|CMQTT(ACCQ|DISC|SUB)\?|CMQTT(START|STOP)|CCERTLIST|CMQTTACCQ=0,"[^"\r\n]*",0|CMQTTCFG="(version|optimeout)",0,\d+|CMQTT(WILL)?TOPIC=0,\d+|CMQTTWILLMSG=0,\d+,[012]|CMQTTPAYLOAD=0,\d+|CMQTTPUB=0,[012],\d+(,[01]?(,1)?)?|CMQTT(UN)?SUB=0,\d+,[012]|CMQTTCONNECT=0,"tcp:\/\/[^"\r\n]*",\d+,[01](,"[^"\r\n]*"){0,2}|CMQTTDISC=0,\d+|CMQTTREL=0))\r$/

describe('no byte of what a caller passes becomes a command', () => {
  test('topics and payloads: each arrives as it is, or is refused', async () => {
    await assert(
      asyncProperty(anyText, anything, async (topic, payload) => {
        const rig = new ClientRig()
        const client = rig.connect()
        const calls = [
          client.publishOutcome(topic, payload, { qos: 1, retain: true }),
          client.subscribeAsync(topic, { qos: 2 }).catch(() => {}),
          client.unsubscribeAsync(topic).catch(() => {}),
        ] as const
        const [{ kind }] = await rig.until(Promise.all(calls))
        const text = typeof payload === 'string' ? textOf(new TextEncoder().encode(payload)) : textOf(payload)
        expect(rig.published).toEqual(kind === 'acknowledged' ? { [text]: 1 } : {})
        await rig.until(client.endAsync())
        expect(rig.line.lines('').filter((line) => !known.test(`${line}\r`))).toEqual([])
        await rig.close()
      }),
      { numRuns: 40 },
    )
  })

  test('client ID, user, password, host, will: in quotes, or refused before anything is sent', () => {
    const given = record({ clientId: anyText, username: anyText, password: anything, host: anyText, topic: anyText })
    return assert(
      asyncProperty(given, async ({ clientId, username, password, host, topic }) => {
        const clock = virtualClock()
        const port = new ScriptedPort(
          replies({ 'AT+CPIN?': '+CPIN: READY', 'AT+CEREG?': '+CEREG: 0,1', 'AT+CMQTTACCQ?': '+CMQTTACCQ: 0,"",0' }),
        )
        const will = { topic, payload: 'x' }
        const all: readonly object[] = [{ clientId }, { username, password }, { url: `mqtt://${host}` }, { will }]
        for (const options of all) {
          port.sent.length = 0
          try {
            const client = made({ port, clock, ...options })()
            for (let n = 0; n < 40; n++) await new Promise(setImmediate)
            client.end(true)
          } catch (error) {
            expect(error).toBeInstanceOf(ClientError)
            expect(port.sent).toEqual([])
          }
          const strange = port.sent.filter((line) => line.startsWith('AT') && line.endsWith('\r') && !known.test(line))
          expect(strange).toEqual([])
        }
      }),
      { numRuns: 40 },
    )
  })

  test('a url', () => {
    assert(
      property(anyText, (text) => {
        try {
          made({ url: `mqtt://${text}` })
        } catch (error) {
          expect(error).toBeInstanceOf(ClientError)
        }
      }),
    )
  })
})
