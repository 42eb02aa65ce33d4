import { expect, test } from 'vitest'
import { virtualClock } from '../runtime/clock-virtual.ts'
import type { ConnectionEvents, Dialer } from './dialer.ts'
import { faultyDialer } from './faulty-dialer.ts'

const bytes = Uint8Array.of(1, 2, 3)

/** A dialer whose other side is played by the test, and everything that came of a dial. */
function dialled() {
  const clock = virtualClock()
  const seen: string[] = []
  const peers: ConnectionEvents[] = []
  const note = (what: string) => () => void seen.push(what)
  const plain: Dialer = {
    dial(_, events) {
      peers.push(events)
      return {
        write: (sent) => {
          seen.push(`sent ${[...sent]}`)
          return true
        },
        pause: note('paused'),
        resume: note('resumed'),
        close: note('closed'),
        destroy: note('destroyed'),
      }
    },
  }
  const dialer = faultyDialer(plain, clock)
  const events: ConnectionEvents = {
    connected: note('connected'),
    failed: (reason) => void seen.push(`failed ${reason}`),
    data: (got) => void seen.push(`data ${[...got]}`),
    drained: note('drained'),
    ended: note('ended'),
    reset: note('reset'),
  }
  const dial = () => dialer.dial({ host: 'a', port: 1, timeoutMs: 1000 }, events)
  return { clock, seen, peers, dialer, dial }
}

test('without faults everything goes through', () => {
  const { seen, peers, dial } = dialled()
  const connection = dial()
  peers[0]!.connected()
  expect(connection.write(bytes)).toBe(true)
  connection.pause()
  connection.resume()
  peers[0]!.data(bytes)
  peers[0]!.drained()
  peers[0]!.ended()
  peers[0]!.reset()
  expect(seen).toEqual(['connected', 'sent 1,2,3', 'paused', 'resumed', 'data 1,2,3', 'drained', 'ended'])
})

test('a dial that a rule decides never gets out, and can be given up', () => {
  const { clock, seen, peers, dialer, dial } = dialled()
  const takeOut = dialer.rule(() => ({ reason: 'dns', detail: '', afterMs: 10 }))
  dial().destroy()
  dial()
  clock.advance(10)
  expect(seen).toEqual(['failed dns'])
  takeOut()
  dial()
  expect(peers).toHaveLength(1)
})

test('a rule may leave a dial without an answer for ever', () => {
  const { clock, seen, dialer, dial } = dialled()
  dialer.rule(() => ({ reason: 'connect', detail: '', afterMs: Number.POSITIVE_INFINITY }))
  const connection = dial()
  clock.advance(1e9)
  expect([connection.write(bytes), seen]).toEqual([true, []])
})

test.each([
  ['ended', ['connected', 'destroyed', 'ended']],
  ['reset', ['connected', 'destroyed', 'reset']],
  ['none', ['connected', 'destroyed']],
] as const)('cut: %s', (how, expected) => {
  const { seen, peers, dialer, dial } = dialled()
  const connection = dial()
  expect(dialer.connections()).toEqual([])
  peers[0]!.connected()
  const [link] = dialer.connections()
  link!.cut(how)
  link!.cut(how)
  expect(dialer.connections()).toEqual([])
  expect(connection.write(bytes)).toBe(true)
  peers[0]!.data(bytes)
  expect(seen).toEqual(expected)
})

test('taps change what goes and comes; what one holds back is congestion', () => {
  const { seen, peers, dialer, dial } = dialled()
  const held: (() => void)[] = []
  dialer.onConnection((link) => {
    link.tap('in', { take: (_, pass) => pass(Uint8Array.of(9)) })
    link.tap('out', { take: (sent, pass) => void held.push(() => pass(sent)), held: () => held.length })
  })
  const connection = dial()
  peers[0]!.connected()
  expect(connection.write(bytes)).toBe(false)
  peers[0]!.data(bytes)
  held.pop()!()
  dialer.connections()[0]!.drained()
  expect(seen).toEqual(['connected', 'data 9', 'sent 1,2,3', 'drained'])
})

test('a connection that was given up is no link any more', () => {
  const { peers, dialer, dial } = dialled()
  const first = dial()
  peers[0]!.connected()
  const second = dial()
  peers[1]!.connected()
  first.destroy()
  second.close(5)
  expect(dialer.connections()).toEqual([])
})
