import { expect, test } from 'vitest'
import type { Dialer } from '../../src/io/net/dialer.ts'
import { nodeDialer } from '../../src/io/net/dialer-node.ts'
import { faultyDialer } from '../../src/io/net/faulty-dialer.ts'
import { virtualClock } from '../../src/io/runtime/clock-virtual.ts'
import type { Input } from '../../src/module/core/effects.ts'
import { Lookups } from '../../src/module/runtime/lookups.ts'
import { silenceable } from '../../src/module/runtime/silenceable-dialer.ts'

const limit = 10_000
type Lookup = NonNullable<Dialer['lookup']>

/** Look-ups by a dialer that finds names so; everything they came to. */
function started(lookup?: Lookup) {
  const clock = virtualClock()
  const plain: Dialer = { ...(lookup && { lookup }), dial: () => expect.unreachable() }
  const faulty = faultyDialer(plain, clock)
  const dialer = silenceable(faulty, clock)
  const answers: unknown[] = []
  const take = (input: Input) => void (input.type === 'resolved' && answers.push([input.lookup, ...input.addresses]))
  const lookups = new Lookups(dialer, clock, take)
  const start = (host: string, number = 1) => lookups.start({ type: 'lookup', lookup: number, host, timeoutMs: limit })
  return { clock, faulty, dialer, lookups, answers, start }
}
/** Promises that are settled have told so. */
const told = () => new Promise((resolve) => setImmediate(resolve))

test('the addresses of a name; one in numbers is its own; who does not answer has none [firmware-3]', async () => {
  const { answers, start } = started(async (host) => (host === 'a.b' ? ['2001:db8::1', '192.0.2.1'] : []))
  start('a.b', 1)
  start('192.0.2.9', 2)
  start('other', 3)
  await told()
  expect(answers).toHaveLength(3)
  expect(answers).toEqual(expect.arrayContaining([[1, '2001:db8::1', '192.0.2.1'], [2, '192.0.2.9'], [3]]))
})

test.each<[string, Lookup | undefined]>([
  ['rejects', () => Promise.reject(new Error('ENOTFOUND'))],
  ['is not there', undefined],
])('a resolver that %s: no address', async (_, lookup) => {
  const { answers, start } = started(lookup)
  start('a.b')
  await told()
  expect(answers).toEqual([[1]])
})

test('one that does not answer: no address after the limit, and a late answer is nobody’s [firmware-3]', async () => {
  let answer: (addresses: readonly string[]) => void = () => {}
  const { clock, answers, start } = started(() => new Promise((resolve) => (answer = resolve)))
  start('a.b')
  clock.advance(limit - 1)
  await told()
  expect(answers).toEqual([])
  clock.advance(1)
  expect(answers).toEqual([[1]])
  answer(['192.0.2.1'])
  await told()
  expect(answers).toEqual([[1]])
})

test('while the network is silent nothing is found; dns-failure holds for look-ups too', async () => {
  const { clock, faulty, dialer, answers, start } = started(async () => ['192.0.2.1'])
  dialer.silence(true)
  start('a.b', 1)
  await told()
  clock.advance(limit)
  expect(answers).toEqual([[1]])
  dialer.silence(false)
  const end = faulty.rule(({ host }) => ({ reason: 'dns', detail: `no address for ${host}`, afterMs: 50 }))
  start('a.b', 2)
  await told()
  expect(answers).toEqual([[1]])
  clock.advance(50)
  await told()
  expect(answers).toEqual([[1], [2]])
  end()
  faulty.rule(() => ({ reason: 'connect', detail: 'refused', afterMs: 0 }))
  start('a.b', 3)
  await told()
  expect(answers.at(-1)).toEqual([3, '192.0.2.1'])
})

test('at the end nobody waits any more', async () => {
  const { clock, lookups, answers, start } = started(async () => ['192.0.2.1'])
  start('a.b')
  lookups.destroy()
  await told()
  clock.advance(limit)
  expect(answers).toEqual([])
})

test('the resolver is that of the machine, or the one that the dialer was given [firmware-3]', async () => {
  const clock = virtualClock()
  expect(await nodeDialer({ clock }).lookup!('localhost')).toEqual(expect.arrayContaining([expect.any(String)]))
  expect(await nodeDialer({ clock, lookup: async () => ['192.0.2.5'] }).lookup!('a.b')).toEqual(['192.0.2.5'])
})
