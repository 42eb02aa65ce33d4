import { spawn } from 'node:child_process'
import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { profiles } from '../../src/at/public.ts'
import { nodeDialer } from '../../src/io/net/dialer-node.ts'
import { nodeClock } from '../../src/io/runtime/clock-node.ts'
import { openPty } from '../../src/io/transports/pty/pty.ts'
import { listenTcp, type TcpListener } from '../../src/io/transports/tcp.ts'
import { Module } from '../../src/module/public.ts'
import { endAll, runHere, start } from '../support/cli.ts'
import { silentLog } from '../support/silent-log.ts'
import { until } from '../support/until.ts'

vi.setConfig({ testTimeout: 60_000 })

let port: TcpListener
let holder: Socket
let where: string
beforeAll(async () => {
  let present = false
  port = await listenTcp({ host: '127.0.0.1', port: 0 })
  port.start({
    data() {},
    presence(there) {
      present = there
    },
  })
  holder = connect({ host: '127.0.0.1', port: port.port })
  await until(() => present, 'the program that has the port')
  where = `127.0.0.1:${port.port}`
})
afterEach(endAll)
afterAll(async () => {
  holder.destroy()
  await port.close()
})

const sentence = () =>
  `atmqtt: ${where} is in use (it says "busy: another program is connected to this AT port"): end the other program, or use another line of the module.\n`

test.each([
  ['pub', '-t', 'a', '-m', 'b'],
  ['sub', '-t', 'a'],
])('%s: a port that another program has is told in its own words, exit 3', async (...args) => {
  expect(await runHere([...args, '--tcp', where])).toEqual({ code: 3, out: '', err: sentence() })
})

test('term: the same', async () => {
  const cli = start(['term', '--tcp', where])
  expect({ code: await cli.ended, out: cli.out(), err: cli.err() }).toEqual({ code: 3, out: '', err: sentence() })
})

test('a serial port that another program has open without locking it: each names that program', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'atmqtt-beside-'))
  const path = join(folder, 'ttyUSB2')
  const clock = nodeClock
  const module = new Module({ profile: profiles.sim767x!, clock, dialer: nodeDialer({ clock }), log: silentLog })
  module.attach(await openPty({ path }), path)
  const fd = openSync(path, constants.O_RDWR | constants.O_NOCTTY)
  const other = spawn('sleep', ['600'], { stdio: [fd, 'ignore', 'ignore'] })
  closeSync(fd)
  await new Promise((resolve) => other.once('spawn', resolve))
  const beside = `${path} is also open in sleep (process ${other.pid}): end that program, or give another port.\n`
  const nowhere = ['--port', path, '-h', '127.0.0.1', '-p', '1', '-t', 'a']
  expect((await runHere(['pub', ...nowhere, '-m', 'b'])).err).toMatch(new RegExp(`^atmqtt: ${escaped(beside)}`))
  expect((await runHere(['sub', ...nowhere, '-W', '1'])).err).toMatch(new RegExp(`^atmqtt: ${escaped(beside)}`))
  expect((await runHere(['record', '--port', path, '--to', join(folder, 'r.at'), '--', 'true'])).err).toContain(beside)
  const term = start(['term', '--port', path])
  term.child.stdin.end('AT\n')
  expect(await term.ended).toBe(0)
  expect(term.err()).toBe(`atmqtt: ${beside}`)
  other.kill()
  await module.close()
  rmSync(folder, { recursive: true })
})

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
