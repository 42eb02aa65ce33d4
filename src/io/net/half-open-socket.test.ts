import { createServer, type Socket } from 'node:net'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { nodeClock } from '../runtime/clock-node.ts'
import { virtualClock } from '../runtime/clock-virtual.ts'
import { until } from '../testing/until.ts'
import { make } from '../tls/testing-certificates.ts'
import { closeAll, dialTls, listenTcp, listenTls, plain } from '../tls/testing-tls.ts'
import type { Connection, ConnectionEvents } from './dialer.ts'
import { nodeDialer } from './dialer-node.ts'

type Way = 'TCP' | 'TLSv1.2' | 'TLSv1.3'

let keyed: { key: string; cert: string }
beforeAll(async () => {
  const server = await make({ name: 'Server', hosts: ['127.0.0.1'] })
  keyed = { key: server.key, cert: server.pem }
})

const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
  closeAll()
})

/** What buffers hold is less. */
const flood = (socket: Socket): Promise<void> =>
  new Promise((done) => socket.write(Buffer.alloc(8_000_000), () => done()))

const nothing: ConnectionEvents = {
  connected() {},
  failed() {},
  data() {},
  drained() {},
  ended() {},
  reset() {},
}

/** Connections of a TCP listener. */
async function listenPlain() {
  const sockets: Socket[] = []
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.push(socket.on('error', () => {}).on('data', () => {}))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { sockets, port: (server.address() as { port: number }).port }
}

function dialPlain(port: number) {
  const happened: string[] = []
  const connection = nodeDialer({ clock: nodeClock }).dial(
    { host: '127.0.0.1', port, timeoutMs: 5000 },
    {
      connected: () => void happened.push('connected'),
      failed: (reason) => void happened.push(reason),
      data: () => void happened.push('data'),
      drained: () => void happened.push('drained'),
      ended: () => void happened.push('ended'),
      reset: () => void happened.push('reset'),
    },
  )
  closers.push(() => connection.destroy())
  return { connection, happened }
}

/** `peer`: the server's end; `below`: its TCP. */
async function connected(way: Way) {
  if (way === 'TCP') {
    const { sockets, port } = await listenPlain()
    const dialed = dialPlain(port)
    await until(() => dialed.happened.length > 0 && sockets.length > 0)
    return { ...dialed, peer: sockets[0]!, below: sockets[0]! }
  }
  const listener = await listenTls({ ...keyed, minVersion: way, maxVersion: way })
  const dialed = dialTls({ port: listener.port })
  await until(() => dialed.happened.length > 0 && listener.sockets.length > 0)
  const [peer, below] = [listener.sockets[0]!, listener.below[0]!]
  return { ...dialed, peer: peer as Socket, below }
}

/** Sockets that keep this process alive. */
const keeping = (): number =>
  process.getActiveResourcesInfo().filter((name) => /^(TCP|TLS)SocketWrap$/.test(name)).length

function abandon(connection: Connection): { gone: number } {
  const told = { gone: 0 }
  connection.abandon!(() => void told.gone++)
  return told
}

describe.each<Way>(['TCP', 'TLSv1.2', 'TLSv1.3'])('a connection that was left, %s', (way) => {
  test('nothing is written, what comes is taken, no event is told, until the server ends it', async () => {
    const { connection, happened, peer, below } = await connected(way)
    connection.write(Buffer.from('before'))
    await until(() => peer.bytesRead >= 6)
    const { bytesRead } = below
    const told = abandon(connection)
    connection.write(Buffer.from('after'))
    await flood(peer)
    expect([happened, told.gone]).toEqual([['connected'], 0])
    peer.end()
    await until(() => told.gone > 0 && below.destroyed)
    expect([happened, told.gone, below.bytesRead]).toEqual([['connected'], 1, bytesRead])
  })

  test('RST ends it', async () => {
    const { connection, happened, below } = await connected(way)
    const told = abandon(connection)
    below.resetAndDestroy()
    await until(() => told.gone > 0)
    expect([happened, told.gone]).toEqual([['connected'], 1])
  })

  test('one that was paused is read', async () => {
    const { connection, peer, happened } = await connected(way)
    connection.pause()
    const told = abandon(connection)
    await flood(peer)
    peer.end()
    await until(() => told.gone > 0)
    expect(happened).toEqual(['connected'])
  })

  test('of what was waiting to be sent, only what the system had taken may arrive', async () => {
    const { connection, peer, happened } = await connected(way)
    peer.pause()
    const piece = Buffer.alloc(1 << 20)
    let sent = 0
    for (let full = 0; full < 8; sent += piece.length) if (!connection.write(piece)) full++
    const told = abandon(connection)
    peer.resume()
    await flood(peer)
    peer.end()
    await until(() => told.gone > 0)
    expect(peer.bytesRead).toBeLessThan(sent)
    expect(happened).toEqual(['connected'])
  })

  test('destroy ends it', async () => {
    const { connection, below } = await connected(way)
    abandon(connection)
    connection.destroy()
    await until(() => below.readableEnded || below.destroyed)
  })

  test('it keeps no process alive', async () => {
    const { connection } = await connected(way)
    const before = keeping()
    abandon(connection)
    expect(keeping()).toBe(before - 1)
  })

  test('TCP under way becomes a connection on which nothing comes', async () => {
    const { sockets, port } = await listenPlain()
    const { connection, happened } = way === 'TCP' ? dialPlain(port) : dialTls({ port })
    const told = abandon(connection)
    await until(() => sockets.length > 0)
    await flood(sockets[0]!)
    sockets[0]!.end()
    await until(() => told.gone > 0 && sockets[0]!.destroyed)
    expect([happened, sockets[0]!.bytesRead]).toEqual([[], 0])
  })
})

test('a handshake under way gets no further: no answer, no alert', async () => {
  let hello = 0
  const sockets: Socket[] = []
  const { port } = await listenTcp((socket, bytes) => {
    hello = bytes.length
    sockets.push(socket.resume())
  })
  const { connection, happened } = dialTls({ port })
  await until(() => sockets.length > 0)
  const told = abandon(connection)
  await flood(sockets[0]!)
  sockets[0]!.end()
  await until(() => told.gone > 0 && sockets[0]!.destroyed)
  expect([happened, sockets[0]!.bytesRead]).toEqual([[], hello])
})

test('a look-up under way is given up: nothing is dialled', async () => {
  const { sockets, port } = await listenPlain()
  let found = (_: readonly string[]): void => {}
  const lookup = () => new Promise<readonly string[]>((resolve) => (found = resolve))
  const dialer = nodeDialer({ clock: nodeClock, lookup })
  const told = abandon(dialer.dial({ host: 'a.example', port, timeoutMs: 5000 }, nothing))
  expect(told.gone).toBe(1)
  found(['127.0.0.1'])
  const other = dialPlain(port)
  await until(() => other.happened.length > 0 && sockets.length > 0)
  expect(sockets).toHaveLength(1)
})

test.each([undefined, plain])(
  'a server that does not answer TCP has seen nothing: gone after a second',
  async (tls) => {
    const clock = virtualClock()
    const target = { host: '192.0.2.1', port: 1883, timeoutMs: 5000, ...(tls && { tls }) }
    const told = abandon(nodeDialer({ clock }).dial(target, nothing))
    clock.advance(1000)
    await until(() => told.gone === 1)
  },
)
