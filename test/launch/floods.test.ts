import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { afterEach, expect, test, vi } from 'vitest'
import { endAll, type Ready, startModule } from '../support/cli.ts'
import { until } from '../support/until.ts'

vi.setConfig({ testTimeout: 60_000 })

const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
  endAll()
})

const portOf = (address: string): number => Number(address.slice(address.lastIndexOf(':') + 1))

/** A program of its own that sends the same again and again, as fast as it is taken, and reads what comes. */
async function flood(address: string, chunk: string): Promise<void> {
  const program = `
    const socket = require('node:net').connect(${portOf(address)}, '127.0.0.1').on('error', () => {}).resume()
    const chunk = Buffer.from(${JSON.stringify(chunk)}.repeat(${Math.ceil(65_536 / chunk.length)}), 'latin1')
    const go = () => { while (socket.write(chunk)); }
    socket.on('connect', () => { go(); console.log('goes on') }).on('drain', go)`
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  closers.push(() => child.kill('SIGKILL'))
  await once(child.stdout, 'data')
}

async function controlOf({ control }: Ready) {
  const socket = connect(portOf(control!), '127.0.0.1')
  closers.push(() => socket.destroy())
  await once(socket, 'connect')
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]()
  return {
    async ask(request: object) {
      socket.write(`${JSON.stringify(request)}\n`)
      return JSON.parse((await lines.next()).value as string) as { ok: boolean }
    },
    socket,
  }
}

/** Turns of the event loop that a client of the control port gets while bytes come without end. */
test.each([
  ['the AT port, empty lines', 'tcp', '\r'],
  ['the AT port, lines that read files', 'tcp', 'AT+CCERTLIST\r'],
  ['the AT port, look-ups', 'tcp', 'AT+CPING="no.such.name.invalid",1,100\r'],
  ['the control port', 'control', '{"op":"state"}\n'],
] as const)(
  '%s, without end: others are answered, and SIGTERM ends the module in order',
  async (_where, port, chunk) => {
    const module = await startModule('--control', '127.0.0.1:0')
    const control = await controlOf(module.ready)
    expect(await control.ask({ op: 'state' })).toMatchObject({ ok: true })
    await flood(module.ready[port]!, chunk)
    for (let i = 0; i < 20; i++) expect(await control.ask({ op: 'faults' })).toMatchObject({ ok: true })
    module.child.kill('SIGTERM')
    expect(await module.ended).toBe(0)
  },
)

test('URCs that a line can not take are ten lines of the log a minute', async () => {
  const module = await startModule('--control', '127.0.0.1:0')
  const host: Socket = connect(portOf(module.ready.tcp!), '127.0.0.1')
  closers.push(() => host.destroy())
  let heard = ''
  host.on('data', (bytes) => {
    heard += bytes
  })
  host.write('AT+CCERTDOWN="a.pem",1\r')
  await until(() => heard.includes('>'), 'the prompt')
  const control = await controlOf(module.ready)
  const text = 'x'.repeat(1000)
  for (let i = 0; i < 1200; i++) control.socket.write(`${JSON.stringify({ op: 'urc', text })}\n`)
  for (let i = 0; i < 1200; i++) expect(await control.ask({ op: 'faults' })).toMatchObject({ ok: true })
  const dropped = () => module.err().match(/URC dropped/g)?.length ?? 0
  await until(() => dropped() >= 10, 'the lines in the log')
  expect(dropped()).toBe(10)
})

/** Open descriptors of a process that are sockets. */
const socketsOf = (pid: number): number =>
  readdirSync(`/proc/${pid}/fd`).filter((fd) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`).startsWith('socket:')
    } catch {
      return false
    }
  }).length

/** So many connections to a port from a program of its own, which never sends and never ends one. */
async function crowd(address: string, count: number): Promise<void> {
  const program = `
    const { connect } = require('node:net')
    let opened = 0
    const sockets = []
    const open = () => {
      const socket = connect({ port: ${portOf(address)}, host: '127.0.0.1', allowHalfOpen: true }).on('error', () => {})
      socket.resume().once('connect', () => {
        opened++
        if (opened === ${count}) console.log('all are there')
        else if (sockets.length < ${count}) open()
      })
      sockets.push(socket)
    }
    for (let i = 0; i < 100; i++) open()`
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  closers.push(() => child.kill('SIGKILL'))
  await once(child.stdout, 'data')
}

/** Two thousand each. */
test.skipIf(process.platform !== 'linux').each([
  ['the AT port', 'tcp', 256],
  ['the control port', 'control', 256],
  ['the broker’s port', 'broker', 1000],
  ['the broker’s TLS port', 'brokerTls', 1000],
] as const)(
  'connections to %s (%s) that never send: no more than %i and a few, and host and client are answered',
  async (_where, port, most) => {
    const module = await startModule('--control', '127.0.0.1:0', '--broker-tls', '127.0.0.1:0')
    const host = connect(portOf(module.ready.tcp!), '127.0.0.1')
    closers.push(() => host.destroy())
    let heard = ''
    host.on('data', (bytes) => {
      heard += bytes
    })
    const control = await controlOf(module.ready)
    expect(await control.ask({ op: 'state' })).toMatchObject({ ok: true })
    const before = socketsOf(module.child.pid!)
    await crowd(module.ready[port]!, 2000)
    host.write('AT+CGMM\r')
    await until(() => heard.includes('OK\r\n'), 'the answer to the host')
    expect(await control.ask({ op: 'faults' })).toMatchObject({ ok: true })
    await until(() => socketsOf(module.child.pid!) <= before + most, 'the end of those beyond')
  },
)

test('a line without an end, 30 MB: no memory for it, and the next line is answered', async () => {
  const module = await startModule('--control', '127.0.0.1:0')
  const host = connect(portOf(module.ready.tcp!), '127.0.0.1')
  closers.push(() => host.destroy())
  let end = ''
  host.on('data', (bytes) => {
    end = (end + bytes.toString('latin1')).slice(-100)
  })
  host.write('AT\r')
  await until(() => end.includes('OK\r\n'), 'the first answer')
  const residentMb = () =>
    Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${module.child.pid}/status`, 'utf8'))![1]) / 1024
  const before = residentMb()
  const piece = 'x'.repeat(1 << 20)
  for (let sent = 0; sent < 30; sent++) if (!host.write(piece)) await once(host, 'drain')
  host.write('\rAT\r')
  await until(() => end.endsWith('AT\r\r\nOK\r\n'), 'the answer behind it')
  expect(residentMb() - before).toBeLessThan(150)
})
