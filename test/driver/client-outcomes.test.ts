import { describe, expect, test } from 'vitest'
import { UnknownOutcomeError } from '../../src/driver/node.ts'
import { ClientRig } from '../support/driver/client-rig.ts'

async function connected(options: Parameters<ClientRig['connect']>[0] = {}) {
  const rig = new ClientRig()
  const client = rig.connect(options)
  await rig.until(client.subscribeAsync('down', { qos: 1 }))
  return { rig, client }
}

async function leave(rig: ClientRig, client: ReturnType<ClientRig['connect']>) {
  await rig.until(client.endAsync())
  await rig.close()
}

describe('a publish whose connection ends before the acknowledgement', () => {
  /** The server takes the message and its answer is lost, `times` times. */
  async function interrupted(qos: 0 | 1 | 2, options: Parameters<ClientRig['connect']>[0], times = 1) {
    const rig = new ClientRig()
    const client = rig.connect(options)
    await rig.when(() => client.connected, 'connected')
    rig.faults.start('answers-lost', { packets: 'acknowledgements' })
    const outcome = client.publishOutcome('up', 'x', { qos })
    for (let n = 0; n < times; n++) {
      await rig.when(() => (rig.published.x ?? 0) > n, 'it is there')
      await rig.pass(200)
      if (n === times - 1) rig.faults.stopAll()
      rig.faults.start('socket-reset')
    }
    const result = await rig.until(outcome)
    await rig.pass(5000)
    await leave(rig, client)
    return { result, came: rig.published.x, lines: rig.line.lines('+CMQTTPUB=') }
  }

  test.each([true, false])('QoS 1, clean %s: is published again, and so may come twice', async (clean) => {
    const { result, came, lines } = await interrupted(1, { clean })
    expect(result).toEqual({ kind: 'acknowledged' })
    expect(came).toBeGreaterThan(1)
    expect(lines).toHaveLength(2)
  })

  test('QoS 1, with resend off: is unknown, and not published again', async () => {
    const { result, came, lines } = await interrupted(1, { resend: false })
    expect(result).toMatchObject({ kind: 'unknown', kept: false, error: { missing: 'connection' } })
    expect(came).toBe(1)
    expect(lines).toHaveLength(1)
  })

  test('QoS 1, again and again: unknown after maxAttempts', async () => {
    const { result, lines } = await interrupted(1, { maxAttempts: 2 }, 2)
    expect(result).toMatchObject({ kind: 'unknown' })
    expect(lines).toHaveLength(2)
  })

  test.each([
    [true, false],
    [false, true],
  ])('QoS 2, clean %s: is unknown, and comes once; kept by the session of the module: %s', async (clean, kept) => {
    const { result, came, lines } = await interrupted(2, { clean })
    expect(result).toMatchObject({ kind: 'unknown', kept })
    expect(result.kind === 'unknown' && result.error).toBeInstanceOf(UnknownOutcomeError)
    expect(came).toBe(1)
    expect(lines).toHaveLength(1)
  })
})

test('QoS 2, kept: what the server has not got comes with the next connection, without being published again', async () => {
  const { rig, client } = await connected({ clean: false })
  rig.faults.start('socket-half-open')
  const outcome = client.publishOutcome('up', 'kept', { qos: 2 })
  await rig.pass(500)
  rig.faults.start('socket-reset')
  expect(await rig.until(outcome)).toMatchObject({ kind: 'unknown', kept: true })
  await rig.when(() => rig.published.kept === 1, 'it comes')
  await rig.pass(10_000)
  expect(rig.published.kept).toBe(1)
  expect(rig.line.lines('+CMQTTPUB=')).toHaveLength(1)
  await leave(rig, client)
})

test('publishAsync rejects with the unknown outcome as an error of its own', async () => {
  const { rig, client } = await connected()
  rig.faults.start('server-silent')
  const published = client.publishAsync('up', 'x', { qos: 2 })
  const called = new Promise((resolve) => client.publish('up', 'y', { qos: 2 }, (error) => resolve(error)))
  await expect(rig.until(published)).rejects.toMatchObject({ name: 'UnknownOutcomeError', missing: 'acknowledgement' })
  expect(rig.clock.now()).toBeGreaterThan(60_000)
  expect(await rig.until(called)).toBeInstanceOf(UnknownOutcomeError)
  await leave(rig, client)
})

test('a result that comes late is the outcome, and the message is not published again', async () => {
  const { rig, client } = await connected({ limitFactor: 0.5 })
  rig.faults.start('result-late', { afterMs: 34_000 })
  rig.faults.start('sim-busy')
  const outcome = client.publishOutcome('up', 'late', { qos: 1 })
  expect(await rig.until(outcome)).toEqual({ kind: 'acknowledged' })
  expect(rig.line.lines('+CMQTTPUB=')).toHaveLength(1)
  expect(rig.published.late).toBe(1)
  await leave(rig, client)
})

test('what the module refuses has failed: too long, before a byte is sent; refused by the server, at once', async () => {
  const { rig, client } = await connected()
  const sent = rig.line.sent.length
  const long = await client.publishOutcome('up', new Uint8Array(4097))
  expect(long).toMatchObject({ kind: 'failed', error: { message: expect.stringMatching(/4097 bytes.*4096/) } })
  expect(rig.line.sent.length).toBe(sent)
  rig.faults.start('error-code', { command: 'PUB', code: 1 })
  expect(await rig.until(client.publishOutcome('up', 'x', { qos: 1 }))).toMatchObject({
    kind: 'failed',
    error: { code: 1 },
  })
  expect(rig.line.lines('+CMQTTPUB=')).toHaveLength(1)
  rig.faults.stopAll()
  await leave(rig, client)
})

describe('what waits for a connection', () => {
  const offline = (options: Parameters<ClientRig['connect']>[0]) => {
    const rig = new ClientRig()
    rig.faults.start('connection-refused')
    return { rig, client: rig.connect(options) }
  }

  test.each([
    ['reject', ['1', '2'], { code: 'queueFull' }],
    ['drop-newest', ['1', '2'], { code: 'dropped' }],
    ['drop-oldest', ['2', '3'], { code: 'dropped' }],
  ] as const)('with the policy %s', async (queuePolicy, published, error) => {
    const { rig, client } = offline({ queueLimit: 2, queuePolicy })
    const all = ['1', '2', '3'].map((payload) => client.publishOutcome('up', payload, { qos: 1 }))
    const lost = await rig.until(all[queuePolicy === 'drop-oldest' ? 0 : 2]!)
    expect(lost).toMatchObject({ kind: 'failed', error })
    rig.faults.stopAll()
    await rig.until(Promise.all(all))
    expect(Object.keys(rig.published)).toEqual(published)
    await leave(rig, client)
  })

  test('for queueTimeout; QoS 0 only if it may', async () => {
    const { rig, client } = offline({ queueTimeout: 5000, queueQoSZero: false })
    await expect(client.publishAsync('up', 'x')).rejects.toMatchObject({ code: 'offline' })
    const all = [client.publishAsync('up', 'x', { qos: 1 }), client.subscribeAsync('x'), client.unsubscribeAsync('y')]
    for (const { reason } of (await rig.until(Promise.allSettled(all))) as PromiseRejectedResult[])
      expect(reason).toMatchObject({ code: 'expired' })
    expect(rig.clock.now()).toBeLessThan(6000)
    await leave(rig, client)
  })
})

describe('end() is bounded, and everything settles', () => {
  test.each<[string, (rig: ClientRig) => void]>([
    ['before the module was reached', () => {}],
    ['while CONNECT runs', (rig) => void rig.faults.start('server-silent')],
    ['between attempts', (rig) => void rig.faults.start('connection-refused')],
    ['while there is no network', (rig) => void rig.faults.start('network-lost')],
    ['while the module answers nothing', (rig) => void rig.faults.start('cable-out')],
    ['while the port can not be opened', (rig) => rig.line.plug(false)],
  ])('%s', async (what, prepare) => {
    for (const force of [false, true]) {
      const rig = new ClientRig()
      prepare(rig)
      const client = rig.connect()
      const all = [client.publishAsync('up', 'x', { qos: 1 }), client.subscribeAsync('x')]
      const settled = Promise.allSettled(all)
      if (what !== 'before the module was reached') await rig.pass(3000)
      const since = rig.clock.now()
      await rig.until(client.endAsync(force))
      expect(rig.clock.now() - since).toBeLessThan(60_000)
      for (const result of await settled)
        expect(result).toMatchObject({ status: 'rejected', reason: { code: 'ended' } })
      expect(client.disconnected).toBe(true)
      await rig.close()
    }
  })

  test('in the midst of publishing to a server that has gone silent', async () => {
    const { rig, client } = await connected()
    rig.faults.start('server-silent')
    const all = [1, 2, 3].map((n) => client.publishOutcome('up', `${n}`, { qos: 1 }))
    await rig.pass(1000)
    const since = rig.clock.now()
    await rig.until(client.endAsync())
    expect(rig.clock.now() - since).toBeLessThan(70_000)
    expect((await Promise.all(all)).map(({ kind }) => kind)).toEqual(['unknown', 'failed', 'failed'])
    await rig.close()
  })

  test('ending twice is ending once', async () => {
    const { rig, client } = await connected()
    let ends = 0
    client.on('end', () => ends++)
    await rig.until(Promise.all([client.endAsync(), client.endAsync(true)]))
    client.end()
    await rig.pass(100)
    expect(ends).toBe(1)
    expect(rig.line.lines('+CMQTTREL')).toHaveLength(1)
    await rig.close()
  })
})
