import { connect, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { pattern, record, text } from '../testing/recorder.ts'
import { until } from '../testing/until.ts'
import { listenTcp, type TcpListener } from './tcp.ts'

let moduleEnd: TcpListener
const logged: string[] = []
beforeEach(async () => {
  logged.length = 0
  moduleEnd = await listenTcp({ host: '127.0.0.1', port: 0, log: { log: (_, message) => void logged.push(message) } })
})
afterEach(() => moduleEnd.close())

/** A client, what it has heard, and whether its connection is over. */
class Client {
  readonly socket: Socket
  heard = Buffer.alloc(0)
  over = false

  constructor() {
    this.socket = connect({ host: '127.0.0.1', port: moduleEnd.port })
    this.socket.on('data', (bytes) => {
      this.heard = Buffer.concat([this.heard, bytes])
    })
    this.socket
      .on('error', () => {})
      .on('close', () => {
        this.over = true
      })
  }
}

describe('tcp', () => {
  test('one client: bytes both ways, its coming and its going', async () => {
    const seen = record(moduleEnd, () => moduleEnd.write(text('\r\nOK\r\n')))
    expect(moduleEnd.address).toBe(`127.0.0.1:${moduleEnd.port}`)
    const client = new Client()
    client.socket.write('AT\r')
    await until(() => client.heard.length > 0)
    expect(client.heard.toString()).toBe('\r\nOK\r\n')
    client.socket.end()
    await until(() => seen.events.at(-1) === false && client.over)
    expect(seen.events).toEqual([true, 'AT\r', false])
  })

  test('a client that sends and ends at once still gets its answer', async () => {
    record(moduleEnd, () => moduleEnd.write(text('\r\nOK\r\n')))
    const client = new Client()
    client.socket.end('AT\r')
    await until(() => client.over)
    expect(client.heard.toString()).toBe('\r\nOK\r\n')
  })

  test('a second client is told and let go, the first notices nothing', async () => {
    const seen = record(moduleEnd)
    const first = new Client()
    await until(() => seen.events.length === 1)
    const second = new Client()
    second.socket.write('AT\r')
    await until(() => second.over)
    expect(second.heard.toString()).toMatch(/^\r\nbusy: .*\r\n$/)
    first.socket.write('here')
    await until(() => seen.events.includes('here'))
    expect(seen.events).toEqual([true, 'here'])
    expect(first.heard).toHaveLength(0)
    first.socket.destroy()
  })

  test('a program that closes and connects again at once is let in, 50 times', async () => {
    const seen = record(moduleEnd)
    for (let round = 1; round <= 50; round++) {
      const client = new Client()
      client.socket.write(`${round};`)
      await until(() => seen.bytes().toString().endsWith(`${round};`))
      if (round % 2 === 0) client.socket.resetAndDestroy()
      else client.socket.destroy()
    }
    await until(() => seen.events.at(-1) === false)
    expect(seen.events.filter((event) => event === true)).toHaveLength(50)
    expect(seen.events.filter((event) => event === false)).toHaveLength(50)
  })

  test('what comes before start waits for it; paused, it waits too and then comes before the leaving', async () => {
    const client = new Client()
    client.socket.write('early')
    await until(() => client.socket.bytesWritten === 5)
    const seen = record(moduleEnd)
    await until(() => seen.events.includes('early'))
    moduleEnd.pause()
    client.socket.end('last words')
    const third = new Client()
    await until(() => third.over)
    expect(seen.events).toEqual([true, 'early'])
    moduleEnd.resume()
    await until(() => seen.events.at(-1) === false)
    expect(seen.bytes().toString()).toBe('earlylast words')
  })

  test('paused before a client comes: it is seen, its bytes wait', async () => {
    const seen = record(moduleEnd)
    moduleEnd.pause()
    const client = new Client()
    client.socket.end('AT\r')
    const refused = new Client()
    await until(() => refused.over)
    expect(seen.events).toEqual([true])
    moduleEnd.resume()
    await until(() => seen.events.at(-1) === false)
    expect(seen.events).toEqual([true, 'AT\r', false])
  })

  test('1 MiB each way; a client that does not read is counted, then drained', async () => {
    const sent = pattern(1 << 20)
    const seen = record(moduleEnd)
    const client = new Client()
    client.socket.pause()
    await until(() => seen.events.length === 1)
    const chunk = 65536
    let written = 0
    while (moduleEnd.backlog() < sent.length) {
      moduleEnd.write(sent.subarray(0, chunk))
      written += chunk
    }
    client.socket.write(sent)
    await until(() => seen.bytes().length === sent.length)
    expect(seen.bytes().equals(sent)).toBe(true)
    expect([moduleEnd.backlog() >= sent.length, seen.drained()]).toEqual([true, 0])
    client.socket.resume()
    await until(() => client.heard.length === written)
    const expected = Buffer.concat(Array.from({ length: written / chunk }, () => sent.subarray(0, chunk)))
    expect(client.heard.equals(expected)).toBe(true)
    await until(() => moduleEnd.backlog() === 0 && seen.drained() > 0)
    client.socket.destroy()
  })

  test('paused, a client that leaves its backlog and unread bytes behind is gone all the same', async () => {
    const seen = record(moduleEnd)
    const client = new Client()
    client.socket.pause()
    await until(() => seen.events.length === 1)
    moduleEnd.pause()
    moduleEnd.write(pattern(1 << 23))
    client.socket.write('last words')
    await until(() => client.socket.writableLength === 0)
    client.socket.destroy()
    await until(() => seen.events.at(-1) === false)
    expect([moduleEnd.backlog(), seen.drained() > 0]).toEqual([0, true])
    moduleEnd.resume()
    const next = new Client()
    next.socket.write('AT\r')
    await until(() => seen.events.at(-1) === 'AT\r')
    next.socket.destroy()
  })

  test('close lets queued output leave, then ends the connection and the port', async () => {
    record(moduleEnd)
    const client = new Client()
    client.socket.write('x')
    await until(() => moduleEnd.backlog() === 0 && client.socket.bytesWritten === 1 && !client.socket.connecting)
    const seen = new Client()
    await until(() => seen.over)
    moduleEnd.write(pattern(1 << 20))
    await moduleEnd.close()
    await until(() => client.over)
    expect(client.heard).toHaveLength(1 << 20)
    const late = new Client()
    await until(() => late.over)
    expect(late.heard).toHaveLength(0)
  })
})

describe('a client that speaks what browsers speak', () => {
  const commands = '\r\nAT+CPOF\r\n'
  test.each([
    ['HTTP', `POST / HTTP/1.1${commands}`, 'POST / HTTP/1.1'],
    ['TLS', `\x16\x03\x01\x02\0${commands}`, ''],
    ['STUN', `\0\x03\0\x08\x21\x12\xa4\x42${commands}`, ''],
  ])('%s: it is let go with one line in the log, and its lines never end [line-67]', async (name, said, typed) => {
    const seen = record(moduleEnd, (bytes) => moduleEnd.write(bytes))
    const client = new Client()
    client.socket.write(text(said))
    await until(() => client.over && seen.events.at(-1) === false)
    expect(seen.events).toEqual(typed ? [true, typed, false] : [true, false])
    expect(logged).toEqual([expect.stringContaining(`speaks ${name}`)])
  })

  test('the next client is none of them, and only its own first line counts', async () => {
    const seen = record(moduleEnd)
    const browser = new Client()
    browser.socket.write('GET / HTTP/1.1\r\n')
    await until(() => browser.over)
    const client = new Client()
    client.socket.write('AT\r')
    await until(() => seen.events.at(-1) === 'AT\r')
    client.socket.write('GET / HTTP/1.1\r')
    await until(() => seen.bytes().toString().endsWith('HTTP/1.1\r'))
    expect(client.over).toBe(false)
    client.socket.destroy()
  })
})

describe('an address that cannot be had', () => {
  test.each([
    ['inUse', '127.0.0.1', 0, /in use/],
    ['invalid', '192.0.2.1', 0, /no address of this machine/],
    ['invalid', '127.0.0.1', 70_000, /no TCP port/],
    ['invalid', 'no.such.name.invalid', 0, /not known/],
  ])('%s: %s', async (code, host, port, message) => {
    const wanted = code === 'inUse' ? moduleEnd.port : port
    const failure = listenTcp({ host, port: wanted })
    await expect(failure).rejects.toMatchObject({ name: 'SetupError', code, message: expect.stringMatching(message) })
  })
})
