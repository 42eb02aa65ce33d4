import { type ChildProcess, spawn } from 'node:child_process'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { nodeClock } from '../runtime/clock-node.ts'
import { virtualClock } from '../runtime/clock-virtual.ts'
import { pattern, text } from '../testing/recorder.ts'
import { until } from '../testing/until.ts'
import type { Lookup } from './dial.ts'
import type { Connection, ConnectionEvents } from './dialer.ts'
import { nodeDialer } from './dialer-node.ts'

let server: Server
let port: number
const peers: Socket[] = []
const opened: Connection[] = []
const children: ChildProcess[] = []

beforeEach(async () => {
  server = createServer({ allowHalfOpen: true }, (socket) => {
    peers.push(socket)
    socket.on('error', () => {})
  })
  port = await listen(server)
})
afterEach(() => {
  for (const connection of opened.splice(0)) connection.destroy()
  for (const peer of peers.splice(0)) peer.destroy()
  for (const child of children.splice(0)) child.kill('SIGKILL')
  server.close()
})

async function listen(one: Server): Promise<number> {
  await new Promise<void>((resolve) => one.listen(0, '127.0.0.1', resolve))
  const address = one.address()
  return typeof address === 'object' ? (address?.port ?? 0) : 0
}

interface Options {
  readonly lookup?: Lookup
  readonly clock?: typeof nodeClock
  readonly timeoutMs?: number
}

/** Dials and notes what happens, bytes joined. */
function dial(host = '127.0.0.1', toPort = port, { timeoutMs = 5000, ...options }: Options = {}) {
  const happened: string[] = []
  const chunks: Buffer[] = []
  const events: ConnectionEvents = {
    connected: () => void happened.push('connected'),
    failed: (reason, detail) => void happened.push(`${reason}: ${detail}`),
    data: (bytes) => void chunks.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)),
    drained: () => void happened.push('drained'),
    ended: () => void happened.push('ended'),
    reset: () => void happened.push('reset'),
  }
  const connection = nodeDialer({ clock: nodeClock, ...options }).dial({ host, port: toPort, timeoutMs }, events)
  opened.push(connection)
  return { connection, happened, bytes: () => Buffer.concat(chunks) }
}

async function connected() {
  const dialed = dial()
  await until(() => dialed.happened.length > 0 && peers.length > 0)
  expect(dialed.happened).toEqual(['connected'])
  return { ...dialed, peer: peers[0]! }
}

/** 127.0.0.3, where the port is open and nobody takes connections any more: the queue of a process that sleeps is full. */
async function mute(): Promise<readonly string[]> {
  const script = `require('net').createServer().listen({ host: '127.0.0.3', port: ${port}, backlog: 1 }, () => {
    console.log('on')
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10000)
  })`
  const child = spawn(process.execPath, ['-e', script])
  children.push(child)
  await new Promise((resolve) => child.stdout.once('data', resolve))
  const fillers = Array.from({ length: 6 }, () => connect({ host: '127.0.0.3', port }).on('error', () => {}))
  peers.push(...fillers)
  await until(() => fillers.filter((filler) => !filler.connecting).length === 2)
  return ['127.0.0.3']
}

async function settle(): Promise<void> {
  const end = performance.now() + 50
  await until(() => performance.now() > end)
}

describe('an open connection', () => {
  test('bytes both ways, as many as fit and more; received arrays are not reused', async () => {
    const { connection, peer, bytes, happened } = await connected()
    const sent = pattern(1 << 20)
    const heard: Buffer[] = []
    peer.on('data', (chunk) => heard.push(chunk))
    peer.pause()
    peer.write(sent)
    let count = 0
    while (connection.write(sent)) count++
    peer.resume()
    const all = Buffer.concat(Array.from({ length: count + 1 }, () => sent))
    await until(
      () => bytes().length === sent.length && heard.reduce((sum, { length }) => sum + length, 0) === all.length,
    )
    expect(bytes().equals(sent)).toBe(true)
    expect(Buffer.concat(heard).equals(all)).toBe(true)
    await until(() => happened.length === 2)
    expect(happened).toEqual(['connected', 'drained'])
  })

  test('small writes arrive in order', async () => {
    const { connection, peer } = await connected()
    const heard: string[] = []
    peer.on('data', (chunk) => heard.push(chunk.toString()))
    for (const letter of 'abcdef') connection.write(text(letter))
    await until(() => heard.length > 0)
    connection.write(text('g'))
    await until(() => heard.join('') === 'abcdefg')
  })

  test('FIN is an end, and our side can still send and close', async () => {
    const { connection, peer, happened, bytes } = await connected()
    peer.end('bye')
    await until(() => happened.length === 2)
    expect([happened, bytes().toString()]).toEqual([['connected', 'ended'], 'bye'])
    let closed = false
    peer.on('end', () => {
      closed = true
    })
    peer.resume()
    connection.close(1000)
    await until(() => closed)
    await settle()
    expect(happened).toHaveLength(2)
  })

  test('RST is a reset', async () => {
    const { peer, happened } = await connected()
    peer.resetAndDestroy()
    await until(() => happened.length === 2)
    expect(happened).toEqual(['connected', 'reset'])
  })

  test('paused, nothing comes, not even the end; resumed, everything does', async () => {
    const { connection, peer, happened, bytes } = await connected()
    connection.pause()
    peer.end('later')
    await settle()
    expect([happened, bytes().length]).toEqual([['connected'], 0])
    connection.resume()
    await until(() => happened.length === 2)
    expect([happened, bytes().toString()]).toEqual([['connected', 'ended'], 'later'])
  })

  test('paused before it is open', async () => {
    const { connection, happened, bytes } = dial()
    connection.pause()
    await until(() => happened.length === 1 && peers.length === 1)
    peers[0]?.write('first')
    await settle()
    expect(bytes()).toHaveLength(0)
    connection.resume()
    await until(() => bytes().length === 5)
  })

  test('close sends what is queued, then FIN', async () => {
    const { connection, peer } = await connected()
    const heard: Buffer[] = []
    let ended = false
    peer
      .on('data', (chunk) => heard.push(chunk))
      .on('end', () => {
        ended = true
      })
    connection.write(pattern(1 << 18))
    connection.close(5000)
    await until(() => ended)
    expect(Buffer.concat(heard).equals(pattern(1 << 18))).toBe(true)
  })

  test('close gives up on a peer that does not take it', async () => {
    const clock = virtualClock()
    const { connection, happened } = dial('127.0.0.1', port, { clock })
    await until(() => happened.length === 1 && peers.length === 1)
    peers[0]?.pause()
    let lost = false
    peers[0]?.on('close', () => {
      lost = true
    })
    connection.write(new Uint8Array(16 << 20))
    connection.close(200)
    await settle()
    expect([lost, clock.pending()]).toEqual([false, 1])
    clock.advance(200)
    peers[0]?.resume()
    peers[0]?.on('end', () => peers[0]?.destroy())
    await until(() => lost)
    expect(happened).toEqual(['connected'])
  })

  test('nothing happens after destroy, whatever the peer does', async () => {
    const { connection, peer, happened, bytes } = await connected()
    peer.write('unheard')
    connection.destroy()
    peer.end()
    await settle()
    expect([happened, bytes().length]).toEqual([['connected'], 0])
    expect(connection.write(text('x'))).toBe(true)
  })
})

describe('a connection that does not come about', () => {
  test('refused', async () => {
    const other = createServer()
    const closed = await listen(other)
    other.close()
    const { happened } = dial('127.0.0.1', closed)
    await until(() => happened.length > 0)
    expect(happened).toEqual([expect.stringMatching(/^connect: .*ECONNREFUSED/)])
  })

  test('a name that is not found', async () => {
    const { happened } = dial('no.such.name.invalid')
    await until(() => happened.length > 0)
    expect(happened).toEqual([expect.stringMatching(/^dns: .*no\.such\.name\.invalid/)])
  })

  test('a name without an address', async () => {
    const { happened } = dial('empty.test', port, { lookup: async () => [] })
    await until(() => happened.length > 0)
    expect(happened).toEqual([expect.stringMatching(/^dns: /)])
  })

  test('a look-up that does not answer in time; its late answer is ignored', async () => {
    const clock = virtualClock()
    let answer: (addresses: readonly string[]) => void = () => {}
    const lookup: Lookup = () =>
      new Promise((resolve) => {
        answer = resolve
      })
    const { happened } = dial('slow.test', port, { clock, lookup })
    clock.advance(4999)
    expect(happened).toEqual([])
    clock.advance(1)
    expect(happened).toEqual([expect.stringMatching(/^dns: .*5000 ms/)])
    answer(['127.0.0.1'])
    await settle()
    expect([happened.length, peers.length, clock.pending()]).toEqual([1, 0, 0])
  })

  test('no TCP answer in time: the limit begins after the look-up', async () => {
    const clock = virtualClock()
    let answer: (addresses: readonly string[]) => void = () => {}
    const lookup: Lookup = () =>
      new Promise((resolve) => {
        answer = resolve
      })
    const { happened } = dial('mute.test', port, { clock, lookup })
    clock.advance(4000)
    answer(await mute())
    await settle()
    clock.advance(4999)
    expect(happened).toEqual([])
    clock.advance(1)
    expect(happened).toEqual([expect.stringMatching(/^connect: .*5000 ms/)])
    expect(clock.pending()).toBe(0)
  })

  test('destroyed on the way: not a word', async () => {
    const clock = virtualClock()
    const { connection, happened } = dial('127.0.0.1', port, { clock })
    connection.destroy()
    await settle()
    clock.advance(10_000)
    expect([happened, clock.pending()]).toEqual([[], 0])
  })
})

describe('a name with several addresses', () => {
  test('one that refuses is passed over [conn-21]', async () => {
    const { happened } = dial('two.test', port, { lookup: async () => ['127.0.0.2', '127.0.0.1'] })
    await until(() => happened.length > 0)
    expect(happened).toEqual(['connected'])
  })

  test.each([
    [5000, 2500],
    [120_000, 3000],
  ])(
    'one that is mute is passed over after its share of %i ms, 3 s at most: %i ms [conn-21]',
    async (timeoutMs, share) => {
      const clock = virtualClock()
      const addresses = [...(await mute()), '127.0.0.1']
      const lookup: Lookup = async () => addresses
      const { happened } = dial('two.test', port, { clock, lookup, timeoutMs })
      await settle()
      clock.advance(share - 1)
      await settle()
      expect(happened).toEqual([])
      clock.advance(1)
      await until(() => happened.length > 0)
      expect([happened, clock.pending()]).toEqual([['connected'], 0])
    },
  )

  test('localhost', async () => {
    const { happened } = dial('localhost')
    await until(() => happened.length > 0)
    expect(happened).toEqual(['connected'])
  })
})

test('a server that sends without end does not hold the process: other work has its turn', async () => {
  let [inTurn, most, all] = [0, 0, 0]
  const turn = (): void => {
    most = Math.max(most, inTurn)
    inTurn = 0
    if (all < length) setImmediate(turn)
  }
  const length = 400_000
  const events: ConnectionEvents = {
    ...{ connected() {}, failed() {}, drained() {}, ended() {}, reset() {} },
    data(bytes) {
      inTurn += bytes.length
      all += bytes.length
      const began = performance.now()
      while (performance.now() - began < 2);
    },
  }
  const connection = nodeDialer({ clock: nodeClock }).dial({ host: '127.0.0.1', port, timeoutMs: 5000 }, events)
  opened.push(connection)
  await until(() => peers.length === 1)
  turn()
  peers[0]!.end(Buffer.alloc(length))
  await until(() => all === length)
  expect(most).toBeLessThan(65_536)
})
