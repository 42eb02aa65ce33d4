import { describe, expect, test } from 'vitest'
import { SecondWriter } from '../../src/driver/client/second-writer.ts'
import { connect } from '../../src/driver/node.ts'
import { seededRandom } from '../../src/io/runtime/random.ts'
import { heardOf } from '../support/driver/client-module.ts'
import { ClientRig } from '../support/driver/client-rig.ts'

const typed = ['AT\r', 'AT+CSQ\r', 'AT+CREG?;+COPS?\r', 'ATI\r', 'ATE1\r', 'AT+CS', '\r', 'AT+CPMS=?\r']

const sentence =
  /^warning Another program uses line: 3 lines came that answer nothing of this one, such as ".*"; end it; if it is ModemManager, stop it/

/** Another program types for a minute, while QoS 1 publishes go on. */
async function disturbed(seed: number, { steals = false, baud }: { steals?: boolean; baud?: number } = {}) {
  const rig = new ClientRig(undefined, seed, baud)
  const random = seededRandom(seed)
  const client = rig.connect()
  const heard = heardOf(client)
  await rig.until(client.subscribeAsync('down', { qos: 1 }))
  const settledAt: number[] = []
  const outcomes: Promise<string>[] = []
  const publish = (payload: string) => {
    const outcome = client.publishOutcome('up', payload, { qos: 1 })
    void outcome.then(() => settledAt.push(rig.clock.now()))
    outcomes.push(outcome.then(({ kind }) => (kind === 'acknowledged' && !rig.published[payload] ? 'missing' : kind)))
  }
  if (steals) rig.line.isStolen = () => random.below(2) === 0
  const begin = rig.clock.now()
  const end = begin + 60_000
  for (let n = 0, nextTyped = 0; rig.clock.now() < end; n++) {
    if (nextTyped <= rig.clock.now()) {
      rig.line.typeBeside(typed[random.below(typed.length)]!)
      nextTyped = rig.clock.now() + random.below(1000)
    }
    if (n % 50 === 0) publish(`${n}`)
    await rig.pass(10, 10)
  }
  rig.line.isStolen = () => false
  const all = await rig.until(Promise.all(outcomes), { stepMs: 10 })
  await rig.until(client.endAsync())
  await rig.close()
  const gaps = settledAt.map((at, n) => at - (settledAt[n - 1] ?? begin))
  const backMs = (settledAt.find((at) => at >= end) ?? end) - end
  return { longestGapMs: Math.max(...gaps), backMs, outcomes: all, heard }
}

describe('another program types on the same port for a minute', () => {
  test.each([1, 7, 13])(
    'at 115200 bit/s, seed %i: no publish is lost, none waits for long, and it is told once',
    async (seed) => {
      const { longestGapMs, outcomes, heard } = await disturbed(seed, { baud: 115_200 })
      expect(outcomes).toEqual(outcomes.map(() => 'acknowledged'))
      expect(longestGapMs).toBeLessThan(10_000)
      expect(heard).toEqual(['connect', expect.stringMatching(sentence), 'close', 'end'])
    },
  )

  test.each([1, 2])(
    'and reads half of what comes, seed %i: nothing acknowledged is missing, and it is told once',
    async (seed) => {
      const { outcomes, heard, backMs } = await disturbed(seed, { steals: true })
      expect(outcomes.filter((kind) => kind === 'missing')).toEqual([])
      expect(heard.filter((text) => text.startsWith('warning'))).toEqual([expect.stringMatching(sentence)])
      expect(backMs).toBeLessThan(20_000)
    },
  )
})

test('a network that is lost while another program types: each time the client is connected again soon', async () => {
  const rig = new ClientRig(undefined, 1, 115_200)
  const client = rig.connect()
  const heard = heardOf(client)
  await rig.when(() => client.connected, 'connected')
  for (let n = 0; n < 4; n++) {
    for (let m = 0; m < 3; m++) rig.line.typeBeside('AT\r')
    await rig.pass(500)
    rig.faults.start('network-lost', {}, { forMs: 300 })
    await rig.when(() => !client.connected, 'the loss')
    const since = rig.clock.now()
    await rig.when(() => client.connected, 'connected again')
    expect(rig.clock.now() - since).toBeLessThan(10_000)
  }
  expect(heard.filter((text) => text.startsWith('error'))).toEqual([])
  await rig.until(client.endAsync())
  await rig.close()
})

describe('another program switches off the echo that the driver has switched on', () => {
  test.each([
    ['it is seen', false, 'ATE0\r'],
    ['as one command of several', false, 'ATE0V1;+CSQ\r'],
    ['its command is read by that program alone', true, 'ATE0\r'],
  ] as const)('%s: the driver is back in step within 10 s', async (_, stolen, command) => {
    const rig = new ClientRig(undefined, 1, 115_200)
    const client = rig.connect()
    const heard = heardOf(client)
    await rig.when(() => client.connected, 'connected')
    const published: Promise<unknown>[] = []
    const times: number[] = []
    const publish = (payload: string) => {
      const published = client.publishAsync('up', payload, { qos: 1 })
      return published.then(() => void times.push(rig.clock.now()))
    }
    for (let n = 0; n < 3; n++) rig.line.typeBeside('AT\r')
    await rig.pass(500)
    await rig.until(publish('before'), { stepMs: 10 })
    expect(client.modem.chat.echo).toBe('on')
    times.length = 0
    for (let n = 0; n < 40; n++) {
      published.push(publish(`${n}`))
      await rig.pass(200 + n, 10)
      if (n % 8 !== 1) continue
      rig.line.isStolen = () => stolen
      rig.line.typeBeside(command)
      await rig.pass(15, 1)
      rig.line.isStolen = () => false
    }
    await rig.until(Promise.all(published), { stepMs: 10 })
    const gaps = times.map((at, n) => at - (times[n - 1] ?? at))
    expect(Math.max(...gaps)).toBeLessThan(10_000)
    expect(heard.filter((text) => text.startsWith('warning'))).toHaveLength(1)
    await rig.until(client.endAsync())
    await rig.close()
  })
})

test('positions of a GNSS receiver on the port are told once, and disturb nothing', async () => {
  const rig = new ClientRig()
  const { profile: _, ...options } = rig.line.options
  const client = connect({ ...options, url: 'mqtt://server' })
  const heard = heardOf(client)
  const position = () => {
    rig.line.hear('$GNRMC,083559.00,A,4717.11437,N,00833.91522,E,0.004,77.52,091202,,,A,V*57\r\n')
    rig.clock.after(7, position)
  }
  position()
  for (let n = 0; n < 20; n++) await rig.until(client.publishAsync('up', `${n}`, { qos: 1 }), { stepMs: 5 })
  expect(client.modem.profile.identity.model).toBe('SIM7672G-MNGV')
  expect(client.modem.chat.disturbed).toBe(false)
  expect(heard).toEqual([
    'warning Positions (NMEA) come on line, such as "$GNRMC": give the AT port of the module, or switch them off on this one.',
    'connect',
  ])
  await rig.until(client.endAsync())
  await rig.close()
})

test('who has the port is said where that is known', () => {
  const writer = new SecondWriter()
  const about = { text: 'OK', address: '/dev/ttyUSB2', now: 0, holder: () => 'picocom (process 12): end that program' }
  const told = [1, 2, 3, 4].map(() => writer.heard('answer', about)?.message)
  expect(told).toEqual([
    ...[undefined, undefined],
    'Another program uses /dev/ttyUSB2: 3 lines came that answer nothing of this one, such as "OK"; picocom (process 12): end that program.',
    undefined,
  ])
})
