import { spawn } from 'node:child_process'
import { closeSync, constants, existsSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ReadStream } from 'node:tty'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { textOf } from '../../src/at/syntax/bytes.ts'
import { openPty } from '../../src/io/transports/pty/pty.ts'
import { startBytePeer } from '../support/byte-peer.ts'
import { bin, endAll, root, startModule, watch } from '../support/cli.ts'
import { socatMissing } from '../support/programs/example-tools.ts'
import { mosquittoMissing, startMosquitto } from '../support/programs/mosquitto.ts'
import { until } from '../support/until.ts'

const folder = mkdtempSync(join(tmpdir(), 'atmqtt-lines-'))
afterEach(endAll)
afterAll(() => rmSync(folder, { recursive: true }))

describe('lines of the command line', () => {
  test('--serial opens the PTY of another program, as Zephyr and QEMU make them', async () => {
    const other = await openPty({})
    let got = ''
    other.start({
      data: (bytes) => {
        got += textOf(bytes)
      },
    })
    const module = await startModule('--no-tcp', '--no-broker', '--serial', other.address)
    await until(() => {
      other.write(new TextEncoder().encode('AT\r'))
      return got.includes('\r\nOK\r\n')
    }, 'OK')
    module.child.kill('SIGTERM')
    expect(await module.ended).toBe(0)
    await other.close()
  })

  test('--tcp-connect dials a host that listens, and again when it ends', async () => {
    const sockets: Socket[] = []
    let got = ''
    const server = createServer((socket) => {
      sockets.push(socket)
      got = ''
      socket.on('data', (bytes) => {
        got += bytes.toString('latin1')
      })
      socket.on('error', () => {})
      socket.write('AT\r')
    }).listen(0, '127.0.0.1')
    await until(() => server.listening, 'listening')
    const { port } = server.address() as { port: number }
    await startModule('--no-tcp', '--no-broker', '--tcp-connect', `127.0.0.1:${port}`)
    for (const turn of [1, 2]) {
      await until(() => sockets.length === turn && got === 'AT\r\r\nOK\r\n', `answer on connection ${turn}`)
      sockets.at(-1)!.destroy()
    }
    server.close()
  })

  test('two lines at once are two hosts of one module', async () => {
    const path = join(folder, 'ttyAT')
    const module = await startModule('--pty', path)
    const fd = openSync(path, constants.O_RDWR | constants.O_NOCTTY)
    const [, port] = module.ready.tcp!.split(':')
    const socket = connect(Number(port), '127.0.0.1')
    let got = ''
    socket.on('data', (bytes) => {
      got += bytes.toString('latin1')
    })
    socket.write('AT+CMQTTSTART\r')
    await until(() => got.includes('+CMQTTSTART: 0'), 'started')
    const stream = new ReadStream(fd)
    let seen = ''
    stream.on('data', (bytes) => {
      seen += bytes.toString('latin1')
    })
    writeSync(fd, 'ATE0;+CMQTTACCQ?\r')
    await until(() => seen.endsWith('OK\r\n'), 'ACCQ? on the PTY')
    expect(seen).toContain('+CMQTTACCQ: 0,"",0')
    writeSync(fd, 'AT+CGACT=0,1\r')
    await until(() => got.includes('+CMQTTNONET') && seen.includes('+CMQTTNONET'), 'the URC on both lines')
    stream.destroy()
    socket.destroy()
  })
})

test.skipIf(socatMissing)(
  `socat gives a device whose bytes go over TCP${socatMissing ? ': install socat' : ''}`,
  async () => {
    const module = await startModule()
    const path = join(folder, 'modem')
    const socat = watch(spawn('socat', [`pty,raw,echo=0,link=${path}`, `tcp:${module.ready.tcp}`]))
    await until(() => existsSync(path), 'the device')
    const fd = openSync(path, constants.O_RDWR | constants.O_NOCTTY)
    const device = new ReadStream(fd)
    let got = ''
    device.on('data', (bytes) => {
      got += bytes.toString('latin1')
    })
    writeSync(fd, 'AT+CMQTTSTART\r')
    await until(() => got.endsWith('OK\r\n\r\n+CMQTTSTART: 0\r\n'), 'the answer')
    device.destroy()
    socat.child.kill()
    await socat.ended
  },
)

test('the prompt: AT commands, completion, Ctrl-D ends with 0', async () => {
  const terminal = await openPty({})
  let screen = ''
  terminal.start({
    data: (bytes) => {
      screen += textOf(bytes)
    },
  })
  const fd = openSync(terminal.address, constants.O_RDWR | constants.O_NOCTTY)
  const child = spawn(process.execPath, [bin, 'module', '--no-tcp', '--no-pty', '--no-broker'], {
    stdio: [fd, fd, 'inherit'],
  })
  closeSync(fd)
  const type = (text: string) => terminal.write(new TextEncoder().encode(text))
  await until(() => screen.includes('at> '), 'prompt', 10_000)
  type('AT+CMQTTSTA\t')
  await until(() => screen.includes('AT+CMQTTSTART'), 'completed')
  type('\r')
  await until(() => screen.includes('+CMQTTSTART: 0'), 'run')
  type('\x04')
  const code = await new Promise((resolve) => child.once('exit', resolve))
  expect(code).toBe(0)
  await terminal.close()
})

test('npm start: standard output is the module’s alone, SIGTERM reaches it, its exit code comes back', {
  timeout: 60_000,
}, async () => {
  const args = ['start', '--', '--json', '--no-pty', '--tcp', '127.0.0.1:0', '--broker', '127.0.0.1:0']
  const { npm_config_loglevel: _, ...env } = process.env
  const npm = watch(spawn('npm', args, { cwd: root, env }))
  await until(() => npm.out().includes('\n'), `ready; ${npm.err()}`, 50_000)
  expect(JSON.parse(npm.out())).toMatchObject({ event: 'ready', pty: null })
  npm.child.kill('SIGTERM')
  expect(await npm.ended).toBe(0)
  const refused = watch(spawn('npm', ['start', '--', '--profile', 'sim900'], { cwd: root, env }))
  expect(await refused.ended).toBe(2)
})

test('npx --no-install atmqtt runs the bin in a checkout', { timeout: 60_000 }, async () => {
  const npx = watch(spawn('npx', ['--no-install', 'atmqtt', 'commands', 'CMQTTPUB'], { cwd: root }))
  expect(await npx.ended).toBe(0)
  expect(npx.out()).toContain('§2.2.12')
})

/** The packet type of CONNECT on the wire. */
const connectType = 1

describe('a module that is killed', () => {
  const connectWithWill = (server: string) =>
    `AT+CMQTTSTART\rAT+CMQTTACCQ=0,"dying"\rAT+CMQTTWILLTOPIC=0,4\rgoneAT+CMQTTWILLMSG=0,3,1\rbyeAT+CMQTTCONNECT=0,"tcp://${server}",60,1\r`

  test.skipIf(mosquittoMissing)('leaves its will to be delivered by its broker', async () => {
    const broker = await startMosquitto()
    const module = await startModule('--no-broker')
    const watcher = await startModule('--no-broker')
    const host = await open(watcher.ready.tcp!)
    host.write(`ATE0;+CMQTTSTART;+CMQTTACCQ=0,"watcher";+CMQTTCONNECT=0,"tcp://${broker.address}",60,1\r`)
    await until(() => host.got().includes('+CMQTTCONNECT: 0,0'), 'watcher connected')
    host.write('AT+CMQTTSUB=0,4,1\rgone')
    await until(() => host.got().includes('+CMQTTSUB: 0,0'), 'watcher subscribed')
    const dying = await open(module.ready.tcp!)
    dying.write(connectWithWill(broker.address))
    await until(() => dying.got().includes('+CMQTTCONNECT: 0,0'), 'connected')
    module.child.kill('SIGKILL')
    await until(() => host.got().includes('+CMQTTRXPAYLOAD: 0,3\r\nbye\r\n'), 'the will')
    await broker.stop()
  })

  test('ends its connection without DISCONNECT also when it is asked to end', async () => {
    const peer = await startBytePeer()
    const module = await startModule('--no-broker')
    const host = await open(module.ready.tcp!)
    host.write(connectWithWill(peer.address))
    await until(() => host.got().includes('+CMQTTCONNECT: 0,0'), 'connected')
    module.child.kill('SIGTERM')
    expect(await module.ended).toBe(0)
    expect(peer.packets.map(({ type }) => type)).toEqual([connectType])
    await peer.stop()
  })
})

async function open(address: string) {
  const [host, port] = address.split(':')
  const socket = connect(Number(port), host)
  let got = ''
  socket.on('data', (bytes) => {
    got += bytes.toString('latin1')
  })
  socket.on('error', () => {})
  return { write: (text: string) => void socket.write(text, 'latin1'), got: () => got }
}
