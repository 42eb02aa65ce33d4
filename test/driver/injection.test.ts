import { array, assert, asyncProperty, constantFrom, oneof, string, uint8Array } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bytesOf, profiles, textOf } from '../../src/at/public.ts'
import { InputError } from '../../src/driver/commands/errors.ts'
import { Modem } from '../../src/driver/commands/modem.ts'
import { virtualClock } from '../../src/io/runtime/clock-virtual.ts'
import { drivenModule } from '../support/driver/driven-module.ts'
import { ScriptedPort } from '../support/driver/scripted-port.ts'
import { inVirtualTime } from '../support/virtual-time.ts'

/** What would be a command, or the end of one, if the line took it as such. */
const attacks = ['"', '\r', '\n', '\r\n', ';', ',', '\x1a', '\x1b', '\b', '\0', '\x7f', '>', 'é', '\xff', 'A/', '+++']
const commands = [
  '\rAT+CMQTTREL=0\r',
  '";+CMQTTREL=0;+CMEE="',
  '",60,1;+CMEE=0',
  'AT+CFUN=0',
  '\r\nOK\r\n',
  '\r\n>\r\n',
]
const anything = oneof(
  array(oneof(constantFrom(...attacks, ...commands), string({ maxLength: 8 })), { maxLength: 6 }).map((parts) =>
    parts.join(''),
  ),
  uint8Array({ maxLength: 60 }),
)
const bytesGiven = (given: string | Uint8Array) => (typeof given === 'string' ? new TextEncoder().encode(given) : given)

/** What the module was told and what it knows, to see that nothing else has changed. */
function rig() {
  const clock = virtualClock()
  const driven = drivenModule({ clock })
  const run = async (call: (modem: Modem) => Promise<unknown>) => {
    const before = driven.sent().length
    const error = await inVirtualTime(clock, call(driven.modem)).then(
      () => undefined,
      (reason: unknown) => reason,
    )
    return { error, sent: driven.sent().slice(before) }
  }
  const client = (index: 0 | 1) => {
    const { mqtt } = driven.module.state().service
    return mqtt.kind === 'started' ? mqtt.clients[index] : undefined
  }
  /** All but what the tested command is about. */
  const rest = () => {
    const {
      cellular: { settings, network },
      service: { sslContexts, sessions },
    } = driven.module.state()
    return JSON.stringify({ settings, network, sslContexts, sessions, other: client(1) })
  }
  return { driven, run, client, rest }
}

/** Either nothing is sent, or one line that ends with the only CR of it, strings in quotes. */
function expectOneLine(sent: string, start: string, error: unknown): void {
  if (sent === '') expect(error).toBeInstanceOf(InputError)
  else expect(sent).toMatch(new RegExp(`^${start}[^\\x00-\\x1f\\x7f]*\\r$`, 's'))
}

describe('no byte of what a caller passes becomes a command', () => {
  test('client ID', async () => {
    const { driven, run, client, rest } = rig()
    await run((modem) => modem.mqtt.start())
    const untouched = rest()
    await assert(
      asyncProperty(anything, async (clientId) => {
        const { error, sent } = await run((modem) => modem.mqtt.acquire({ clientIndex: 0, clientId }))
        expectOneLine(sent, 'AT\\+CMQTTACCQ=0,"', error)
        const known = client(0)
        if (error === undefined)
          expect(known?.kind === 'acquired' && textOf(known.acquired.clientId)).toBe(textOf(bytesGiven(clientId)))
        else expect([error instanceof InputError, known?.kind]).toEqual([true, 'free'])
        expect(rest()).toBe(untouched)
        if (known?.kind === 'acquired') await run((modem) => modem.mqtt.release({ clientIndex: 0 }))
      }),
      { numRuns: 400 },
    )
    await driven.close()
  })

  test('topic, payload, will: any byte arrives, none is run', async () => {
    const { driven, run, client, rest } = rig()
    await run((modem) => modem.mqtt.start())
    await run((modem) => modem.mqtt.acquire({ clientIndex: 0, clientId: 'c' }))
    const untouched = rest()
    await assert(
      asyncProperty(anything, async (data) => {
        const bytes = bytesGiven(data)
        const { error, sent } = await run((modem) => modem.mqtt.payload({ clientIndex: 0 }, data))
        if (bytes.length === 0) expect([sent, error instanceof InputError]).toEqual(['', true])
        else {
          expect([error, sent]).toEqual([undefined, `AT+CMQTTPAYLOAD=0,${bytes.length}\r${textOf(bytes)}`])
          const known = client(0)
          expect(known?.kind === 'acquired' && textOf(known.acquired.staged.payload!)).toBe(textOf(bytes))
        }
        for (const input of [
          (modem: Modem) => modem.mqtt.topic({ clientIndex: 0 }, data),
          (modem: Modem) => modem.mqtt.willTopic({ clientIndex: 0 }, data),
          (modem: Modem) => modem.mqtt.willMessage({ clientIndex: 0, qos: 1 }, data),
        ]) {
          await run(input)
        }
        expect([client(0)?.kind, rest()]).toEqual(['acquired', untouched])
      }),
      { numRuns: 300 },
    )
    await driven.close()
  })

  test('server address, user name, password', async () => {
    const start = 'AT\\+CMQTTCONNECT=0,"'
    const login = { userName: 'u', password: 'p' }
    await assert(
      asyncProperty(anything, anything, async (a, b) => {
        const port = new ScriptedPort((text) => (text.endsWith('\r') ? '\r\nERROR\r\n' : ''))
        const modem = new Modem({ port, clock: virtualClock() })
        const common = { clientIndex: 0, keepaliveTime: 60, cleanSession: 1 } as const
        for (const values of [
          { ...common, serverAddress: `tcp://${textOf(bytesGiven(a))}:1883`, ...login },
          { ...common, serverAddress: a, ...login },
          { ...common, serverAddress: 'tcp://host', userName: a, password: b },
        ]) {
          port.sent.length = 0
          const error = await modem.mqtt.connect(values).catch((reason: unknown) => reason)
          expectOneLine(port.sent.join(''), start, error)
          // Three strings, and nothing in them that ends one.
          if (port.sent.length > 0) expect(port.sent[0]!.split('"')).toHaveLength(7)
        }
      }),
      { numRuns: 400 },
    )
  })

  test('file names of the store and of contexts', async () => {
    await assert(
      asyncProperty(anything, async (part) => {
        const port = new ScriptedPort(() => '\r\nERROR\r\n')
        const modem = new Modem({ port, clock: virtualClock() })
        const name = `${textOf(bytesGiven(part))}.pem`
        const calls = [
          () => modem.tls.certificateDelete({ name }),
          () => modem.tls.certificateDown({ name }, 'x'),
          () => modem.tls.sslContexts.caCert({ sslContext: 0, value: name }),
        ]
        for (const call of calls) {
          port.sent.length = 0
          const error = await call().catch((reason: unknown) => reason)
          expectOneLine(port.sent.join(''), 'AT\\+C', error)
          if (port.sent.length > 0) expect(port.sent[0]!.split('"').length).toBeLessThan(6)
        }
      }),
      { numRuns: 200 },
    )
  })
})

test('values that types would not let pass are refused as well', async () => {
  const port = new ScriptedPort(() => '\r\nOK\r\n')
  const modem = new Modem({ port, clock: virtualClock(), profile: profiles.sim7600! })
  const evil = '0;+CRESET' as never
  const calls: readonly (() => Promise<unknown>)[] = [
    () => modem.mqtt.release({ clientIndex: evil }),
    () => modem.mqtt.publish({ clientIndex: 0, qos: evil, pubTimeout: 60 }),
    () => modem.tls.sslContexts.cipherSuites({ sslContext: 0, value: evil }),
    () => modem.mqtt.config.opTimeout({ clientIndex: 0, opTimeout: 1e9 }),
    () => modem.mqtt.acquire({ clientIndex: 0, clientId: 5 as never }),
    () => modem.mqtt.acquire({ clientIndex: 0, clientId: 'x', key: evil } as never),
    () => modem.mqtt.acquire(undefined as never),
    () => modem.mqtt.topic({ clientIndex: 0 }, undefined as never),
    () => modem.mqtt.topic({ clientIndex: 0 }, 'x'.repeat(1025)),
    () => modem.mqtt.connect({ clientIndex: 0, serverAddress: 'tcp://host', keepaliveTime: 60, password: 'p' }),
    () => modem.mqtt.config.version({ clientIndex: 0, version: 4 }),
    () => modem.command('AT+CMQTTTOPIC=0,5', { data: 'four' }),
    () => modem.command('AT+CSQ\r\nAT+CRESET'),
    () => modem.command(`AT${'x'.repeat(4000)}`),
  ]
  for (const call of calls) await expect(call()).rejects.toBeInstanceOf(InputError)
  expect(port.sent).toEqual([])
})

test('an error says which value and why, and shows no secret', async () => {
  const modem = rig().driven.modem
  const connect = { clientIndex: 0, serverAddress: 'tcp://host', keepaliveTime: 60, cleanSession: 1 } as const
  const error = await modem.mqtt
    .connect({ ...connect, userName: 'u', password: 'top"secret' })
    .catch((reason: unknown) => reason)
  expect(String(error)).toBe(
    "InputError: AT+CMQTTCONNECT can't be sent: password: a quoted string can't hold the byte 0x22.",
  )
  await expect(modem.mqtt.payload({ clientIndex: 0 }, new Uint8Array(5000))).rejects.toThrow(
    "AT+CMQTTPAYLOAD can't be sent: data: 5000 bytes, the module takes 1 to 4096.",
  )
  await expect(modem.mqtt.acquire({ clientIndex: 0, clientId: bytesOf('') })).rejects.toThrow(
    /clientId: 0 bytes, the module takes 1 to 128/,
  )
})
