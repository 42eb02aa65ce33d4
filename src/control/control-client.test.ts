import { createServer, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { SetupError } from '../io/setup-error.ts'
import { listening } from '../io/transports/tcp-socket.ts'
import { callControl } from './control-client.ts'
import { startControl } from './control-server.ts'
import { rig, silentLog } from './testing.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function served() {
  const made = rig()
  const options = { host: '127.0.0.1', port: 0, module: made.module, clock: made.clock, log: silentLog }
  const control = await startControl(options)
  closers.push(() => control.close())
  return { ...made, control }
}

async function stranger(behave: (socket: Socket) => void) {
  const server = createServer(behave)
  await listening(server, { host: '127.0.0.1', port: 0 })
  closers.push(() => server.close())
  const address = server.address()
  return { host: '127.0.0.1', port: typeof address === 'object' && address ? address.port : 0 }
}

test('gives the reply, a refusal too', async () => {
  const { control, heard } = await served()
  expect(await callControl(control, { op: 'urc', text: 'RING' })).toEqual({ ok: true })
  expect(heard()).toBe('\r\nRING\r\n')
  expect(await callControl(control, { op: 'bad' })).toMatchObject({ ok: false })
  expect(await callControl(control, { op: 'state' }, { onEvent: () => {} })).toMatchObject({ ok: true })
})

test('sends the token first; a wrong one is a refusal', async () => {
  const { module, clock } = rig()
  const options = { host: '127.0.0.1', port: 0, token: 'secret', module, clock, log: silentLog }
  const control = await startControl(options)
  closers.push(() => control.close())
  expect(await callControl(control, { op: 'state' }, { token: 'secret' })).toMatchObject({ ok: true, state: {} })
  const refused = { ok: false, error: expect.stringContaining('wants its token first') }
  expect(await callControl(control, { op: 'state' }, { token: 'public' })).toEqual(refused)
  expect(await callControl(control, { op: 'state' })).toEqual(refused)
})

test('events go on until the caller has enough', async () => {
  const { control, module } = await served()
  const enough = new AbortController()
  const events: unknown[] = []
  const watching = callControl(
    control,
    { op: 'events' },
    {
      signal: enough.signal,
      onEvent: (event) => {
        events.push(event)
        if (events.length === 2) enough.abort()
        else module.urc('two')
      },
    },
  )
  while (events.length === 0) {
    await callControl(control, { op: 'state' })
    module.urc('one')
  }
  expect(await watching).toEqual({ ok: true })
  expect(events).toHaveLength(2)
})

test('events end with the server', async () => {
  const { control } = await served()
  const watching = callControl(control, { op: 'events' }, { onEvent: () => {} })
  await callControl(control, { op: 'state' })
  await control.close()
  expect(await watching).toEqual({ ok: true })
})

test('nobody listens', async () => {
  const { control } = await served()
  await control.close()
  const call = callControl(control, { op: 'state' })
  await expect(call).rejects.toBeInstanceOf(SetupError)
  await expect(call).rejects.toMatchObject({
    code: 'missing',
    message: `Nobody listens on ${control.address}: start atmqtt with --control ${control.address} first.`,
  })
})

test('an invalid port number', async () => {
  await expect(callControl({ host: '127.0.0.1', port: 70_000 }, { op: 'state' })).rejects.toMatchObject({
    code: 'invalid',
  })
})

test('a line without end of somebody else is not kept', async () => {
  const address = await stranger((socket) => {
    const piece = Buffer.alloc(1 << 20, 0x41)
    const go = (): void => {
      while (!socket.destroyed && socket.write(piece));
    }
    socket.on('error', () => {}).on('drain', go)
    socket.write('{"ok":true}\n')
    go()
  })
  const events = callControl(address, { op: 'events' }, { onEvent: () => {}, timeoutMs: 60_000 })
  await expect(events).rejects.toThrow('does not answer in JSON lines')
})

test.each<[string, (socket: Socket) => void]>([
  ['does not answer in JSON lines', (socket) => socket.write('\r\nERROR\r\n')],
  ['closed the connection without an answer', (socket) => socket.resume().end()],
  ['did not answer within 0.05 s', (socket) => socket.resume()],
])('somebody else listens: %s', async (what, behave) => {
  const address = await stranger((socket) => {
    socket.on('error', () => {})
    behave(socket)
  })
  await expect(
    callControl(address, { op: 'state' }, { timeoutMs: what.startsWith('did not') ? 50 : 5000 }),
  ).rejects.toMatchObject({
    code: 'invalid',
    message: `127.0.0.1:${address.port} ${what}: is it the --control address of atmqtt?`,
  })
})
