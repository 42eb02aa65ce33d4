import { describe, expect, test } from 'vitest'
import { bytesOf } from '../../src/at/public.ts'
import { Modem } from '../../src/driver/commands/modem.ts'
import type { Request } from '../../src/driver/protocol/answer.ts'
import { Chat } from '../../src/driver/protocol/chat.ts'
import { ChatBusyError } from '../../src/driver/protocol/errors.ts'
import { virtualClock } from '../../src/io/runtime/clock-virtual.ts'
import { drivenModule } from '../support/driver/driven-module.ts'
import { replies, ScriptedPort } from '../support/driver/scripted-port.ts'
import { inVirtualTime } from '../support/virtual-time.ts'

const plain = (line: string, name: string): Request => ({ line, name, information: 'named', finalMs: 1000 })

describe('the chat alone', () => {
  test('a command that is given while another one is running is refused and not sent', async () => {
    const port = new ScriptedPort(replies({ 'AT+CSQ': '+CSQ: 1,0', 'AT+CGMR': '+CGMR: x' }))
    const chat = new Chat({ port, clock: virtualClock() })
    const first = chat.exchange(plain('AT+CSQ', '+CSQ'))
    const second = await chat.exchange(plain('AT+CGMR="4711"', '+CGMR')).catch((error: unknown) => error)
    expect(second).toBeInstanceOf(ChatBusyError)
    expect(second).toMatchObject({
      code: 'busy',
      message: 'AT+CGMR was not sent: AT+CSQ is running. Wait for its answer, or use Modem, which queues commands.',
    })
    expect(await first).toEqual({ kind: 'ok', lines: ['+CSQ: 1,0'] })
    expect(port.sent).toEqual(['AT+CSQ\r'])
    expect(await chat.exchange(plain('AT+CGMR', '+CGMR'))).toEqual({ kind: 'ok', lines: ['+CGMR: x'] })
  })

  test('commands that are given to a modem at once are sent one after the other, in the order given', async () => {
    const port = new ScriptedPort(replies({ 'AT+CSQ': '+CSQ: 1,0', 'AT+CGMR': '+CGMR: x' }))
    const modem = new Modem({ port, clock: virtualClock() })
    const answers = await Promise.all([modem.command('AT+CSQ'), modem.command('AT+CGMR')])
    expect(answers).toEqual([['+CSQ: 1,0'], ['+CGMR: x']])
    expect(port.sent).toEqual(['AT+CSQ\r', 'AT+CGMR\r'])
  })

  test('a command that gets no answer ends at its limit, and the next one is sent', async () => {
    const clock = virtualClock()
    const port = new ScriptedPort(replies({ 'AT+A': 'nothing', 'AT+B': '' }))
    const chat = new Chat({ port, clock })
    const silent = await inVirtualTime(clock, chat.exchange(plain('AT+A', '+A')))
    expect(silent).toEqual({ kind: 'silent', awaited: 'final' })
    expect(await inVirtualTime(clock, chat.exchange(plain('AT+B', '+B')))).toEqual({ kind: 'ok', lines: [] })
    expect(clock.pending()).toBe(0)
  })

  test('a listener that throws does not keep other events from being emitted', async () => {
    const port = new ScriptedPort(replies({}))
    const chat = new Chat({ port, clock: virtualClock() })
    const urcs: string[] = []
    chat.on('urc', (text) => {
      urcs.push(text)
      throw new Error('of the listener')
    })
    const answer = chat.exchange(plain('AT+A', '+A'))
    expect(() => port.say('\r\nRING\r\n\r\nPB DONE\r\n')).toThrow('of the listener')
    expect(urcs).toEqual(['RING', 'PB DONE'])
    expect(await answer).toMatchObject({ kind: 'ok' })
  })

  test('a port that goes, or fails to write, ends everything', async () => {
    const port = new ScriptedPort()
    const chat = new Chat({ port, clock: virtualClock() })
    const errors: unknown[] = []
    chat.on('closed', (error) => errors.push(error?.message))
    const running = chat.exchange(plain('AT+A', '+A'))
    port.unplug()
    expect(await running).toEqual({ kind: 'closed' })
    expect([errors, chat.closed]).toEqual([['unplugged'], true])
    expect(await chat.exchange(plain('AT+C', '+C'))).toEqual({ kind: 'unsent' })
    const broken = new ScriptedPort(() => {
      throw new Error('EIO')
    })
    expect(await new Chat({ port: broken, clock: virtualClock() }).exchange(plain('AT', ''))).toEqual({
      kind: 'closed',
    })
  })

  test('long data go in pieces, each when the port wants more', async () => {
    const port = new ScriptedPort((text) => (text.startsWith('AT') ? '\r\n>\r\n' : ''))
    const write = port.write.bind(port)
    port.write = (bytes) => {
      write(bytes)
      if (bytes.length === 1024) port.held = 1024
    }
    const chat = new Chat({ port, clock: virtualClock() })
    void chat.exchange({ ...plain('AT+CMQTTPAYLOAD=0,3000', '+CMQTTPAYLOAD'), data: bytesOf('x'.repeat(3000)) })
    const turns = async () => {
      for (let i = 0; i < 20; i++) await Promise.resolve()
    }
    await turns()
    void chat.sendRaw(bytesOf('\r'))
    await turns()
    expect(port.sent.map(({ length }) => length)).toEqual([23, 1024])
    port.take()
    await turns()
    port.take()
    await turns()
    expect(port.sent.map(({ length }) => length)).toEqual([23, 1024, 1024, 952, 1])
  })
})

test('a port that takes no bytes is given up, and everything settles', async () => {
  const clock = virtualClock()
  const port = new ScriptedPort()
  port.held = 1
  const modem = new Modem({ port, clock })
  const errors: unknown[] = []
  modem.chat.on('closed', (error) => errors.push(error?.message))
  const commands = ['AT+A', 'AT+B', 'AT+C', 'AT+D', 'AT+E'].map((line) =>
    modem.command(line).catch((error: Error) => error.name),
  )
  expect(await inVirtualTime(clock, Promise.all(commands))).toEqual([
    'UnknownOutcomeError',
    'OnlineError',
    'OnlineError',
    'PortClosedError',
    'PortClosedError',
  ])
  expect(errors).toEqual(['the port takes no bytes: check flow control and cable'])
  expect(port.closed).toBe(true)
  expect(clock.now()).toBeLessThan(61_000)
  expect(clock.pending()).toBe(0)
})

test('echo that is switched at any moment: between commands, before a prompt, behind one', async () => {
  const clock = virtualClock()
  const { modem, close } = drivenModule({ clock, cut: (bytes) => Array.from(bytes, (byte) => Uint8Array.of(byte)) })
  await modem.mqtt.start()
  await modem.mqtt.acquire({ clientIndex: 0, clientId: 'c' })
  const data = '\r\nOK\r\n\r\n+CMQTTTOPIC: 0,12\r\n\r\nERROR\r\n>'
  for (const echo of [0, 1, 1, 0, 0, 1] as const) {
    await modem.general.echo({ echo })
    await modem.mqtt.payload({ clientIndex: 0 }, data)
    expect(modem.chat.echo).toBe(echo ? 'on' : 'off')
    await modem.mqtt.willMessage({ clientIndex: 0, qos: 0 }, `\r\n${data}`)
    expect(await modem.mqtt.acquire.read()).toEqual(['+CMQTTACCQ: 0,"c",0', '+CMQTTACCQ: 1,"",0'])
  }
  await close()
})

test('a trace shows every line, prompt and piece of data in order, secrets left out', async () => {
  const port = new ScriptedPort((text) => (text.includes('CCERTDOWN') ? `${text}\r\n>\r\n` : `${text}\r\nOK\r\n`))
  const trace: string[] = []
  const modem = new Modem({ port, clock: virtualClock(), trace: (line) => trace.push(line) })
  await modem.command('AT+CPIN="4711"')
  await modem.command('AT+CGAUTH=1,1,"pass","user"').catch(() => {})
  await modem.tls.certificateDown({ name: 'key.pem' }, 'KEY\r\nKEY')
  await modem.chat.sendRaw(new Uint8Array(20).fill(13))
  expect(trace).toEqual([
    ...['> AT+CPIN=***\\r', '< AT+CPIN=***\\r\\n', '< OK\\r\\n'],
    ...['> AT+CGAUTH=1,1,***\\r', '< AT+CGAUTH=1,1,***\\r\\n', '< OK\\r\\n'],
    ...['> AT+CCERTDOWN="key.pem",8\\r', '< AT+CCERTDOWN="key.pem",8\\r\\n', '< >', '> ***', '< OK\\r\\n'],
    `> ${'\\r'.repeat(16)}… (20 bytes)`,
    '< OK\\r\\n',
  ])
})

test.each([
  ['a message', (key: string) => `+CMQTTRXPAYLOAD: 0,${key.length}\r\n${key}`],
  [
    'a message in parts',
    (key: string) =>
      `+CMQTTRXPAYLOAD: 0,90\r\n${key.slice(0, 90)}\r\n+CMQTTRXPAYLOAD: 0,${key.length - 90}\r\n${key.slice(90)}`,
  ],
  ['a message of a wrong length', (key: string) => `+CMQTTRXPAYLOAD: 0,20\r\n${key}`],
  ['a line', (key: string) => `+CMQTTRECV: 0,"t",${key.length},"${key}"`],
  ['lines of no message', (key: string) => key.replaceAll('\n', '\r\n')],
])('a private key that a module sends is not in a trace: as %s', (_, said) => {
  const lines = ['geheim', 'heimge', 'imgehe', 'mgehei'].map((word) => `${word.repeat(10)}\n`).join('')
  const key = `-----BEGIN PRIVATE KEY-----\n${lines}-----END PRIVATE KEY-----\n`
  const message = `\r\n+CMQTTRXSTART: 0,1,${key.length}\r\n+CMQTTRXTOPIC: 0,1\r\nt\r\n${said(key)}\r\n+CMQTTRXEND: 0\r\n`
  for (const size of [1, 50, message.length]) {
    const port = new ScriptedPort(replies({}))
    const trace: string[] = []
    new Chat({ port, clock: virtualClock(), trace: (line) => trace.push(line) })
    for (let at = 0; at < message.length; at += size) port.say(message.slice(at, at + size))
    port.say('\r\nPB DONE\r\n')
    expect(trace.join('\n')).toMatch(/BEGIN PRIVATE KEY[\s\S]*PB DONE|PRIVATE K[\s\S]*PB DONE/)
    expect(trace.join('\n')).not.toMatch(/geh|heim/)
  }
})

test('a module that restarts leaves results open: they end when the caller gives them up', async () => {
  const clock = virtualClock()
  const port = new ScriptedPort(replies({}))
  const chat = new Chat({ port, clock })
  const sub: Request = {
    ...plain('AT+CMQTTSUB=0', '+CMQTTSUB'),
    result: { clientIndex: 0, deferred: true },
    resultMs: 1e6,
  }
  const answer = await chat.exchange(sub)
  port.say('\r\nQCRDY\r\n')
  chat.abandon()
  expect(answer.kind === 'ok' && (await answer.result)).toEqual({ kind: 'abandoned' })
  expect(clock.pending()).toBe(0)
})
