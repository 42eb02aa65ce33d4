import { once } from 'node:events'
import { existsSync, readdirSync, readlinkSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { afterEach, describe, expect, test } from 'vitest'
import type { Log } from '../io/runtime/runtime.ts'
import { SetupError } from '../io/setup-error.ts'
import { until } from '../io/testing/until.ts'
import { type Control, startControl } from './control-server.ts'
import { login, rig, silentLog } from './testing.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function served(where: { readonly host?: string; readonly token?: string } = {}) {
  const made = rig()
  const logged: unknown[] = []
  const log: Log = { log: (_, message, fields) => void logged.push(fields ?? message) }
  const control = await startControl({
    host: '127.0.0.1',
    port: 0,
    module: made.module,
    clock: made.clock,
    log,
    ...where,
  })
  closers.push(() => control.close())
  return { ...made, control, logged }
}

/** A client and the lines it gets, in order. */
async function client({ port }: Control, allowHalfOpen = false) {
  const socket = connect({ host: '127.0.0.1', port, allowHalfOpen })
  closers.push(() => socket.destroy())
  await once(socket, 'connect')
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]()
  const next = async (): Promise<Record<string, unknown>> => {
    const { value, done } = await lines.next()
    return done ? { closed: true } : JSON.parse(value)
  }
  return { socket, next, send: (...requests: unknown[]) => sendAll(socket, requests) }
}

/** Sockets that this process holds open, ours and those of the server; an inactive one is no resource of Node's. */
const openSockets = (): number => readdirSync('/proc/self/fd').filter(isSocket).length

function isSocket(descriptor: string): boolean {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`).startsWith('socket:')
  } catch {
    return false
  }
}

function sendAll(socket: Socket, requests: readonly unknown[]): void {
  socket.write(requests.map((request) => `${JSON.stringify(request)}\n`).join(''))
}

describe('requests', () => {
  test('replies come in order, errors among them', async () => {
    const { control, module, heard } = await served()
    const { next, send } = await client(control)
    send({ op: 'urc', text: 'RING' }, { op: 'nonsense' }, { op: 'network', state: 'silent' }, { op: 'state' })
    expect(await next()).toEqual({ ok: true })
    expect(await next()).toEqual({ ok: false, error: expect.stringContaining('"nonsense"') })
    expect(await next()).toEqual({ ok: true })
    expect(await next()).toMatchObject({ ok: true, state: { network: { coverage: 'silent' } } })
    expect(heard()).toBe('\r\nRING\r\n')
    expect(module.state().cellular.network.coverage).toBe('silent')
  })

  test('a request may come in pieces, with CR LF, and without an end as the last', async () => {
    const { control, heard } = await served()
    const { socket, next } = await client(control, true)
    for (const byte of Buffer.from('{"op":"urc","text":"ü"}\r\n\n')) socket.write(Uint8Array.of(byte))
    expect(await next()).toEqual({ ok: true })
    expect(heard()).toBe('\r\n\xc3\xbc\r\n')
    socket.end('{"op":"state"}')
    expect(await next()).toMatchObject({ ok: true, state: { service: 'stopped' } })
    expect(await next()).toEqual({ closed: true })
  })

  test('many clients at once', async () => {
    const { control } = await served()
    const clients = await Promise.all(Array.from({ length: 20 }, () => client(control)))
    for (const { send } of clients) send({ op: 'state' })
    const replies = await Promise.all(clients.map(({ next }) => next()))
    expect(replies.filter(({ ok }) => ok)).toHaveLength(20)
  })

  test.each([
    ['complete', `{"op":"urc","text":"${'x'.repeat(65_536)}"}\n`],
    ['without an end', 'x'.repeat(200_000)],
  ])('a line over 64 KiB, %s, is refused and ends the connection', async (_title, text) => {
    const { control } = await served()
    const { socket, next } = await client(control)
    socket.write(text)
    expect(await next()).toEqual({ ok: false, error: expect.stringContaining('longer than 65536 bytes') })
    expect(await next()).toEqual({ closed: true })
  })

  test('a web page can not drive it through a browser', async () => {
    const { control, heard } = await served()
    const { socket, next } = await client(control)
    socket.write('POST / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n{"op":"urc","text":"RING"}\n')
    expect(await next()).toMatchObject({ ok: false })
    expect(await next()).toEqual({ closed: true })
    expect(heard()).toBe('')
  })

  const op = '{"op":"urc","text":"RING"}\n'
  test.each([
    ['HTTP', `POST / HTTP/1.1\r\n\r\n${op}`],
    ['HTTP behind an empty line', `\r\nPOST / HTTP/1.1\r\n\r\n${op}`],
    ['TLS, no line of which ends', '\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03'],
    ['TLS', `\x16\x03\x01\x02\0${op}`],
    ['STUN', `\0\x03\0\x08\x21\x12\xa4\x42${op}`],
    ['words', `hello\n${op}`],
    ['JSON that is no object', `["op"]\n${op}`],
  ])('%s, whole and in pieces: one error, the end, one line in the log, nothing done', async (_title, text) => {
    const { control, heard, logged } = await served()
    for (const pieces of [[text], [...text]]) {
      const { socket, next } = await client(control)
      for (const piece of pieces) socket.write(Buffer.from(piece, 'latin1'))
      expect(await next()).toMatchObject({ ok: false })
      expect(await next()).toEqual({ closed: true })
    }
    expect(heard()).toBe('')
    expect(logged).toHaveLength(2)
  })

  test('a flood of them: ten lines in the log, then one a minute with their number', async () => {
    const { control, logged, clock } = await served()
    for (let i = 0; i < 35; i++) {
      const { socket, next } = await client(control)
      socket.write(i % 2 === 0 ? 'GET / HTTP/1.1\r\n\r\n' : 'hello\n')
      expect(await next()).toMatchObject({ ok: false })
    }
    expect(logged).toHaveLength(10)
    clock.advance(60_000)
    expect(logged.slice(10)).toEqual([{ further: 25 }])
  })

  test('a bad line behind a good one is answered, and the connection stays', async () => {
    const { control, logged } = await served()
    const { socket, next } = await client(control)
    socket.write('{"op":"nonsense"}\nhello\nGET / HTTP/1.1\n\x16\x03\n{"op":"urc","text":"RING"}\n')
    for (const ok of [false, false, false, false, true]) expect(await next()).toMatchObject({ ok })
    expect(logged).toEqual([])
  })
})

describe('a token', () => {
  const token = 'tökèn "1"'

  test('is the first line, then all is as without', async () => {
    const { control, heard } = await served({ token })
    const { next, send } = await client(control)
    send({ token }, { op: 'urc', text: 'RING' }, { token })
    expect(await next()).toEqual({ ok: true })
    expect(await next()).toEqual({ ok: true })
    expect(await next()).toMatchObject({ ok: false })
    expect(heard()).toBe('\r\nRING\r\n')
  })

  test.each([
    ['missing', { op: 'urc', text: 'RING' }],
    ['wrong', { token: 'token' }],
    ['no text', { token: 1 }],
    ['beside a request', { token, op: 'urc', text: 'RING' }],
    ['empty', { token: '' }],
  ])('%s: the connection ends, and nothing is done', async (_title, first) => {
    const { control, heard, logged } = await served({ token })
    const { next, send } = await client(control)
    send(first, { op: 'urc', text: 'RING' })
    expect(await next()).toEqual({ ok: false, error: expect.stringContaining('wants its token first') })
    expect(await next()).toEqual({ closed: true })
    expect([heard(), logged.length]).toEqual(['', 1])
  })

  test('where none is wanted it does no harm', async () => {
    const { control } = await served()
    const { next, send } = await client(control)
    send({ token }, { op: 'state' })
    expect(await next()).toEqual({ ok: true })
    expect(await next()).toMatchObject({ ok: true, state: {} })
  })

  test.each(['0.0.0.0', '::', 'host.example', '192.0.2.1'])('%s needs one', async (host) => {
    const { module, clock } = rig()
    const open = (token: string) => startControl({ host, port: 0, token, module, clock, log: silentLog })
    await expect(open('')).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('give it a token'),
    })
  })

  test('with one, other machines may be let in', async () => {
    const { control } = await served({ host: '0.0.0.0', token })
    expect(control.address).toBe(`0.0.0.0:${control.port}`)
  })
})

describe('events', () => {
  test('lines and packets, with replies between them', async () => {
    const { control, type } = await served()
    const { next, send } = await client(control)
    send({ op: 'events' })
    expect(await next()).toEqual({ ok: true })
    type(login('secret'))
    expect(await next()).toMatchObject({ event: 'line', direction: 'in', bytes: expect.stringContaining('***') })
    expect(await next()).toMatchObject({ event: 'line', direction: 'out' })
    expect(await next()).toMatchObject({ event: 'mqtt', direction: 'out', packet: { password: '***' } })
    expect(await next()).toMatchObject({ event: 'mqtt', direction: 'in', packet: { type: 'connack' } })
    expect(await next()).toMatchObject({ event: 'line', bytes: '\\r\\n+CMQTTCONNECT: 0,0\\r\\n' })
    send({ op: 'urc', text: 'RING' })
    expect(await next()).toMatchObject({ event: 'line', direction: 'out', bytes: '\\r\\nRING\\r\\n' })
    expect(await next()).toEqual({ ok: true })
  })

  test('end with the sending side of the client', async () => {
    const { control, module } = await served()
    const { socket, next } = await client(control, true)
    socket.end('{"op":"events"}\n')
    expect(await next()).toEqual({ ok: true })
    module.urc('RING')
    expect(await next()).toEqual({ closed: true })
  })

  test.skipIf(!existsSync('/proc/self/fd'))('one who has gone is let go at once, though nothing happens', async () => {
    const { control } = await served()
    const before = openSockets()
    const { socket, next, send } = await client(control)
    send({ op: 'events' })
    expect(await next()).toEqual({ ok: true })
    socket.destroy()
    await until(() => openSockets() === before)
  })

  test('a client that does not read loses the oldest, is told how many, and gets the newest', async () => {
    const { control, module } = await served()
    const { socket, next, send } = await client(control)
    send({ op: 'events' })
    expect(await next()).toEqual({ ok: true })
    socket.pause()
    const count = 12_000
    for (let i = 0; i < count; i++) module.urc(`${i} ${'x'.repeat(900)}`)
    socket.resume()
    let seen = 0
    let dropped = 0
    for (;;) {
      const event = await next()
      if (event.event === 'dropped') dropped += Number(event.count)
      else seen++
      if (String(event.bytes).startsWith(`\\r\\n${count - 1} `)) break
    }
    expect(dropped).toBeGreaterThan(0)
    expect(seen + dropped).toBe(count)
  })
})

describe('64 clients at once', () => {
  const full = { ok: false, error: 'This control port has 64 clients already: end one of them, then connect again.' }
  const asked = async (control: Control) => {
    const one = await client(control)
    one.send({ op: 'faults' })
    return { ...one, reply: await one.next() }
  }

  test('the next one is told so, until one of them has gone', async () => {
    const { control } = await served()
    const all: Awaited<ReturnType<typeof asked>>[] = []
    for (let i = 0; i < 64; i++) all.push(await asked(control))
    const late = await client(control)
    expect([await late.next(), await late.next()]).toEqual([full, { closed: true }])
    all[0]!.send({ op: 'faults' })
    expect(await all[0]!.next()).toHaveProperty('ok')
    all[1]!.socket.destroy()
    await until(() => all[1]!.socket.closed)
    all[1] = await asked(control)
    expect(all[1].reply).not.toEqual(full)
  })

  test('one that has said nothing gives way', async () => {
    const { control } = await served()
    const silent: Awaited<ReturnType<typeof client>>[] = []
    for (let i = 0; i < 64; i++) silent.push(await client(control))
    expect((await asked(control)).reply).not.toEqual(full)
    expect([await silent[0]!.next(), await silent[0]!.next()]).toEqual([full, { closed: true }])
  })
})

describe('starting and stopping', () => {
  test('says where it listens', async () => {
    const { control } = await served()
    expect(control.address).toBe(`127.0.0.1:${control.port}`)
  })

  test.each([
    ['a port in use', 'inUse', (port: number) => ({ host: '127.0.0.1', port })],
    ['an address of another machine', 'invalid', () => ({ host: '192.0.2.1', port: 0, token: 't' })],
    ['a port out of range', 'invalid', () => ({ host: '127.0.0.1', port: 70_000 })],
  ])('%s is a setup error', async (_title, code, where) => {
    const { control, module, clock } = await served()
    const second = startControl({ ...where(control.port), module, clock, log: silentLog })
    await expect(second).rejects.toBeInstanceOf(SetupError)
    await expect(second).rejects.toMatchObject({ code })
  })

  test('close ends every connection and frees the port', async () => {
    const { control, module, clock } = await served()
    const { next, send } = await client(control)
    send({ op: 'events' })
    await next()
    await control.close()
    expect(await next()).toEqual({ closed: true })
    const again = await startControl({ host: '127.0.0.1', port: control.port, module, clock, log: silentLog })
    await again.close()
    expect(again.port).toBe(control.port)
  })
})
