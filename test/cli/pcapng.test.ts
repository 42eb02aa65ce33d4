import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { openCapture } from '../../src/recording/capture-file.ts'
import { endAll, run, startModule } from '../support/cli.ts'
import { dissect, tsharkMissing } from '../support/programs/tshark.ts'

const folder = mkdtempSync(join(tmpdir(), 'atmqtt-pcapng-'))
afterEach(endAll)
afterAll(() => rmSync(folder, { recursive: true }))

/** Logs in, publishes 3,000 bytes, disconnects; ends when that is done. */
const session = `
  const [host, port] = process.env.ATMQTT_TCP.split(':')
  const broker = process.env.ATMQTT_BROKER.replace('mqtt', 'tcp')
  const steps = [
    ['AT+CMQTTSTART\\r', 'START: 0'],
    ['AT+CMQTTACCQ=0,"me"\\r', 'OK'],
    ['AT+CMQTTCONNECT=0,"' + broker + '",60,1,"user","s3cret"\\r', 'CONNECT: 0,0'],
    ['AT+CMQTTTOPIC=0,3\\r', '>'],
    ['a/b', 'OK'],
    ['AT+CMQTTPAYLOAD=0,3000\\r', '>'],
    ['x'.repeat(3000), 'OK'],
    ['AT+CMQTTPUB=0,1,60\\r', 'PUB: 0,0'],
    ['AT+CMQTTDISC=0,60\\r', 'DISC: 0,0'],
  ]
  let got = ''
  const socket = require('net').connect(port, host, () => socket.write(steps[0][0]))
  socket.on('data', (bytes) => {
    got += bytes
    if (!got.includes(steps[0][1])) return
    got = ''
    steps.shift()
    steps.length > 0 ? socket.write(steps[0][0]) : process.exit(0)
  })`

describe.skipIf(tsharkMissing)('a capture, read by tshark', () => {
  test('MQTT over TCP, AT lines as USER0, no secret', async () => {
    const file = join(folder, 'module.pcapng')
    const free = ['--tcp', '127.0.0.1:0', '--broker', '127.0.0.1:0', '--no-broker-tls', '--no-pty', '--pcapng', file]
    const { code: exit, err } = await run(['module', ...free, '--', process.execPath, '-e', session])
    expect([exit, err.includes('Error')]).toEqual([0, false])
    expect(readFileSync(file).includes('s3cret')).toBe(false)

    const types = dissect(file, 'mqtt', ['mqtt.msgtype']).flatMap(([type]) => type!.split(','))
    expect(types).toEqual(['1', '2', '3', '4', '14'])
    expect(dissect(file, 'mqtt.msgtype == 1', ['mqtt.clientid', 'mqtt.username', 'mqtt.passwd'])).toEqual([
      ['me', 'user', '******'],
    ])
    expect(dissect(file, 'mqtt.msgtype == 3', ['mqtt.topic', 'mqtt.msg'])).toEqual([['a/b', '78'.repeat(3000)]])
    expect(dissect(file, 'tcp.flags.syn == 1 or tcp.flags.fin == 1', ['tcp.flags.str'])).toHaveLength(4)
    expect(dissect(file, 'tcp.checksum.status != 1 or ip.checksum.status != 1', ['frame.number'])).toEqual([])
    expect(dissect(file, '_ws.expert.severity >= 0x600000', ['_ws.expert.message'])).toEqual([])

    const at = dissect(file, 'frame.encap_type == 45', ['frame.interface_name', 'data.data'])
    const text = at.map(([, hex]) => Buffer.from(hex!, 'hex').toString('latin1')).join('')
    expect(new Set(at.map(([name]) => name))).toEqual(new Set([expect.stringMatching(/^at tcp 127/)]))
    expect(text).toContain('AT+CMQTTSTART\rAT+CMQTTSTART\r\r\nOK\r\n')
    expect(text).toContain('"user",***\r')
  })

  test('a burst of 100,000 messages in one piece, on the line and from the server', () => {
    const file = join(folder, 'burst.pcapng')
    const capture = openCapture({ path: file, application: 'test', epochMs: 0, onFailure: expect.unreachable })
    const [messages, payload] = [100_000, 'x'.repeat(20)]
    const urcs = Buffer.from(`+CMQTTRXPAYLOAD: 0,20\r\n${payload}\r\n`.repeat(messages))
    const packet = Buffer.concat([Buffer.of(0x30, 25, 0, 3), Buffer.from(`a/b${payload}`)])
    capture.line('tcp', 'out', urcs, 1)
    capture.mqtt(1, 'in', Buffer.concat(Array.from({ length: messages }, () => packet)), 1)
    capture.line('tcp', 'in', Buffer.alloc(262_144), 2)
    capture.close()

    const at = dissect(file, 'frame.encap_type == 45', ['frame.len']).map(([length]) => Number(length))
    expect(Math.max(...at)).toBe(262_144)
    expect(at.reduce((sum, length) => sum + length, 0)).toBe(urcs.length + 262_144)
    expect(at).toHaveLength(Math.ceil(urcs.length / 262_144) + 1)
    const types = dissect(file, 'mqtt', ['mqtt.msgtype']).flatMap(([type]) => type!.split(','))
    expect([types.length, new Set(types)]).toEqual([messages, new Set(['3'])])
  }, 60_000)

  test('a recording has AT lines alone', async () => {
    const module = await startModule()
    const [file, to] = [join(folder, 'recording.pcapng'), join(folder, 'recording.at')]
    const code = `const [host, port] = process.env.ATMQTT_TCP.split(':');
      const socket = require('net').connect(port, host, () => socket.write('AT+CGSN\\r'));
      socket.on('data', (bytes) => /OK/.test(bytes) && process.exit(0))`
    const lines = ['--tcp', module.ready.tcp!, '--tcp-listen', '127.0.0.1:0', '--to', to, '--pcapng', file]
    expect((await run(['record', ...lines, '--', process.execPath, '-e', code])).code).toBe(0)
    const rows = dissect(file, 'frame', ['frame.encap_type', 'data.data'])
    expect(new Set(rows.map(([type]) => type))).toEqual(new Set(['45']))
    const texts = rows.map(([, hex]) => Buffer.from(hex!, 'hex').toString('latin1'))
    expect(texts).toEqual(['AT+CGSN\r', 'AT+CGSN\r', '\r\n', '***************\r\n', '\r\n', 'OK\r\n'])
  })
})
