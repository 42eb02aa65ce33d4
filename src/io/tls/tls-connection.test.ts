import { connect as rawConnect } from 'node:net'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { virtualClock } from '../runtime/clock-virtual.ts'
import { pattern, text } from '../testing/recorder.ts'
import { until } from '../testing/until.ts'
import { type Made, make } from './testing-certificates.ts'
import { closeAll, dialTls, listenTcp, listenTls, storeOf } from './testing-tls.ts'

let root: Made
let server: Made
let keyed: { key: string; cert: string }

beforeAll(async () => {
  root = await make({ name: 'Root', ca: true })
  server = await make({ name: 'Server', issuer: root, hosts: ['broker.test', '127.0.0.1'] })
  keyed = { key: server.key, cert: server.pem }
})
afterEach(closeAll)

/** Turns of the event loop in which what is under way on the loopback arrives. */
async function settle(): Promise<void> {
  const end = performance.now() + 50
  await until(() => performance.now() > end)
}

async function connected(options: Parameters<typeof listenTls>[0] = keyed) {
  const listener = await listenTls(options)
  const dialed = dialTls({ port: listener.port })
  await until(() => dialed.happened.length > 0 && listener.sockets.length > 0)
  expect(dialed.happened).toEqual(['connected'])
  return { ...dialed, ...listener, peer: listener.sockets[0]! }
}

describe.each(['TLSv1.2', 'TLSv1.3'] as const)('an open connection, %s', (version) => {
  const options = () => ({ ...keyed, minVersion: version, maxVersion: version })

  test('bytes both ways, as many as fit and more', async () => {
    const { connection, peer, bytes, received, happened } = await connected(options())
    const sent = pattern(1 << 20)
    peer.pause()
    peer.write(sent)
    let count = 1
    while (connection.write(sent)) count++
    peer.resume()
    const all = Buffer.concat(Array.from({ length: count }, () => sent))
    await until(() => bytes().length === sent.length && received().length === all.length)
    expect(bytes().equals(sent) && received().equals(all)).toBe(true)
    await until(() => happened.length === 2)
    expect(happened).toEqual(['connected', 'drained'])
  })

  test('close_notify and FIN are an end', async () => {
    const { peer, happened, bytes } = await connected(options())
    peer.end('bye')
    await until(() => happened.length > 1)
    expect([happened, bytes().toString()]).toEqual([['connected', 'ended'], 'bye'])
  })

  test('RST is a reset', async () => {
    const { below, connection, received, happened } = await connected(options())
    connection.write(text('x'))
    await until(() => received().length === 1)
    below[0]?.resetAndDestroy()
    await until(() => happened.length > 1)
    expect(happened).toEqual(['connected', 'reset'])
  })

  test('paused, nothing comes, not even the end; resumed, everything does', async () => {
    const { connection, peer, happened, bytes } = await connected(options())
    connection.pause()
    peer.write(pattern(100_000))
    peer.end()
    await settle()
    expect([happened, bytes().length]).toEqual([['connected'], 0])
    connection.resume()
    await until(() => happened.length > 1)
    expect(happened).toEqual(['connected', 'ended'])
    expect(bytes().equals(pattern(100_000))).toBe(true)
  })

  test('close sends what is queued, then the end', async () => {
    const { connection, peer, received, happened } = await connected(options())
    let ended = false
    peer.on('end', () => {
      ended = true
    })
    connection.write(pattern(1 << 18))
    connection.close(5000)
    await until(() => ended)
    expect(received().equals(pattern(1 << 18))).toBe(true)
    expect(happened).not.toContain('reset')
  })

  test('nothing happens after destroy, whatever the peer does', async () => {
    const { connection, peer, happened, bytes } = await connected(options())
    peer.write('unheard')
    connection.destroy()
    peer.end()
    await settle()
    expect([happened, bytes().length, connection.write(text('x'))]).toEqual([['connected'], 0, true])
  })
})

describe('an open connection', () => {
  test('close gives up on a peer that does not take it', async () => {
    const clock = virtualClock()
    const listener = await listenTls(keyed)
    const { connection, first } = dialTls({ port: listener.port, clock })
    expect(await first()).toBe('connected')
    await until(() => listener.sockets.length > 0)
    const peer = listener.sockets[0]!
    peer.pause()
    let lost = false
    peer.on('close', () => {
      lost = true
    })
    connection.write(new Uint8Array(16 << 20))
    connection.close(200)
    await settle()
    expect([lost, clock.pending()]).toEqual([false, 1])
    clock.advance(200)
    peer.resume()
    await until(() => lost)
  })

  test('a server that wants to renegotiate is told no', async () => {
    const { peer, happened } = await connected({ ...keyed, maxVersion: 'TLSv1.2' })
    const refused = new Promise<Error>((resolve) => void peer.on('error', resolve))
    peer.renegotiate({}, () => {})
    expect((await refused).message).toMatch(/no renegotiation/)
    await until(() => happened.length > 1)
  })

  test('says no name and no protocol that were not asked for', async () => {
    const { peer } = await connected(keyed)
    expect([(peer as typeof peer & { servername: unknown }).servername, peer.alpnProtocol]).toEqual([false, false])
  })
})

describe('the handshake', () => {
  test('no answer in time: the limit begins with TCP and is its own', async () => {
    const clock = virtualClock()
    const peer = await listenTcp(() => {})
    const { happened } = dialTls({ port: peer.port, clock, settings: { negotiateTimeMs: 10_000 } })
    await until(() => peer.hellos.length > 0)
    clock.advance(9_999)
    expect(happened).toEqual([])
    clock.advance(1)
    expect(happened).toEqual([`tlsTimeout: no TLS with 127.0.0.1, port ${peer.port}, in 10000 ms`])
    expect(clock.pending()).toBe(0)
  })

  test('stalls in the middle: a bit of an answer is none', async () => {
    const clock = virtualClock()
    const listener = await listenTls(keyed)
    const peer = await listenTcp((socket, hello) => {
      const onward = tlsRaw(listener.port)
      onward.write(hello)
      onward.once('data', (answer) => socket.write(answer.subarray(0, 50)))
    })
    const { happened } = dialTls({ port: peer.port, clock })
    await until(() => peer.hellos.length > 0)
    await settle()
    clock.advance(299_999)
    expect(happened).toEqual([])
    clock.advance(1)
    expect(happened).toEqual([expect.stringMatching(/^tlsTimeout: /)])
  })

  test('done in time, the limit is gone', async () => {
    const clock = virtualClock()
    const listener = await listenTls(keyed)
    const { first, happened } = dialTls({ port: listener.port, clock })
    expect(await first()).toBe('connected')
    expect(clock.pending()).toBe(0)
    clock.advance(400_000)
    expect(happened).toEqual(['connected'])
  })

  test('paused, it stands still, and time runs against it', async () => {
    const clock = virtualClock()
    const listener = await listenTls(keyed)
    const { connection, happened } = dialTls({ port: listener.port, clock })
    connection.pause()
    await settle()
    expect(happened).toEqual([])
    connection.resume()
    await until(() => happened.length > 0)
    expect(happened).toEqual(['connected'])
    const other = dialTls({ port: listener.port, clock })
    other.connection.pause()
    await settle()
    clock.advance(300_000)
    expect(other.happened).toEqual([expect.stringMatching(/^tlsTimeout: /)])
  })

  test.each([
    ['is no TLS', (socket) => void socket.write('220 mail.test ESMTP ready\r\n'), /^notTls: .* is no TLS \(/],
    ['closes', (socket) => void socket.end(), /^tlsClosed: no TLS with 127\.0\.0\.1: the peer closed or reset/],
    ['resets', (socket) => void socket.resetAndDestroy(), /^tlsClosed: no TLS with 127\.0\.0\.1: the peer closed or/],
    [
      'sends an alert',
      (socket) => void socket.write(Buffer.from('15030300020228', 'hex')),
      /alert "handshake failure"/,
    ],
    ['closes behind a part of an answer', (socket) => void socket.end(Buffer.from('16030300', 'hex')), /^tlsClosed: /],
    [
      'closes behind a record that has begun',
      (socket) => void socket.end(Buffer.from('160303007a020000', 'hex')),
      /^tlsCut: /,
    ],
  ] as [string, Parameters<typeof listenTcp>[0], RegExp][])('the peer %s', async (_, act, words) => {
    const clock = virtualClock()
    const peer = await listenTcp(act)
    const { first, happened } = dialTls({ port: peer.port, clock })
    expect(await first()).toMatch(words)
    await settle()
    expect([happened.length, clock.pending()]).toEqual([1, 0])
  })

  test('the peer answers, then sends what is no TLS: a handshake that fails', async () => {
    const listener = await listenTls({ ...keyed, maxVersion: 'TLSv1.2' })
    const peer = await listenTcp((socket, hello) => {
      const onward = tlsRaw(listener.port)
      onward.write(hello)
      onward.once('data', (answer) => socket.write(Buffer.concat([answer, Buffer.from('HTTP/1.1 400 Bad Request')])))
    })
    expect(await dialTls({ port: peer.port }).first()).toMatch(/^tls: .* is no TLS \(/)
  })

  test('destroyed in the middle: not a word', async () => {
    const clock = virtualClock()
    const peer = await listenTcp(() => {})
    const { connection, happened } = dialTls({ port: peer.port, clock })
    await until(() => peer.hellos.length > 0)
    connection.destroy()
    await settle()
    clock.advance(400_000)
    expect([happened, clock.pending()]).toEqual([[], 0])
  })

  test('TCP refused is no matter of TLS', async () => {
    const listener = await listenTcp(() => {})
    closeAll()
    const { first } = dialTls({ port: listener.port })
    expect(await first()).toMatch(/^connect: .*ECONNREFUSED/)
  })

  test('nothing is sent before the verdict, and nothing to a server that is refused [tls-21]', async () => {
    const listener = await listenTls(keyed)
    const { connection, first } = dialTls({
      port: listener.port,
      store: storeOf({ 'ca.pem': (await make({ name: 'Root', ca: true })).pem }),
      settings: { authMode: 1, caCert: 'ca.pem' },
    })
    connection.write(text('secret'))
    expect(await first()).toMatch(/^tls: the certificate of 127\.0\.0\.1 is not accepted: "CN=Server" is not signed/)
    connection.write(text('secret'))
    await settle()
    expect(listener.received()).toHaveLength(0)
  })

  test('the name is sent only when it is enabled, and never an address [tls-12]', async () => {
    const names: unknown[] = []
    const listener = await listenTls({ ...keyed, SNICallback: (name, done) => done(null, void names.push(name)) })
    for (const host of ['broker.test', 'broker.test.', '127.0.0.1'])
      for (const enableSni of [false, true])
        expect(await dialTls({ port: listener.port, host, settings: { enableSni } }).first()).toBe('connected')
    expect(names).toEqual(['broker.test', 'broker.test'])
  })
})

const tlsRaw = (port: number) => rawConnect({ host: '127.0.0.1', port }).on('error', () => {})
