import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, expect, test, vi } from 'vitest'
import { type Cli, endAll, start, startModule } from '../support/cli.ts'
import { until } from '../support/until.ts'

/** Each program that is started takes its time, on a busy machine much of it. */
vi.setConfig({ testTimeout: 90_000 })

const folder = mkdtempSync(join(tmpdir(), 'atmqtt-two-lines-'))
afterEach(endAll)
afterAll(() => rmSync(folder, { recursive: true }))

/** A TCP port and what the module dials, joined: one more line of the module, on which each program is a new one. */
async function joined() {
  const listen = async (accept: (socket: Socket) => void) => {
    const server = createServer((socket) => accept(socket.on('error', () => {}))).listen(0, '127.0.0.1')
    await until(() => server.listening, 'a port')
    return { server, where: `127.0.0.1:${(server.address() as AddressInfo).port}` }
  }
  let module: Socket | undefined
  const theirs = await listen((socket) => {
    module = socket
  })
  const ours = await listen((socket) => {
    socket.on('data', (bytes) => module?.write(bytes))
    module?.removeAllListeners('data').on('data', (bytes) => socket.write(bytes))
  })
  return { dialled: theirs.where, where: ours.where, close: () => [theirs, ours].map(({ server }) => server.close()) }
}

/** A module with three lines, its broker, and programs on it. */
async function threeLines() {
  const line = await joined()
  // A module that is killed leaves its symlink, which may lead to the PTY of another one by now.
  const pty = join(mkdtempSync(join(folder, 'line-')), 'tty')
  const module = await startModule('--pty', pty, '--tcp-connect', line.dialled, '--trace', join(folder, 'trace'))
  const broker = ['-h', '127.0.0.1', '-p', new URL(module.ready.broker!).port]
  const on = { tcp: ['--tcp', module.ready.tcp!], pty: ['--port', pty], joined: ['--tcp', line.where] }
  const run = (tool: 'pub' | 'sub', where: keyof typeof on, ...args: string[]) =>
    start([tool, ...on[where], ...broker, ...args])
  /** Publishes until the subscriber has one of these. */
  const heardBy = async (sub: Cli, payload: string, where: keyof typeof on) => {
    for (let n = 0; !sub.out().includes(payload) && n < 20; n++) {
      const pub = run('pub', where, '-t', 'a/b', '-m', payload, '-q', '1')
      expect(await pub.ended, pub.err()).toBe(0)
    }
    await until(() => sub.out().includes(payload), `${payload}; ${sub.err()}`)
  }
  return { run, heardBy, close: line.close }
}

test('sub and pub on two lines of one module at once use its two clients; a third program takes one over, and says so', async () => {
  const { run, heardBy, close } = await threeLines()
  const sub = run('sub', 'tcp', '-t', 'a/b', '-i', 'first')
  await heardBy(sub, 'one', 'pty')
  await heardBy(sub, 'two', 'pty')
  expect(sub.err()).toBe('')
  const second = run('sub', 'pty', '-t', 'a/b', '-i', 'second', '-d')
  await until(() => second.err().includes('< +CMQTTSUB: 1,0'), 'the subscription', 40_000)
  const third = run('pub', 'joined', '-t', 'a/b', '-m', 'three', '-q', '1')
  expect(await third.ended).toBe(0)
  expect(third.err()).toBe(
    'atmqtt: Client 0 of the module was taken over from "first", which was connected: both clients of the module are in use.\n',
  )
  await until(() => second.out().includes('three'), 'the message')
  close()
})

test('sub that was killed leaves its client in the module: the next one on that line uses it again, and the other client stays free', async () => {
  const { run, heardBy, close } = await threeLines()
  // While the client is released and acquired again, a publisher may take it.
  const sentence =
    /^atmqtt: Client [01] of the module was taken over from "atmqtt_sub_\w{4}_\d+", which was connected: a program that had this port has not ended it\.\n$/
  for (let round = 0; round < 3; round++) {
    const sub = run('sub', 'tcp', '-t', 'a/b')
    await heardBy(sub, `round ${round}`, 'pty')
    if (round > 0) expect(sub.err()).toMatch(sentence)
    sub.child.kill('SIGKILL')
    await sub.ended
  }
  const free = run('pub', 'pty', '-t', 'a/b', '-n')
  expect([await free.ended, free.err()]).toEqual([0, ''])
  close()
})
