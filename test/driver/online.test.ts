import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bytesOf, type Profile, profiles } from '../../src/at/public.ts'
import { type EmbeddedBroker, startBroker } from '../../src/broker/embedded-broker.ts'
import { RefusedError, UnknownOutcomeError } from '../../src/driver/commands/errors.ts'
import { Modem } from '../../src/driver/commands/modem.ts'
import { OnlineError } from '../../src/driver/protocol/errors.ts'
import { bringIntoStep, bringOnline, type OnlineOptions } from '../../src/driver/setup/bring-online.ts'
import { nodeClock } from '../../src/io/runtime/clock-node.ts'
import { virtualClock } from '../../src/io/runtime/clock-virtual.ts'
import { drivenModule } from '../support/driver/driven-module.ts'
import { replies, ScriptedPort } from '../support/driver/scripted-port.ts'
import { inVirtualTime } from '../support/virtual-time.ts'

const ready = { 'AT+CPIN?': '+CPIN: READY', 'AT+CEREG?': '+CEREG: 0,1', 'AT+CSQ': '+CSQ: 20,0' }
const atHome = { stat: 1, roaming: false }

/** Brings a module of fixed replies online. */
async function online(table: Parameters<typeof replies>[0], options: OnlineOptions = {}) {
  const clock = virtualClock()
  const port = new ScriptedPort(replies({ ...ready, ...table }))
  const modem = new Modem({ port, clock })
  const result = await inVirtualTime(clock, bringOnline(modem, clock, options)).catch((error: unknown) => error)
  return { result, port, sent: port.sent.map((text) => text.replace(/\r$/, '')), seconds: clock.now() / 1000 }
}

test('a module that is ready: synchronised, echo off, numbers for errors, registered', async () => {
  const { result, sent, seconds } = await online({})
  expect(result).toEqual({ line: { filledPrompt: false }, registration: atHome })
  expect(sent).toEqual(['AT+CMEE?', 'ATE0', 'AT+CMEE=1', 'AT+CPIN?', 'AT+CEREG?'])
  expect(seconds).toBeLessThan(1)
})

test('registration is waited for; roaming is told', async () => {
  const searching = Array.from({ length: 60 }, () => '+CEREG: 0,2')
  const { result, seconds } = await online({
    'AT+CEREG?': [...searching, '+CEREG: 0,5'],
    'AT+CGREG?': 'ERROR',
    'AT+CREG?': '+CREG: 0,6',
  })
  expect(result).toMatchObject({ registration: { stat: 5, roaming: true } })
  expect(seconds).toBeGreaterThan(59)
  expect(seconds).toBeLessThan(70)
})

describe('each failure is a sentence', () => {
  const searching = { 'AT+CEREG?': '+CEREG: 0,2', 'AT+CGREG?': 'ERROR', 'AT+CREG?': '+CREG: 0,2' }
  test.each<[string, Parameters<typeof replies>[0], OnlineOptions, string, RegExp]>([
    ['no SIM', { 'AT+CPIN?': '+CME ERROR: 10' }, {}, 'noSim', /no SIM in the module: insert one/],
    ['no SIM, in words', { 'AT+CPIN?': '+CPIN: NOT INSERTED' }, {}, 'noSim', /no SIM/],
    ['PIN wanted', { 'AT+CPIN?': '+CPIN: SIM PIN' }, {}, 'pinWanted', /give it as the option pin/],
    ['PUK wanted', { 'AT+CPIN?': '+CPIN: SIM PUK' }, { pin: '1234' }, 'pukWanted', /wants its PUK/],
    ['SIM failure', { 'AT+CPIN?': '+CME ERROR: 13' }, {}, 'simFailure', /can not be read/],
    ['denied', { ...searching, 'AT+CEREG?': '+CEREG: 0,3' }, {}, 'denied', /denies registration/],
    [
      'no signal',
      { ...searching, 'AT+CSQ': '+CSQ: 99,99' },
      {},
      'noSignal',
      /no signal after 180 s: check the antenna/,
    ],
    [
      'not registered',
      searching,
      { networkTimeout: 20 },
      'notRegistered',
      /\(-73 dBm\) but is not registered after 20 s/,
    ],
    ['APN', { 'AT+CGDCONT=1,"IP","x y"': 'ERROR' }, { apn: 'x y' }, 'apnRefused', /refuses the APN "x y"/],
    ['APN login', { 'AT+CGAUTH=1,1,"p","u"': 'ERROR' }, { apnUser: 'u', apnPassword: 'p' }, 'apnRefused', /login/],
    ['silence', { 'AT+CMEE?': 'nothing' }, {}, 'noAnswer', /Nothing answers AT on the port: check .* ModemManager/],
  ])('%s', async (_, table, options, code, sentence) => {
    const { result } = await online(table, options)
    expect(result).toBeInstanceOf(OnlineError)
    expect(result).toMatchObject({ code, message: expect.stringMatching(sentence) })
    expect((result as Error).message).toMatch(/^[A-Z][^\n]*\.$/)
  })
})

describe('the PIN', () => {
  test('is given once, and the SIM is waited for', async () => {
    const { result, sent } = await online(
      { 'AT+CPIN?': ['+CPIN: SIM PIN', '+CME ERROR: 14', '+CPIN: READY'], 'AT+SPIC': '+SPIC: 3,10,0,10' },
      { pin: '1234' },
    )
    expect(result).toMatchObject({ registration: atHome })
    expect(sent.filter((line) => line.includes('CPIN='))).toEqual(['AT+CPIN="1234"'])
  })

  test('a wrong one is an error, is not tried twice, and is in no message', async () => {
    const { result, sent } = await online(
      { 'AT+CPIN?': '+CPIN: SIM PIN', 'AT+CPIN="4711"': '+CME ERROR: 16', 'AT+SPIC': '+SPIC: 3,10,0,10' },
      { pin: '4711' },
    )
    expect(result).toMatchObject({
      code: 'pinWrong',
      message: expect.stringMatching(/^The PIN is wrong: it is not tried again/),
    })
    expect(String(result)).not.toContain('4711')
    expect(sent.filter((line) => line.includes('CPIN='))).toHaveLength(1)
  })

  test.each([
    [
      'a try is missing, so an earlier run gave a wrong one',
      '4711',
      '+SPIC: 2,10,0,10',
      /2 tries left, so this PIN was not tried/,
    ],
    ['it is none', '12x4', '+SPIC: 3,10,0,10', /4 to 8 digits/],
  ])('is not tried when %s', async (_, pin, tries, sentence) => {
    const { result, sent } = await online({ 'AT+CPIN?': '+CPIN: SIM PIN', 'AT+SPIC': tries }, { pin })
    expect(result).toMatchObject({ code: 'pinWrong', message: expect.stringMatching(sentence) })
    expect(sent.filter((line) => line.includes('CPIN='))).toEqual([])
  })
})

test('a PIN that was refused is not tried again, where a firmware does not tell the tries left', async () => {
  const table = { 'AT+CPIN?': '+CPIN: SIM PIN', 'AT+CPIN="0815"': '+CME ERROR: 16', 'AT+SPIC': 'ERROR' }
  const entered = ({ sent }: { sent: readonly string[] }) => sent.filter((line) => line.includes('CPIN='))
  const refusedPins = new Set<string>()
  expect(entered(await online(table, { pin: '0815', refusedPins }))).toHaveLength(1)
  const again = await online(table, { pin: '0815', refusedPins })
  expect(again.result).toMatchObject({ code: 'pinWrong', message: expect.stringMatching(/refused this PIN before/) })
  expect(entered(again)).toEqual([])
  expect(entered(await online(table, { pin: '0816', refusedPins }))).toHaveLength(1)
})

describe('the APN', () => {
  test('is set with its login, and the module attaches anew', async () => {
    const { sent } = await online(
      { 'AT+CGDCONT?': '+CGDCONT: 1,"IP","other","",,' },
      { apn: 'internet', apnUser: 'u', apnPassword: 'p' },
    )
    expect(sent.slice(4, -1)).toEqual([
      'AT+CGDCONT?',
      'AT+CGDCONT=1,"IP","internet"',
      'AT+CGAUTH=1,1,"p","u"',
      'AT+CGATT=0',
      'AT+CGATT=1',
    ])
  })

  test('is left alone when it is set already', async () => {
    const { sent } = await online({ 'AT+CGDCONT?': '+CGDCONT: 1,"IP","internet","10.0.0.1",,' }, { apn: 'internet' })
    expect(sent.slice(4, -1)).toEqual(['AT+CGDCONT?'])
  })

  test.each(['a"b', 'a\rAT+CRESET', 'a\0'])('%j is refused and nothing of it sent', async (apn) => {
    for (const options of [{ apn }, { apnUser: apn }, { apnUser: 'u', apnPassword: apn }]) {
      const { result, sent } = await online({ 'AT+CGDCONT?': '' }, options)
      expect(result).toMatchObject({ code: 'apnRefused' })
      expect(sent.join()).not.toContain(apn)
    }
  })
})

test('speeds are tried until one answers', async () => {
  const clock = virtualClock()
  const port = new ScriptedPort()
  const answer = replies(ready)
  port.answer = (text) => (port.bauds.at(-1) === 921_600 ? answer(text) : '')
  const modem = new Modem({ port, clock })
  const { line } = await inVirtualTime(clock, bringOnline(modem, clock, { bauds: [115_200, 460_800, 921_600] }))
  expect(line).toEqual({ baud: 921_600, filledPrompt: false })
  expect(port.bauds).toEqual([115_200, 460_800, 921_600])
})

test('no late line of an earlier command is left when the line is synchronised', async () => {
  const clock = virtualClock()
  const port = new ScriptedPort(() => '')
  const undo = ['AT+CMQTTDISC?\r', 'AT+CCERTLIST\r']
  const modem = new Modem({ port, clock })
  const late = modem.command('AT+COPS=?')
  await expect(inVirtualTime(clock, late)).rejects.toThrow(UnknownOutcomeError)
  const answer = replies({ ...ready, 'AT+CSQ': '+CSQ: 7,0' })
  port.answer = (text) => (port.sent.length === 2 ? `\r\n+COPS: ,,(0,1)\r\n\r\nOK\r\n${answer(text)}` : answer(text))
  expect(await inVirtualTime(clock, modem.command('AT+CSQ'))).toEqual(['+CSQ: 7,0'])
  expect(port.sent).toEqual(['AT+COPS=?\r', 'AT+CMEE?\r', 'AT+CMEE?\r', ...undo, 'AT+CSQ\r'])
})

test('an unplugged port ends bringing online at once', async () => {
  const clock = virtualClock()
  const port = new ScriptedPort(replies({ ...ready, 'AT+CEREG?': '+CEREG: 0,2' }))
  const modem = new Modem({ port, clock })
  const result = bringOnline(modem, clock)
  clock.after(10_000, () => port.unplug())
  await expect(inVirtualTime(clock, result)).rejects.toMatchObject({ name: 'PortClosedError' })
  expect(clock.now()).toBeLessThan(12_000)
})

const everyProfile = Object.values(profiles).map((profile): [string, Profile] => [profile.name, profile])

test.each(everyProfile)('%s comes online, whatever it says while it starts', async (_, profile) => {
  const clock = virtualClock()
  const { module, modem, close } = drivenModule({ profile, clock })
  const urcs: string[] = []
  modem.chat.on('urc', (text) => urcs.push(text))
  const result = bringOnline(modem, clock, { apn: 'internet' })
  const bootLines = profile.boot.map(({ text }) => text)
  for (const line of bootLines) module.urc(line)
  expect(await inVirtualTime(clock, result)).toEqual({ line: { filledPrompt: false }, registration: atHome })
  expect(urcs).toEqual(bootLines)
  expect(await modem.general.errorReports.read()).toEqual(['+CMEE: 1'])
  await close()
})

describe.each(everyProfile)('%s with a SIM that wants its PIN', (_, profile) => {
  async function locked() {
    const clock = virtualClock()
    const driven = drivenModule({ profile, clock })
    const within = <T>(promise: Promise<T>) => inVirtualTime(clock, promise)
    await within(driven.modem.command('AT+CLCK="SC",1,"1234"'))
    await within(driven.modem.command('AT+CRESET'))
    await within(new Promise((resolve) => clock.after(30_000, () => resolve(undefined))))
    return { ...driven, clock, within }
  }

  test('comes online with PIN, APN and its login, none of them in the trace', async () => {
    const { modem, trace, clock, within, close } = await locked()
    const options = { pin: '1234', apn: 'internet', apnUser: 'user-91', apnPassword: 'pass-92' }
    expect(await within(bringOnline(modem, clock, options))).toMatchObject({ registration: atHome })
    if (profile.general.showsLogin)
      expect(await within(modem.command('AT+CGAUTH?'))).toContain('+CGAUTH: 1,1,"user-91","pass-92"')
    expect(trace.join('\n')).toContain('> AT+CPIN=***')
    expect(trace.join('\n')).not.toMatch(/1234|user-91|pass-92/)
    await close()
  })

  test('a wrong one is tried once: a later run sees it from the tries left', async () => {
    const { modem, clock, within, close, sent } = await locked()
    for (const sentence of [/^The PIN is wrong/, /2 tries left, so this PIN was not tried/])
      await expect(within(bringOnline(modem, clock, { pin: '9876' }))).rejects.toThrow(sentence)
    expect(sent().match(/AT\+CPIN="9876"/g)).toHaveLength(1)
    await close()
  })
})

describe.each(everyProfile)('a prompt that a killed host left open, %s', (_, profile) => {
  const longest = profile.mqtt.maxPayloadBytes
  test.each([
    ['a topic', 'AT+CMQTTTOPIC=0,9', ''],
    ['the longest topic, half typed', 'AT+CMQTTTOPIC=0,1024', 'x'.repeat(500)],
    ['the longest payload', `AT+CMQTTPAYLOAD=0,${longest}`, 'x'],
    ['a payload that lacks one byte', 'AT+CMQTTPAYLOAD=0,5', 'abcd'],
    ['a will', 'AT+CMQTTWILLMSG=0,100,1', 'abcd'],
    ['a file of the store', 'AT+CCERTDOWN="ca.pem",10240', '-----BEGIN'],
  ])('%s', async (_name, command, typed) => {
    const clock = virtualClock()
    const driven = drivenModule({ profile, clock })
    const { modem, end } = driven
    end.write(bytesOf('AT+CMQTTSTART\rAT+CMQTTACCQ=0,"dead"\r'))
    end.write(bytesOf(`${command}\r`))
    end.write(bytesOf(typed))
    const result = await inVirtualTime(clock, bringIntoStep(modem, clock))
    // TOPIC and PAYLOAD need a connection on the older family: no prompt was open.
    const open = profile.mqtt.stagingNeeds === 'client' || !/TOPIC=|PAYLOAD=/.test(command) || command.includes('WILL')
    expect(result.line).toEqual({ filledPrompt: open })
    expect(modem.staged(0)).toBe('dirty')
    expect(await inVirtualTime(clock, modem.signal())).toMatchObject({ rssi: 23 })
    await driven.close()
  })
})

describe('a prompt of SUB', () => {
  let broker: EmbeddedBroker
  beforeAll(async () => {
    broker = await startBroker({ host: '127.0.0.1', port: 0 })
  })
  afterAll(() => broker.close())

  test.each([
    ['one byte is missing: the filter is subscribed to, and undone', 5, ['halfA']],
    ['more are missing: the question makes it a filter that is refused', 20, []],
  ])('%s', async (_, length, unsubscribed) => {
    const driven = drivenModule()
    const { modem } = driven
    await modem.mqtt.start()
    await modem.mqtt.acquire({ clientIndex: 0, clientId: `stuck${length}` })
    const serverAddress = `tcp://127.0.0.1:${broker.port}`
    await modem.mqtt.connect({ clientIndex: 0, serverAddress, keepaliveTime: 60, cleanSession: 1 })
    await modem.mqtt.subscribe({ clientIndex: 0, qos: 0 }, 'wanted')
    driven.end.write(bytesOf(`AT+CMQTTSUB=0,${length},1\r`))
    driven.end.write(bytesOf('half'))
    const keepsFilter = (filter: string) => filter === 'wanted'
    const { line, promptCleanup } = await bringIntoStep(modem, nodeClock, { keepsFilter })
    expect(line.filledPrompt).toBe(true)
    expect(promptCleanup?.unsubscribed).toEqual(unsubscribed)
    expect(await modem.mqtt.subscribe.read()).toEqual(['+CMQTTSUB:', 'wanted'])
    await driven.close()
  })
})

test('a filter that holds the filling is unsubscribed from by every client that is connected', async () => {
  const clock = virtualClock()
  const port = new ScriptedPort()
  const answer = replies({
    'AT+CMEE?': ['', '+CMEE: 1'],
    'AT+CMQTTDISC?': '+CMQTTDISC: 0,0\r\n+CMQTTDISC: 1,1',
    'AT+CMQTTSUB?': '+CMQTTSUB:\r\nwanted\r\nha\xffAT\r\r\r',
  })
  port.answer = (text) => {
    if (text.startsWith('AT+CMQTTUNSUB')) return '\r\n>\r\n'
    return text.startsWith('ha') ? '\r\nOK\r\n\r\n+CMQTTUNSUB: 0,0\r\n' : answer(text)
  }
  const modem = new Modem({ port, clock })
  const { promptCleanup } = await inVirtualTime(clock, bringIntoStep(modem, clock))
  expect(promptCleanup?.unsubscribed).toEqual(['ha\xffAT\r\r\r'])
  expect(port.sent.filter((text) => /UNSUB|^ha/.test(text))).toEqual(['AT+CMQTTUNSUB=0,8,0\r', 'ha\xffAT\r\r\r'])
})

test('own files of the store are deleted behind a filled prompt, the others are named', async () => {
  const clock = virtualClock()
  const port = new ScriptedPort()
  let open = 100
  const answer = replies({
    'AT+CCERTLIST': '+CCERTLIST: "own-1.pem"\r\n+CCERTLIST: "theirs.pem"',
    'AT+CMQTTDISC?': 'ERROR',
  })
  port.answer = (text) => {
    if (open <= 0) return answer(text)
    open -= text.length
    return open <= 0 ? '\r\nOK\r\n' : ''
  }
  const modem = new Modem({ port, clock })
  const ownsCertificate = (name: string) => name.startsWith('own-')
  const { promptCleanup } = await inVirtualTime(clock, bringIntoStep(modem, clock, { ownsCertificate }))
  expect(promptCleanup).toEqual({ unsubscribed: [], deleted: ['own-1.pem'], suspect: ['theirs.pem'] })
  expect(port.sent.at(-1)).toBe('AT+CCERTDELE="own-1.pem"\r')
})

test('a prompt of its own that is lost: the command ends, the line comes into step, the next one works', async () => {
  const clock = virtualClock()
  const port = new ScriptedPort()
  const answer = replies({ 'AT+CMQTTDISC?': 'ERROR', 'AT+CCERTLIST': '' })
  let open = 0
  port.answer = (text) => {
    if (text.startsWith('AT+CMQTTTOPIC')) {
      open = 40
      return ''
    }
    if (open <= 0) return answer(text)
    open -= text.length
    return open <= 0 ? '\r\nOK\r\n' : ''
  }
  const modem = new Modem({ port, clock })
  const lost = modem.mqtt.topic({ clientIndex: 0 }, 'x'.repeat(40))
  await expect(inVirtualTime(clock, lost)).rejects.toMatchObject({ missing: 'prompt' })
  expect(await inVirtualTime(clock, modem.command('AT+CGMM'))).toEqual([])
  expect(port.sent.join('')).not.toContain('x')
  await expect(inVirtualTime(clock, modem.mqtt.start())).rejects.toThrow(UnknownOutcomeError)
  port.answer = replies({ 'AT+CMQTTSTOP': 'ERROR' })
  await expect(inVirtualTime(clock, modem.mqtt.stop())).rejects.toThrow(RefusedError)
})
