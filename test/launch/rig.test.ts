import { afterEach, describe, expect, test } from 'vitest'
import { startBroker } from '../../src/broker/embedded-broker.ts'
import { createRig, type Rig, type RigOptions, UsageError } from '../../src/launch/rig/rig.ts'

const rigs: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.close()
})

async function rigOf(options: RigOptions & { readonly broker?: 'memory' } = {}): Promise<Rig> {
  const rig = await createRig(options)
  rigs.push(rig)
  return rig
}

async function connected(rig: Rig, rest = '60,1'): Promise<Rig> {
  rig.send('AT+CMQTTSTART')
  await rig.expect('+CMQTTSTART: 0')
  rig.send('AT+CMQTTACCQ=0,"me"')
  await rig.expect('OK')
  rig.send(`AT+CMQTTCONNECT=0,"${rig.broker.address}",${rest}`)
  await rig.expect('+CMQTTCONNECT: 0,0')
  return rig
}

async function publishes(rig: Rig, topic: string, payload: string | Uint8Array): Promise<void> {
  for (const [command, data] of [
    ['TOPIC', Buffer.from(topic)],
    ['PAYLOAD', Buffer.from(payload)],
  ] as const) {
    rig.send(`AT+CMQTT${command}=0,${data.length}`)
    await rig.expect('>')
    rig.data(data)
    await rig.expect('OK')
  }
  rig.send('AT+CMQTTPUB=0,1,60')
  await rig.expect('+CMQTTPUB: 0,0')
}

describe('a line to the module', () => {
  test('expect takes what came up to a line, and returns it', async () => {
    const rig = await rigOf()
    rig.send('AT+CSQ')
    expect(await rig.expect('OK')).toBe('AT+CSQ\r\r\n+CSQ: 23,0\r\n\r\nOK\r\n')
    expect(rig.output).toBe('')
    rig.send('ATI')
    expect(await rig.expect(/Model: (\S+)/g)).toMatch(/Model: SIM7672G-MNGV$/)
    expect(rig.output).toContain('OK')
  })

  test('a text is a whole line, and nothing in it is a pattern', async () => {
    const rig = await rigOf()
    rig.urc('NOT OK')
    rig.urc('+X.Y')
    await expect(rig.expect('OK')).rejects.toThrow('Expected OK, got:\n  NOT OK\n  +X.Y\n')
    await expect(rig.expect('+XaY')).rejects.toThrow()
    await rig.expect('+X.Y')
  })

  test('what does not come is an error that says what came and when time goes on', async () => {
    const rig = await rigOf({ timing: 'real' })
    await expect(rig.expect('PB DONE')).rejects.toThrow(
      'Expected PB DONE, got:\n  nothing\nTime stands at 0 ms, and the next timer is due in 1500 ms.',
    )
    await rig.expect('PB DONE', { withinMs: 10_000 })
    expect(rig.now).toBe(6500)
    await expect(rig.expect('NEVER', { withinMs: 1000 })).rejects.toThrow('Time stands at 7500 ms')
  })

  test('text is UTF-8 both ways', async () => {
    const rig = await rigOf()
    rig.urc('Grüße')
    expect(await rig.expect('Grüße')).toBe('\r\nGrüße\r\n')
  })
})

describe('a port for AT code of its own', () => {
  test('has the shape of a port of serialport, and is a line of its own', async () => {
    const rig = await rigOf()
    const port = rig.port()
    const seen: string[] = []
    port.on('open', () => seen.push('open'))
    port.on('data', (bytes: Buffer) => seen.push(`${bytes}`))
    port.write('AT\r', (error) => seen.push(`written ${error ?? null}`))
    await rig.advance(0)
    expect(port.isOpen).toBe(true)
    expect(seen.join('|')).toBe('open|AT\r\r\nOK\r\n|written null')
    expect([port.path, rig.port().path, rig.output]).toEqual(['port', 'port 2', ''])
  })

  test('faults act on it; close frees it; flush drops what was not read', async () => {
    const rig = await rigOf()
    const port = rig.port()
    port.write('AT\r')
    port.drain()
    await rig.advance(0)
    port.flush()
    rig.fault('ok-lost')
    port.write('ATE0\r')
    await rig.advance(0)
    expect(`${port.read()}`).toBe('ATE0\r')
    const closed = new Promise((resolve) => port.close(resolve))
    expect([await closed, port.isOpen]).toEqual([null, false])
    rig.urc('+X: 1')
    await rig.expect('+X: 1')
  })

  test('a module that is closed ends it', async () => {
    const rig = await createRig()
    const port = rig.port()
    const ended = new Promise<void>((resolve) => port.on('close', resolve))
    await rig.close()
    await ended
    expect(port.isOpen).toBe(false)
  })
})

describe('the broker', () => {
  test('has what was published byte for byte, and publishes', async () => {
    const rig = await connected(await rigOf())
    await publishes(rig, 'state', Buffer.of(0, 1, 0xff))
    expect(rig.broker.received).toEqual([
      { topic: 'state', payload: Buffer.of(0, 1, 0xff), qos: 1, retain: false, clientId: 'me', will: false },
    ])
    rig.send('AT+CMQTTSUB=0,1,1')
    await rig.expect('>')
    rig.data('t')
    await rig.expect('+CMQTTSUB: 0,0')
    rig.broker.publish('t', 'hello')
    expect(await rig.expect('+CMQTTRXEND: 0')).toContain('+CMQTTRXPAYLOAD: 0,5\r\nhello\r\n')
  })

  test('a lost network is silent: the will comes after one and a half keep-alives', async () => {
    const rig = await connected(await rigOf())
    const client = rig.client({ clientIndex: 1, clientId: 'c', keepalive: 30, will: { topic: 'w', payload: 'gone' } })
    await rig.until(new Promise((resolve) => client.once('connect', resolve)))
    expect(rig.broker.connected).toEqual(['me', 'c'])
    rig.network('down')
    await rig.expect('+CMQTTNONET')
    const wentAt = rig.now
    await rig.advance(20_000)
    expect(rig.broker.received).toEqual([])
    await rig.advance(25_001)
    expect(rig.broker.received.map(({ topic, will }) => [topic, will])).toEqual([['w', true]])
    expect(rig.now - wentAt).toBe(45_001)
  })

  test('a real one, at its url', async () => {
    const broker = await startBroker({ host: '127.0.0.1', port: 0 })
    const rig = await createRig({ broker: broker.url as `mqtt://${string}` })
    rigs.push(rig, broker)
    expect(rig.broker).toEqual({ address: broker.url.replace('mqtt', 'tcp') })
    const client = rig.client({ clientId: 'c' })
    const got: string[] = []
    const came = new Promise<void>((resolve) => {
      client.on('message', (topic, payload) => {
        got.push(`${topic} ${payload}`)
        resolve()
      })
    })
    await rig.until(client.subscribeAsync('t'))
    await rig.until(client.publishAsync('t', 'hi', { qos: 1 }))
    await rig.until(came)
    await rig.until(client.endAsync())
    expect(got).toEqual(['t hi'])
    rig.send('AT+CMQTTSTART')
    await rig.expect('+CMQTTSTART: 0')
    rig.send('AT+CMQTTACCQ=0,"me"')
    await rig.expect('OK')
    rig.send(`AT+CMQTTCONNECT=0,"${rig.broker.address}",60,1`)
    await rig.expect('+CMQTTCONNECT: 0,0')
  })
})

describe('time', () => {
  test('stands still until it is told to go on', async () => {
    const rig = await connected(await rigOf())
    rig.fault('server-silent')
    for (const command of ['TOPIC', 'PAYLOAD']) {
      rig.send(`AT+CMQTT${command}=0,1`)
      await rig.expect('>')
      rig.data('x')
      await rig.expect('OK')
    }
    rig.send('AT+CMQTTPUB=0,1,60')
    await rig.expect('OK')
    await rig.advance(59_999)
    expect(rig.output).toBe('')
    await rig.advance(1)
    expect([await rig.expect(/\d+,\d+\r\n/), rig.now]).toEqual(['\r\n+CMQTTPUB: 0,17\r\n', 60_000])
  })

  test('until: a promise that nothing will settle is an error', async () => {
    const rig = await rigOf()
    await expect(rig.until(new Promise(() => {}), { withinMs: 500 })).rejects.toThrow('has not settled within 500 ms')
    await expect(rig.until(Promise.reject(new Error('mine')))).rejects.toThrow('mine')
  })

  test('the same seed gives the same bytes', async () => {
    const traces = []
    for (const seed of [1, 1, 2]) {
      const rig = await rigOf({ seed, timing: 'real' })
      rig.fault('bytes-corrupted', { probability: 0.2, direction: 'out' })
      await rig.advance(10_000)
      rig.send('AT+CGMM;+CGMR')
      await rig.advance(1000)
      traces.push(rig.output)
    }
    expect(traces[1]).toBe(traces[0])
    expect(traces[2]).not.toBe(traces[0])
  })
})

describe('the driver', () => {
  test('two clients share the module; their promises settle in virtual time', async () => {
    const rig = await rigOf()
    const [one, two] = [rig.client({ clientId: 'one' }), rig.client({ clientId: 'two' })]
    await rig.until(two.subscribeAsync('a/#'))
    await rig.until(one.publishAsync('a/b', 'hello', { qos: 1 }))
    expect(rig.broker.received.map(({ topic, payload, clientId }) => [topic, `${payload}`, clientId])).toEqual([
      ['a/b', 'hello', 'one'],
    ])
    await rig.until(Promise.all([one.endAsync(), two.endAsync()]))
  })

  test('a fault, by name: the client says what became of the message', async () => {
    const rig = await rigOf()
    const client = rig.client({ maxAttempts: 1 })
    await rig.until(client.publishAsync('t', '1', { qos: 1 }))
    rig.fault('error-code', { command: 'PUB', code: 11 }, { forCommands: 3 })
    const outcome = await rig.until(client.publishOutcome('t', '2', { qos: 1 }))
    expect(outcome.kind).not.toBe('acknowledged')
    expect(rig.broker.received).toHaveLength(1)
  })
})

describe('the rest', () => {
  test('fresh leaves nothing', async () => {
    const rig = await connected(await rigOf())
    await publishes(rig, 't', '1')
    rig.broker.publish('r', 'kept', { retain: true })
    rig.fault('prompt-lost')
    rig.fresh()
    expect([rig.broker.received, rig.broker.connected, rig.faults(), rig.snapshot().service]).toEqual([
      [],
      [],
      [],
      'stopped',
    ])
    await rig.expect('PB DONE')
    await connected(rig)
  })

  test('events, a snapshot, what was relied on; await using closes it', async () => {
    const rig = await createRig()
    const events = rig.events()
    await connected(rig)
    const packets: string[] = []
    for await (const event of events) {
      if (event.event === 'mqtt') packets.push(`${event.direction} ${event.packet?.type}`)
      if (packets.length === 2) break
    }
    expect(packets).toEqual(['out connect', 'in connack'])
    expect(rig.snapshot()).toMatchObject({ service: 'started', network: { coverage: 'up' } })
    expect(rig.evidence().behaviours.map(({ id }) => id)).toContain('2.2.8-write')
    const rest = rig.events()
    await rig[Symbol.asyncDispose]()
    expect(await rest.next()).toEqual({ value: undefined, done: true })
  })

  test('a promise that waits for a timer of its own is an error that says how time goes on', async () => {
    const rig = await rigOf()
    const error = await rig.until(new Promise(() => {}), { withinMs: 50 }).catch((reason: Error) => reason.message)
    expect(error).toMatch(/^The promise has not settled within 50 ms of virtual time\.\nTime stands at 50 ms/)
    expect(error).toContain('vi.advanceTimersByTime(ms) beside rig.advance(ms)')
  })

  test('the trace is that of --trace, with what the module logs; secrets are hidden', async () => {
    const rig = await rigOf()
    rig.send('AT+MINE')
    await rig.expect('ERROR')
    await connected(rig, '60,1,"user","secret-password"')
    const trace = rig.trace()
    expect(trace).toContain('    0.000 host < AT+CMQTTSTART\\r\n')
    expect(trace).toContain('mqtt:1 > CONNECT version=3 clientId="me"')
    expect(trace).toMatch(/^ +0\.000 # warn: AT\+MINE is no command of the profile/m)
    expect(trace).not.toContain('secret-password')
  })

  test.each<[RigOptions, string]>([
    [{ profile: 'sim900' }, 'profile sim900: give one of sim767x'],
    [{ broker: 'ftp://x' as never }, "broker ftp://x: give 'memory' or 'mqtt://HOST[:PORT]'."],
    [
      { tcp: true } as never,
      'tcp is no option of createRig: it has profile, timing, power, sim, simPin, seed, broker.',
    ],
  ])('%j is a UsageError', async (options, sentence) => {
    const error = await createRig(options).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(UsageError)
    expect((error as Error).message).toContain(sentence)
  })

  test('a profile, a SIM that asks for its PIN', async () => {
    const rig = await rigOf({ profile: 'a76xx', simPin: '2468' })
    rig.send('AT+CPIN?')
    await rig.expect('+CPIN: SIM PIN')
    expect(rig.profile.name).toBe('a76xx')
  })
})
