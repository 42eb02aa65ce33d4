import { describe, expect, test } from 'vitest'
import { bytesOf, profiles } from '../../src/at/public.ts'
import { Device, MqttClient, openDevice } from '../../src/driver/node.ts'
import { virtualClock } from '../../src/io/runtime/clock-virtual.ts'
import { seededRandom } from '../../src/io/runtime/random.ts'
import { hostedLine } from '../../src/io/testing/memory-host.ts'
import { heardOf } from '../support/driver/client-module.ts'
import { ClientRig } from '../support/driver/client-rig.ts'
import { replies, ScriptedPort } from '../support/driver/scripted-port.ts'
import { until } from '../support/until.ts'
import { inVirtualTime } from '../support/virtual-time.ts'

const again = ['offline', 'close', 'reconnect', 'connect']

/** A client that has subscribed to `down`. */
async function connected(rig: ClientRig, options: Parameters<ClientRig['connect']>[0] = {}) {
  const client = rig.connect(options)
  const heard = heardOf(client)
  await rig.until(client.subscribeAsync('down', { qos: 1 }))
  return { client, heard }
}

async function leave(rig: ClientRig, client: ReturnType<ClientRig['connect']>) {
  await rig.until(client.endAsync())
  await rig.pass(1000)
  await rig.close()
  expect(rig.clock.pending()).toBe(0)
}

/** After whatever was done to it the client is connected again, hears what is sent to it, and publishes what waited. */
async function recovered(rig: ClientRig, client: ReturnType<ClientRig['connect']>, heard: string[]) {
  await rig.when(() => client.connected, 'connected again')
  rig.send('after')
  await rig.when(() => heard.includes('message down after'), 'a message')
  await rig.until(client.publishAsync('up', 'after', { qos: 2 }))
  expect(rig.published.after).toBe(1)
}

describe('a connection that is lost comes back, with what was subscribed to and what waited', () => {
  test.each(['socket-closed', 'socket-reset', 'malformed-packet'])('%s', async (fault) => {
    const rig = new ClientRig()
    const { client, heard } = await connected(rig)
    rig.faults.start(fault)
    await rig.when(() => !client.connected, 'the loss')
    const waiting = client.publishAsync('up', 'meanwhile', { qos: 1 })
    await rig.until(waiting)
    expect(heard).toEqual(['connect', ...again])
    expect(rig.line.lines('+CMQTTSUB')).toHaveLength(2)
    expect(rig.line.lines('+CMQTTACCQ=')).toHaveLength(1)
    await recovered(rig, client, heard)
    await leave(rig, client)
  })

  test.each(['network-lost', 'spontaneous-reboot', 'power-cut', 'sim-removed', 'registration-denied'])(
    '%s',
    async (fault) => {
      const rig = new ClientRig()
      const { client, heard } = await connected(rig)
      rig.faults.start(fault)
      await rig.pass(90_000)
      const waiting = client.publishAsync('up', 'meanwhile', { qos: 1 })
      rig.faults.stopAll()
      await rig.until(waiting)
      expect(heard.filter((text) => !text.startsWith('error'))).toEqual(expect.arrayContaining(again))
      await recovered(rig, client, heard)
      await leave(rig, client)
    },
  )

  test('a port that is unplugged and comes back', async () => {
    const rig = new ClientRig()
    const { client, heard } = await connected(rig)
    rig.line.plug(false)
    rig.line.unplug()
    await rig.pass(10_000)
    expect([client.connected, client.reconnecting]).toEqual([false, true])
    expect(heard.slice(0, 4)).toEqual(['connect', 'offline', 'close', 'reconnect'])
    expect(heard[4]).toMatch(/error There is no such port/)
    rig.line.plug(true)
    await recovered(rig, client, heard)
    await leave(rig, client)
  })

  test('a port that was given open, and is gone, ends the client', async () => {
    const rig = new ClientRig()
    const { client, heard } = await connected(rig, { port: rig.line.open() })
    rig.line.unplug()
    const waiting = client.publishAsync('up', 'meanwhile')
    await expect(rig.until(waiting)).rejects.toMatchObject({ code: 'portLost' })
    expect(client.disconnected).toBe(true)
    expect(heard.at(-2)).toMatch(/error line is gone: give a function that opens it/)
    await leave(rig, client)
  })

  test('a loss that the line does not tell is noticed', async () => {
    const rig = new ClientRig()
    const { client, heard } = await connected(rig)
    rig.faults.start('cable-out')
    rig.faults.start('socket-closed')
    await rig.pass(100)
    rig.faults.stopAll()
    await rig.when(() => heard.includes('close'), 'the loss', 61_000)
    await recovered(rig, client, heard)
    await leave(rig, client)
  })

  test('a link that drops before the SUBACK: the subscription is made with the next one', async () => {
    const rig = new ClientRig()
    const { client, heard } = await connected(rig)
    rig.faults.start('server-silent')
    const subscribing = client.subscribeAsync('second', { qos: 1 })
    await rig.pass(1000)
    rig.faults.start('socket-reset')
    rig.faults.stopAll()
    expect(await rig.until(subscribing)).toEqual([{ topic: 'second', qos: 1 }])
    expect(heard).toEqual(['connect', ...again])
    expect(rig.line.lines('+CMQTTSUB')).toHaveLength(4)
    await leave(rig, client)
  })

  test('a connection on which nothing can be subscribed to again is none; a filter that is refused is given up', async () => {
    const rig = new ClientRig()
    const { client, heard } = await connected(rig)
    rig.faults.start('error-code', { command: 'SUB', code: 16 })
    rig.faults.start('socket-reset')
    await rig.pass(120_000)
    expect(heard.filter((text) => text === 'connect').length).toBeGreaterThan(2)
    rig.faults.stopAll()
    await recovered(rig, client, heard)
    rig.faults.start('error-code', { command: 'SUB', code: 1 })
    rig.faults.start('socket-reset')
    await rig.when(() => /^error AT\+CMQTTSUB failed with 1 /.test(heard.at(-1)!), 'the refusal')
    rig.faults.stopAll()
    const before = rig.line.lines('+CMQTTSUB').length
    rig.faults.start('socket-reset')
    await rig.until(client.publishAsync('up', 'without', { qos: 1 }))
    expect(rig.line.lines('+CMQTTSUB')).toHaveLength(before)
    await leave(rig, client)
  })

  test('boot lines of a module that runs on change nothing', async () => {
    const rig = new ClientRig()
    const { client, heard } = await connected(rig)
    rig.faults.start('boot-storm')
    for (let n = 0; n < 10; n++) await rig.until(client.publishAsync('up', `${n}`, { qos: 1 }))
    await rig.pass(60_000)
    expect(heard).toEqual(['connect'])
    await leave(rig, client)
  })
})

describe('what an earlier run has left in the module is not in the way', () => {
  const left = (rig: ClientRig, ...lines: readonly string[]) => {
    rig.line.end.open()
    for (const text of ['AT+CMQTTSTART', 'AT+CMQTTACCQ=0,"dead",0', ...lines]) rig.line.end.write(bytesOf(`${text}\r`))
  }

  test.each([
    ['a client that is acquired', []],
    ['one that is connected to another server', ['AT+CMQTTCONNECT=0,"tcp://other",60,1']],
    ['a prompt', ['AT+CMQTTTOPIC=0,1000']],
    ['a payload', ['AT+CMQTTPAYLOAD=0,3', 'xyz']],
  ])('%s: the service is used as it is, the client that is wanted is cleared', async (_, lines) => {
    const rig = new ClientRig()
    left(rig, ...lines)
    await rig.pass(2000)
    rig.line.end.close()
    const { client, heard } = await connected(rig, { clientIndex: 0 })
    expect(heard.find((text) => !text.includes('No answer yet'))).toMatch(
      /^warning Client 0 of the module was taken over from "dead".*: clientIndex is 0\.$/,
    )
    await rig.until(client.publishAsync('up', '', { qos: 1 }))
    expect(rig.published).toEqual({ '': 1 })
    expect(rig.line.lines('+CMQTTSTART')).toEqual([])
    expect(rig.line.lines('+CMQTTREL')).toHaveLength(1)
    await recovered(rig, client, heard)
    await leave(rig, client)
  })
})

describe('recovery', () => {
  test('the result of CONNECT is lost: the connection is found by a query, and used', async () => {
    const rig = new ClientRig()
    const client = rig.connect()
    const heard = heardOf(client)
    await rig.when(() => rig.line.lines('+CMQTTACCQ=').length > 0, 'ACCQ')
    rig.faults.start('result-lost')
    await rig.pass(1000)
    rig.faults.stopAll()
    await rig.when(() => client.connected, 'connected')
    expect(rig.line.lines('+CMQTTCONNECT')).toHaveLength(1)
    expect(heard.at(-1)).toBe('connect')
    await leave(rig, client)
  })

  test('a module that fails: the actions go from soft to hard, with growing waits', async () => {
    const rig = new ClientRig()
    let resets = 0
    const hardReset = async () => {
      resets++
      rig.faults.stopAll()
    }
    const client = rig.connect({ hardReset })
    const heard = heardOf(client)
    rig.faults.start('error-code', { command: 'CONNECT', code: 15 })
    await rig.when(() => client.connected, 'connected')
    const steps = rig.line.trace.flatMap(
      (text) => /^> AT\+(CMQTT(?:CONNECT|DISC|REL|STOP|START)|CFUN|CRESET)(?!\?)/.exec(text)?.slice(1) ?? [],
    )
    const short = steps.map((step) => step.replace('CMQTT', '')).join(' ')
    expect(short).toMatch(/^START CONNECT( CONNECT)+/)
    for (const action of ['REL', 'STOP START', 'CFUN CFUN', 'CRESET']) expect(short).toContain(action)
    expect(short.indexOf('REL')).toBeLessThan(short.indexOf('STOP'))
    expect(short.indexOf('STOP')).toBeLessThan(short.indexOf('CFUN'))
    expect(short.indexOf('CFUN')).toBeLessThan(short.indexOf('CRESET'))
    expect(resets).toBe(1)
    expect(heard.filter((text) => text === 'offline')).toHaveLength(1)
    await leave(rig, client)
  })

  test('while the other client is connected, no action ends its connection', async () => {
    const rig = new ClientRig()
    const device = rig.device()
    const good = device.connect({ url: 'mqtt://other' })
    const heard = heardOf(good)
    await rig.until(good.subscribeAsync('other'))
    rig.faults.start('connection-refused')
    const bad = device.connect({ url: 'mqtt://server' })
    await rig.pass(1_200_000)
    rig.faults.stopAll()
    expect(heard).toEqual(['connect'])
    expect(rig.line.lines('+CMQTTSTOP')).toEqual([])
    await rig.when(() => bad.connected, 'the other one, too')
    await rig.until(device.close())
    await rig.close()
  })

  test('a module that answers nothing is reset by hardReset, and comes back', async () => {
    const rig = new ClientRig()
    let resets = 0
    const hardReset = async () => {
      resets++
      rig.faults.stopAll()
    }
    const { client, heard } = await connected(rig, { hardReset })
    rig.faults.start('cable-out')
    await rig.when(() => resets > 0, 'the reset')
    await recovered(rig, client, heard)
    await leave(rig, client)
  })
})

describe('it gives up where another attempt would do harm', () => {
  test.each([
    ['the server refuses the client', 'connack-refused', {}, /not authorized/],
    ['reconnecting is switched off', 'connection-refused', { reconnectPeriod: 0 }, /socket connect failed/],
  ])('%s: everything that waits is rejected', async (_, fault, options, sentence) => {
    const rig = new ClientRig()
    rig.faults.start(fault)
    const client = rig.connect(options)
    const heard = heardOf(client)
    const all = [
      client.publishAsync('up', '1', { qos: 1 }),
      client.subscribeAsync('down'),
      client.unsubscribeAsync('x'),
    ]
    for (const { reason } of (await rig.until(Promise.allSettled(all))) as PromiseRejectedResult[])
      expect(reason.message).toMatch(sentence)
    expect(client.disconnected).toBe(true)
    await expect(client.publishAsync('up', '2')).rejects.toThrow(sentence)
    await rig.pass(120_000)
    expect(rig.line.lines('+CMQTTCONNECT')).toHaveLength(1)
    expect(heard).toEqual([expect.stringMatching(sentence), 'close'])
    await leave(rig, client)
    expect(heard.at(-1)).toBe('end')
  })

  test('a PIN that was refused is never given again, by no client of the device', async () => {
    const clock = virtualClock()
    const answer = replies({ 'AT+CPIN?': '+CPIN: SIM PIN', 'AT+SPIC': 'ERROR', 'AT+CPIN="4711"': '+CME ERROR: 16' })
    const port = new ScriptedPort(answer)
    const device = openDevice({ port: async () => port, clock, pin: '4711', profile: profiles.sim767x! })
    for (let n = 0; n < 3; n++) {
      const client = device.connect({ url: 'mqtt://host' })
      await expect(inVirtualTime(clock, client.publishAsync('up', 'x'))).rejects.toMatchObject({ code: 'pinWrong' })
      expect(client.disconnected).toBe(true)
    }
    expect(port.sent.filter((text) => text.startsWith('AT+CPIN="'))).toHaveLength(1)
    await inVirtualTime(clock, device.close())
  })
})

test('a service that another program has stopped is started again at once', async () => {
  const rig = new ClientRig()
  const { client, heard } = await connected(rig, { checkPeriod: 60 })
  const { moduleEnd, host } = hostedLine('other')
  rig.module.attach(moduleEnd, 'other')
  host.open()
  for (const typed of ['CMQTTDISC=0,0', 'CMQTTREL=0', 'CMQTTSTOP']) {
    host.write(bytesOf(`AT+${typed}\r`))
    await rig.pass(100)
  }
  await rig.when(() => !client.connected, 'the loss')
  await recovered(rig, client, heard)
  expect(heard.filter((what) => what.startsWith('error'))).toEqual([])
  await leave(rig, client)
})

test('the network is lost just before CONNECT: the error says that, and not what a refusal of CONNECT means else', async () => {
  const rig = new ClientRig()
  const client = rig.connect()
  const heard = heardOf(client)
  let struck = false
  rig.line.isStolen = (bytes) => {
    if (!struck && rig.line.sent.endsWith('"optimeout",0,30\r') && String(Buffer.from(bytes)).includes('OK')) {
      struck = true
      rig.faults.start('network-lost', {}, { forMs: 300 })
    }
    return false
  }
  await rig.when(() => client.connected, 'connected')
  expect(heard[0]).toBe('error The mobile network is gone.')
  await rig.until(client.endAsync())
  await rig.close()
})

test('a port on which nobody answers is told after 3 s, once, with what is tried; the error at the end says who else has it', async () => {
  const clock = virtualClock()
  const heard: string[] = []
  const port = () => Promise.resolve(Object.assign(new ScriptedPort(), { baud: 115_200 }))
  const neighbours = {
    holderOf: (address: string) => (address === 'the port' ? 'picocom (process 12): end that program' : undefined),
    openBeside: () => undefined,
  }
  const device = new Device({ port, clock, random: seededRandom(1) }, neighbours)
  const client = new MqttClient({ device, ownsDevice: true, payloadOf: Buffer.from }, { url: 'mqtt://server' })
  for (const event of ['warning', 'error', 'close'] as const)
    client.on(event, (error?: Error) => heard.push(`${clock.now()} ${event} ${error?.message}`))
  await inVirtualTime(
    clock,
    until(() => heard.some((text) => text.includes('error')), 'the error'),
  )
  const end = inVirtualTime(clock, client.endAsync(true))
  expect(heard.slice(0, 2)).toEqual([
    '3000 warning No answer yet on the port at 115200 baud: trying on, with AT, and as if an earlier program had left a prompt open; this may take half a minute a speed.',
    expect.stringMatching(
      /^\d+ error Nothing answers AT on the port at 115200 baud: check .* no other program talks on it: it is open in picocom \(process 12\): end that program\.$/,
    ),
  ])
  await end
  expect(heard.filter((text) => text.includes('warning'))).toHaveLength(1)
})
