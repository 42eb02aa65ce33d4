import { connect } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { make } from './testing-certificates.ts'
import { closeAll, dialTls, listenTcp, listenTls, storeOf } from './testing-tls.ts'

afterEach(closeAll)

test('a bit is wrong on the way: no connection, whichever it is, and one word', async () => {
  const root = await make({ name: 'Root', ca: true })
  const server = await make({ name: 'Server', issuer: root, hosts: ['127.0.0.1'] })
  const keyed = { key: server.key, cert: server.pem }
  const { port } = await listenTls({ ...keyed, minVersion: 'TLSv1.3' })
  const store = storeOf({ 'ca.pem': root.pem })
  const settings = { authMode: 1 as const, caCert: 'ca.pem', negotiateTimeMs: 1000 }
  const places = Array.from({ length: 43 }, (_, i) => 6 + 13 * i)
  const dials = places.map(async (at) => {
    const { port: way, sent } = await flipping(port, at)
    const { first, happened } = dialTls({ port: way, store, settings })
    return { at, happened, word: (await first())?.split(':')[0], isIdle: isIdle(sent(), at) }
  })
  const outcomes = await Promise.all(dials)
  expect(outcomes.filter(({ happened }) => happened.length !== 1)).toEqual([])
  expect(outcomes.filter(({ word, isIdle }) => word === 'connected' && !isIdle)).toEqual([])
  expect(outcomes.map(({ word }) => word)).toContain('tls')
})

/** A way to a server on which one bit of what it sends is turned over; `sent`: what it had sent. */
async function flipping(port: number, at: number) {
  const chunks: Buffer[] = []
  let passed = 0
  const { port: own } = await listenTcp((socket, hello) => {
    const server = connect({ host: '127.0.0.1', port }).on('error', () => {})
    server.write(hello)
    socket.pipe(server)
    socket.on('close', () => server.destroy())
    server.on('data', (bytes: Buffer) => {
      chunks.push(Buffer.from(bytes))
      if (at >= passed && at < passed + bytes.length) bytes[at - passed]! ^= 0x10
      passed += bytes.length
      socket.write(bytes)
    })
  })
  return { port: own, sent: () => Buffer.concat(chunks) }
}

/** Whether a byte of TLS records may mean nothing in TLS 1.3: it is of a record's head, or of a ChangeCipherSpec. */
function isIdle(stream: Buffer, at: number): boolean {
  let start = 0
  while (start + 5 <= stream.length && start + 5 + stream.readUInt16BE(start + 3) <= at)
    start += 5 + stream.readUInt16BE(start + 3)
  return at < start + 5 || stream[start] === 0x14
}
