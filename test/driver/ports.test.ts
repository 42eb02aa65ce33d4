import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { profiles, textOf } from '../../src/at/public.ts'
import { type EmbeddedBroker, startBroker } from '../../src/broker/embedded-broker.ts'
import {
  bringOnline,
  connect,
  Modem,
  openSerialPort,
  openTcpPort,
  PortBusyError,
  PortClosedError,
  SetupError,
  systemClock,
} from '../../src/driver/node.ts'
import { type WebSerial, webSerialPort } from '../../src/driver/web.ts'
import { nodeDialer } from '../../src/io/net/dialer-node.ts'
import { nodeClock } from '../../src/io/runtime/clock-node.ts'
import type { ByteStream } from '../../src/io/stream.ts'
import { hostedLine } from '../../src/io/testing/memory-host.ts'
import { openPty } from '../../src/io/transports/pty/pty.ts'
import { listenTcp } from '../../src/io/transports/tcp.ts'
import { Module } from '../../src/module/public.ts'
import { webSerialOn } from '../support/driver/web-serial.ts'
import { freePort } from '../support/free-port.ts'
import { silentLog } from '../support/silent-log.ts'
import { until } from '../support/until.ts'

let folder: string
let broker: EmbeddedBroker
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'atmqtt-driver-'))
  broker = await startBroker({ host: '127.0.0.1', port: 0 })
})
afterAll(async () => {
  await broker.close()
  rmSync(folder, { recursive: true })
})

function moduleOn(moduleEnd: ByteStream): Module {
  const module = new Module({
    profile: profiles.sim767x!,
    clock: nodeClock,
    dialer: nodeDialer({ clock: nodeClock }),
    log: silentLog,
  })
  module.attach(moduleEnd, 'line')
  return module
}

const everyPort: readonly (readonly [
  string,
  () => Promise<{ moduleEnd: ByteStream; open: () => Promise<ByteStream> }>,
])[] = [
  [
    'memory',
    async () => {
      const { moduleEnd, dial } = hostedLine()
      return { moduleEnd, open: async () => dial() }
    },
  ],
  [
    'TCP',
    async () => {
      const moduleEnd = await listenTcp({ host: '127.0.0.1', port: 0 })
      return { moduleEnd, open: () => openTcpPort({ host: '127.0.0.1', port: moduleEnd.port }) }
    },
  ],
  [
    'a PTY through serialport',
    async () => {
      const path = join(folder, 'tty')
      return { moduleEnd: await openPty({ path }), open: () => openSerialPort({ path }) }
    },
  ],
  [
    'an object of the shape of Web Serial',
    async () => {
      const { moduleEnd, host } = hostedLine()
      return { moduleEnd, open: () => webSerialPort(webSerialOn(host)) }
    },
  ],
]

test.each(everyPort)('over %s: online, connect, every byte through a broker and back', async (_, make) => {
  const { moduleEnd, open } = await make()
  const module = moduleOn(moduleEnd)
  const modem = new Modem({ port: await open(), clock: systemClock })
  await bringOnline(modem, systemClock)
  expect(modem.chat.echo).toBe('off')
  await modem.mqtt.start()
  await modem.mqtt.acquire({ clientIndex: 0, clientId: 'port' })
  const serverAddress = `tcp://127.0.0.1:${broker.port}`
  await modem.mqtt.connect({ clientIndex: 0, serverAddress, keepaliveTime: 60, cleanSession: 1 })
  const payload = Uint8Array.from({ length: 4096 }, (_, i) => i % 256)
  const got: Uint8Array[] = []
  modem.chat.on('message', (message) => got.push(message.payload))
  await modem.mqtt.subscribe({ clientIndex: 0, qos: 1 }, 'port')
  await modem.mqtt.topic({ clientIndex: 0 }, 'port')
  await modem.mqtt.payload({ clientIndex: 0 }, payload)
  await modem.mqtt.publish({ clientIndex: 0, qos: 2, pubTimeout: 60 })
  await until(() => got.length === 1, 'the message')
  expect(textOf(got[0]!)).toBe(textOf(payload))
  await modem.close()
  await expect(modem.command('AT')).rejects.toThrow(PortClosedError)
  await module.close()
})

test('a TCP port that another program has: a PortBusyError with its line; the client waits until it is free', async () => {
  const moduleEnd = await listenTcp({ host: '127.0.0.1', port: 0 })
  const module = moduleOn(moduleEnd)
  const at = { host: '127.0.0.1', port: moduleEnd.port }
  const first = await openTcpPort(at)
  first.start({ data: () => {} })
  const modem = new Modem({ port: await openTcpPort(at), clock: systemClock })
  const sentence = new RegExp(
    `^127.0.0.1:${at.port} is in use .it says "busy: another program .*: end the other program`,
  )
  await expect(bringOnline(modem, systemClock)).rejects.toMatchObject({ name: 'PortBusyError', code: 'inUse' })
  await expect(modem.command('AT')).rejects.toThrow(sentence)
  const client = connect({ path: `tcp://127.0.0.1:${at.port}`, url: broker.url, reconnectPeriod: 10 })
  const errors: Error[] = []
  client.on('error', (error) => void errors.push(error))
  await until(() => errors.length > 0, 'the error')
  await first.close()
  await client.publishAsync('port', 'x', { qos: 1 })
  expect(errors[0]).toBeInstanceOf(PortBusyError)
  expect(errors[0]!.message).toMatch(sentence)
  await client.endAsync()
  await module.close()
})

test('a TCP module that goes away closes the port', async () => {
  const moduleEnd = await listenTcp({ host: '127.0.0.1', port: 0 })
  const module = moduleOn(moduleEnd)
  const modem = new Modem({ port: await openTcpPort({ host: '127.0.0.1', port: moduleEnd.port }), clock: systemClock })
  const closed = new Promise((resolve) => modem.chat.once('closed', resolve))
  await modem.command('AT')
  await module.close()
  await closed
  await expect(modem.command('AT')).rejects.toThrow(PortClosedError)
})

test('a PTY that goes away closes the port', async () => {
  const path = join(folder, 'gone')
  const moduleEnd = await openPty({ path })
  const module = moduleOn(moduleEnd)
  const modem = new Modem({ port: await openSerialPort({ path }), clock: systemClock })
  const closed = new Promise((resolve) => modem.chat.once('closed', resolve))
  await modem.command('AT')
  await module.close()
  await closed
})

test('flow control and any other option reach serialport; path and speed are what was said', async () => {
  const given: unknown[] = []
  const importer = async () =>
    ({
      SerialPort: class extends PassThrough {
        constructor(options: unknown) {
          super()
          given.push(options)
        }
        open(callback: (error: null) => void) {
          callback(null)
        }
      },
    }) as never
  const options = { xon: true, hupcl: false, lock: false, path: '/dev/other', autoOpen: true }
  const port = await openSerialPort({ path: '/dev/ttyUSB2', baud: 921_600, rtscts: true, options, importer })
  const plain = await openSerialPort({ path: '/dev/ttyUSB2', importer })
  expect(given).toEqual([
    { xon: true, hupcl: false, lock: false, path: '/dev/ttyUSB2', baudRate: 921_600, rtscts: true, autoOpen: false },
    { path: '/dev/ttyUSB2', baudRate: 115_200, rtscts: false, autoOpen: false },
  ])
  await port.close()
  await plain.close()
})

test('a serial port that another program has open is in use, and the sentence names ModemManager', async () => {
  const path = join(folder, 'busy')
  const moduleEnd = await openPty({ path })
  const first = await openSerialPort({ path })
  await expect(openSerialPort({ path })).rejects.toMatchObject({
    code: 'inUse',
    message: expect.stringMatching(/ModemManager, stop it/),
  })
  await first.close()
  await moduleEnd.close()
})

describe('a port that can not be opened is refused with a sentence that says the remedy', () => {
  const failing = (text: string) => async () =>
    ({
      SerialPort: class {
        open(callback: (error: Error) => void) {
          callback(new Error(text))
        }
      },
    }) as never
  const path = '/dev/ttyUSB2'
  test.each([
    ['Error: No such file or directory, cannot open /dev/ttyUSB2', 'missing', /no serial device \/dev\/ttyUSB2/],
    ['Error: Permission denied, cannot open /dev/ttyUSB2', 'denied', /join its group \(often dialout\)/],
    ['Error Resource temporarily unavailable Cannot lock port', 'inUse', /ModemManager/],
    ['Error: Device or resource busy, cannot open /dev/ttyUSB2', 'inUse', /ModemManager/],
  ])('%s', async (text, code, sentence) => {
    const opened = openSerialPort({ path, importer: failing(text) })
    await expect(opened).rejects.toMatchObject({ name: 'SetupError', code, message: expect.stringMatching(sentence) })
  })

  test('serialport is not installed', async () => {
    const opened = openSerialPort({ path, importer: () => Promise.reject(new Error('Cannot find package')) })
    await expect(opened).rejects.toThrow(/npm install serialport/)
  })

  test('nothing listens, the name is not known, the port is none', async () => {
    const port = await freePort()
    await expect(openTcpPort({ host: '127.0.0.1', port })).rejects.toThrow(
      /Nothing listens on 127.0.0.1:\d+: start the module/,
    )
    await expect(openTcpPort({ host: 'no.such.invalid', port })).rejects.toThrow(SetupError)
    await expect(openTcpPort({ host: '127.0.0.1', port: 70_000 })).rejects.toThrow(/70000 is no TCP port/)
    await expect(openSerialPort({ path, baud: 1.5 })).rejects.toThrow(/1.5 is no baud rate/)
  })
})

test('data that come before the start wait for it', async () => {
  const server = createServer((socket) => socket.write('\r\nQCRDY\r\n'))
  const { port } = await new Promise<{ port: number }>((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve(server.address() as { port: number })),
  )
  const opened = await openTcpPort({ host: '127.0.0.1', port })
  const urcs: string[] = []
  const modem = new Modem({ port: opened, clock: systemClock })
  modem.chat.on('urc', (text) => urcs.push(text))
  await until(() => urcs.length === 1, 'the boot line')
  await modem.close()
  await new Promise((resolve) => server.close(resolve))
})

describe('Web Serial', () => {
  test('a stream that breaks is followed by the next one; a device that is gone closes the port', async () => {
    const events: string[] = []
    const streams = ['a', 'b'].map((text) => streamOf(text, new Error('FramingError')))
    const serial: WebSerial = {
      get readable() {
        return streams[0] ?? null
      },
      writable: null,
      open: async () => {},
      close: async () => {},
    }
    const port = await webSerialPort(serial)
    port.start({
      data: (bytes) => events.push(textOf(bytes)),
      presence: (present, reason) => events.push(present ? 'there' : `gone: ${reason?.message}`),
    })
    await until(() => events.length === 4, 'gone')
    expect(events).toEqual(['there', 'a', 'b', 'gone: FramingError'])
    port.write(new Uint8Array(1))
    expect(port.backlog()).toBe(0)

    function streamOf(text: string, error: Error) {
      let given = false
      return {
        getReader: () => ({
          read: async () => {
            if (given) {
              streams.shift()
              throw error
            }
            given = true
            return { done: false, value: new TextEncoder().encode(text) }
          },
          cancel: async () => {},
          releaseLock: () => {},
        }),
      }
    }
  })

  test('another speed opens the port anew, without an event closed', async () => {
    const { moduleEnd, host } = hostedLine()
    const module = moduleOn(moduleEnd)
    const serial = webSerialOn(host)
    const port = await webSerialPort(serial)
    const modem = new Modem({ port, clock: systemClock })
    await modem.command('AT')
    await port.setBaud!(921_600)
    expect(serial.opened).toEqual([115_200, 921_600])
    await modem.command('AT')
    expect(modem.chat.closed).toBe(false)
    await modem.close()
    await module.close()
  })
})
