import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { bin, endAll, run, runHere, start, startModule } from '../support/cli.ts'
import { until } from '../support/until.ts'

const folder = mkdtempSync(join(tmpdir(), 'atmqtt-cli-'))
afterEach(endAll)
afterAll(() => rmSync(folder, { recursive: true }))

/** Sends to an AT port and gives what came back, once it contains `expected`. */
async function ask(address: string, text: string, expected: string): Promise<string> {
  const [host, port] = address.split(':')
  const socket = connect({ host: host!, port: Number(port) })
  let got = ''
  socket.on('data', (bytes) => {
    got += bytes.toString('latin1')
  })
  socket.write(text, 'latin1')
  await until(() => got.includes(expected), `${expected} after ${text}`)
  socket.destroy()
  return got
}

/** A sentence or two on one line, no stack. */
function expectOneLine(err: string): void {
  expect(err).toMatch(/^atmqtt: [^\n]+\n$/)
  expect(err).not.toMatch(/\bat .*:\d+:\d+/)
}

describe('help and version', () => {
  test.each([
    [[]],
    [['module']],
    [['commands']],
    [['ctl']],
    [['certs']],
    [['play']],
    [['record']],
    [['compare']],
    [['term']],
    [['profiles']],
    [['faults']],
  ])('--help of %j fits a screen', async (args) => {
    const { code, out } = await runHere([...args, '--help'])
    expect(code).toBe(0)
    const lines = out.trimEnd().split('\n')
    expect(lines.length).toBeLessThanOrEqual(24)
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80)
  })

  test('--version is the version of the package', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      version: string
    }
    expect(await run(['--version'])).toMatchObject({ code: 0, out: `${version}\n` })
  })

  test('the bin is an executable file', () => {
    expect(lstatSync(bin).mode & 0o111).toBe(0o111)
  })
})

describe('wrong usage is exit 2 and one line', () => {
  test.each([
    [['--nonsense']],
    [['nonsense']],
    [['module', '--tcp', 'nowhere']],
    [['module', '--tcp', '127.0.0.1:99999']],
    [['module', '--profile', 'sim900']],
    [['module', '--log', 'loud']],
    [['module', '--serial', '/dev/ttyS9:0']],
    [['module', '--broker-user', 'nopassword']],
    [['module', '--no-broker', '--broker-user', 'a:b']],
    [['module', 'surplus']],
    [['module', '--trace']],
    [['module', '--stdio', '--', 'true']],
    [['module', '--']],
    [['module', '--no-broker', '--broker-require-cert']],
    [['commands', 'CMQTTNOTHING']],
    [['module', '--control', '0.0.0.0:0']],
    [['module', '--control', '[::]:0', '--control-token', '']],
    [['module', '--control-token', 'secret']],
    [['ctl', 'state']],
    [['ctl', 'state', '--control', 'x']],
  ])('%j', async (args) => {
    const { code, out, err } = await runHere(args, { ATMQTT_CONTROL: '' })
    expect(out).toBe('')
    expectOneLine(err)
    expect(code).toBe(2)
  })

  test.each([
    [['module', '--control', '127.0.0.1:0', '--control-token', 'a', 'geheim']],
    [['ctl', '--control-token', 'a', 'geheim']],
    [['module', '--contol-token=geheim']],
    [['play', 'x.at', '-Pgeheim']],
    [['module', '--broker', 'mqtt://me:geheim@broker.example:1883']],
    [['module', '--broker-user', 'geheim']],
    [['module', '--sim-pin', 'geheim']],
    [['pub', '-u', 'me', '-P', 'two', 'geheim']],
    [['play', 'x.at', '--set', 'geheim']],
  ])('and prints no value that may be a password: %j', async (args) => {
    const { code, err } = await runHere(args, { ATMQTT_CONTROL: '127.0.0.1:1' })
    expect([code === 0, err.includes('geheim')]).toEqual([false, false])
  })

  test('the same from a shell', async () => {
    const { code, out, err } = await run(['module', '--tcp', 'nowhere'])
    expect([code, out]).toEqual([2, ''])
    expectOneLine(err)
  })
})

describe('something outside is missing: exit 3 and one line', () => {
  test('a port from the command line that is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await until(() => server.listening, 'listening')
    const { port } = server.address() as { port: number }
    for (const option of ['--tcp', '--broker', '--broker-tls', '--control']) {
      const { code, err } = await run(['module', '--no-pty', '--no-tcp', '--no-broker', option, `127.0.0.1:${port}`])
      expectOneLine(err)
      expect(err).toContain(String(port))
      expect(code).toBe(3)
    }
    server.close()
  })

  test.each([
    [['--serial', '/dev/ttyNOTHERE']],
    [['--pty', '/nonexistent/folder/tty']],
    [['--trace', '/nonexistent/folder/trace']],
    [['--tcp', '192.0.2.1:7672']],
    [['--state', '/proc/atmqtt/state']],
    [['--state', '/dev/null']],
    [['--', '/nonexistent/program']],
  ])('%j', async (args) => {
    const { code, err } = await run(
      ['module', '--no-pty', '--no-tcp', '--no-broker', ...args].filter(
        (word, _i, all) =>
          !(word === '--no-pty' && all.includes('--pty')) && !(word === '--no-tcp' && all.includes('--tcp')),
      ),
    )
    expectOneLine(
      err
        .split('\n')
        .filter((line) => line.startsWith('atmqtt: '))
        .map((line) => `${line}\n`)
        .join(''),
    )
    expect(code).toBe(3)
  })

  test('a path that is no symlink is never replaced', async () => {
    const path = join(folder, 'precious')
    writeFileSync(path, 'mine')
    const { code, err } = await run(['module', '--no-tcp', '--no-broker', '--pty', path])
    expectOneLine(err)
    expect(code).toBe(3)
    expect(readFileSync(path, 'utf8')).toBe('mine')
  })

  test("another program's symlink is never replaced", async () => {
    const path = join(folder, 'theirs')
    symlinkSync('/dev/null', path)
    const { code, err } = await run(['module', '--no-tcp', '--no-broker', '--pty', path])
    expectOneLine(err)
    expect(err).toContain(`${path} is a symlink to /dev/null`)
    expect([code, readlinkSync(path)]).toEqual([3, '/dev/null'])
  })

  test('a control port where nobody listens', async () => {
    const { code, err } = await run(['ctl', 'state', '--control', '127.0.0.1:1'])
    expectOneLine(err)
    expect(code).toBe(3)
  })
})

describe('module', () => {
  test('--json: ready when everything is there; SIGTERM and SIGINT end it within a second, the symlink removed', async () => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const path = join(folder, 'ttyAT0')
      symlinkSync('/dev/pts/./99999', path)
      const module = await startModule('--control', '127.0.0.1:0', '--pty', path)
      const { ready } = module
      expect(Object.keys(ready)).toEqual([
        'event',
        'pty',
        'tcp',
        'broker',
        'brokerTls',
        'control',
        'ca',
        'state',
        'seed',
      ])
      expect(ready).toMatchObject({ event: 'ready', pty: path })
      expect(ready.broker).toMatch(/^mqtt:\/\/127\.0\.0\.1:\d+$/)
      expect(await ask(ready.tcp!, 'AT\r', 'OK')).toBe('AT\r\r\nOK\r\n')
      expect(lstatSync(path).isSymbolicLink()).toBe(true)
      module.child.kill(signal)
      expect(await module.ended).toBe(0)
      expect(existsSync(path)).toBe(false)
      expect(module.out().trimEnd().split('\n')).toHaveLength(1)
    }
  })

  test('in the ready line, what is switched off is null', async () => {
    const { ready } = await startModule('--no-tcp', '--no-broker')
    expect(ready).toMatchObject({ pty: null, tcp: null, broker: null, brokerTls: null, control: null, ca: null })
  })

  test('a default port or path that is taken moves to the next one, and the start text says so', async () => {
    const first = start(['module', '--no-pty'])
    await until(() => first.out().includes('Ctrl-C'), 'first start text')
    const second = start(['module', '--no-pty'])
    await until(() => second.out().includes('Ctrl-C'), 'second start text')
    const tcpOf = (text: string) => /TCP +(\S+)/.exec(text)?.[1]
    const brokerOf = (text: string) => /mqtt:\/\/\S+/.exec(text)?.[0]
    expect(tcpOf(second.out())).not.toBe(tcpOf(first.out()))
    expect(brokerOf(second.out())).not.toBe(brokerOf(first.out()))
    expect(second.out()).toMatch(/7672 is taken/)
    expect(second.out()).toMatch(/1883 is taken/)
    expect(second.out()).toMatch(/8883 is taken/)
    expect(first.out()).toMatch(/any login is accepted/)
    expect(first.out()).toMatch(/ mqtts:\/\/127\.0\.0\.1:\d+ +\(CA: \/.*\/ca\/root\.pem\)\n/)
  })

  test('--stdio: byte-exact, ready on standard error, end of input is exit 0', async () => {
    const module = start(['module', '--stdio', '--no-tcp', '--no-pty', '--no-broker'])
    await until(() => module.err().includes('"event":"ready"'), 'ready')
    module.child.stdin.end('ATE0\rAT+CMQTTSTART\r\nAT+CMQTTACCQ=0,"x"\r')
    expect(await module.ended).toBe(0)
    expect(module.out()).toBe('ATE0\r\r\nOK\r\n\r\nOK\r\n\r\n+CMQTTSTART: 0\r\n\r\nOK\r\n')
  })

  test('--broker-user asks for a login', async () => {
    const { ready } = await startModule('--broker-user', 'a:word-of-a', '--broker-user', 'b:word-of-b')
    const server = ready.broker!.replace('mqtt', 'tcp')
    const connect = (login: string) => `AT+CMQTTCONNECT=0,"${server}",60,1${login}\r`
    const got = await ask(ready.tcp!, `ATE0;+CMQTTSTART;+CMQTTACCQ=0,"x"\r${connect(',"a","wrong"')}`, '+CMQTTCONNECT')
    expect(got).toContain('+CMQTTCONNECT: 0,30')
    expect(await ask(ready.tcp!, connect(',"b","word-of-b"'), '+CMQTTCONNECT: 0,0')).toContain('OK')
  })

  test('-- CMD: starts it with the addresses, ends with it, gives its exit code', async () => {
    const script = `
      const { ATMQTT_TCP, ATMQTT_BROKER, ATMQTT_CONTROL, ATMQTT_PTY, ATMQTT_BROKER_TLS, ATMQTT_CA, ATMQTT_STATE } = process.env
      const tls = [ATMQTT_BROKER_TLS, require('fs').readFileSync(ATMQTT_CA, 'utf8'), ATMQTT_CA.startsWith(ATMQTT_STATE)]
      const socket = require('net').connect(ATMQTT_TCP.split(':')[1], '127.0.0.1', () => socket.write('AT\\r'))
      socket.once('data', (bytes) => { console.log(JSON.stringify([String(bytes), ATMQTT_BROKER, ATMQTT_CONTROL, ATMQTT_PTY, ...tls])); process.exit(42) })`
    const args = ['--tcp', '--broker', '--broker-tls', '--control'].flatMap((option) => [option, '127.0.0.1:0'])
    const { code, out } = await run(['module', '--no-pty', ...args, '--', process.execPath, '-e', script])
    expect(code).toBe(42)
    const [reply, broker, control, pty, brokerTls, ca, inState] = JSON.parse(out) as unknown[]
    expect(reply).toMatch(/^AT\r/)
    expect(broker).toMatch(/^mqtt:/)
    expect(control).toMatch(/^127/)
    expect(pty).toBeNull()
    expect(brokerTls).toMatch(/^mqtts:/)
    expect(ca).toMatch(/^-----BEGIN CERTIFICATE-----/)
    expect(inState).toBe(true)
  })

  test('-- CMD: SIGTERM reaches it', async () => {
    const module = start([
      'module',
      '--no-pty',
      '--no-tcp',
      '--no-broker',
      '--',
      process.execPath,
      '-e',
      'console.log("up");setInterval(() => {}, 1e6)',
    ])
    await until(() => module.out().includes('up'), 'program up')
    module.child.kill('SIGTERM')
    expect(await module.ended).toBe(128 + 15)
  })

  test('--trace: every byte, no password', async () => {
    const trace = join(folder, 'trace.txt')
    const module = await startModule('--trace', trace)
    const server = module.ready.broker!.replace('mqtt', 'tcp')
    await ask(
      module.ready.tcp!,
      `AT+CMQTTSTART\rAT+CMQTTACCQ=0,"tracer"\rAT+CMQTTCONNECT=0,"${server}",60,1,"user","hunter2hunter2"\r`,
      '+CMQTTCONNECT: 0,0',
    )
    module.child.kill('SIGTERM')
    await module.ended
    const text = readFileSync(trace, 'utf8')
    expect(text).toContain('+CMQTTCONNECT: 0,0')
    expect(text).toMatch(/CONNECT .*tracer/)
    expect(text).not.toContain('hunter2')
  })
})

describe('commands', () => {
  test('lists all, and shows one by any spelling', async () => {
    const { out } = await runHere(['commands'])
    expect(out.match(/AT\+CMQTT/g)).toHaveLength(15)
    const pages = []
    for (const name of ['CMQTTPUB', '+cmqttpub', 'AT+CMQTTPUB']) pages.push(await runHere(['commands', name]))
    for (const page of pages) expect(page).toEqual(pages[0])
    expect(pages[0]!.out).toContain('AT+CMQTTPUB=<client_index>,<qos>,<pub_timeout>[,<retained>][,<dup>]')
    expect(pages[0]!.out).toContain('§2.2.12')
  })

  test('says what stands behind the answers of a form', async () => {
    const { out } = await runHere(['commands'])
    expect(out).toMatch(/^AT\+CSQ +Signal quality$/m)
    expect(out).toMatch(/^AT\+CMGF +Format of short messages \(state\)$/m)
    expect(out).toMatch(/^AT\+CBC +Supply voltage \(accepted\)$/m)
    expect(out).toMatch(/^ATS0 +Rings before a call is answered \(state\)$/m)
    const page = async (name: string) => (await runHere(['commands', name])).out
    expect(await page('CSQ')).toContain('real: the device does it')
    expect(await page('AT+CMGF')).toContain('state: kept and read back')
    expect(await page('ATX')).toContain('accepted: answered, without effect')
    expect(await page('ATS0')).toContain('ATS0=<value>')
  })
})

describe('ctl', () => {
  test('drives a running module and prints its replies', async () => {
    const { ready } = await startModule('--control', '127.0.0.1:0')
    const ctl = (...args: string[]) => run(['ctl', ...args], { ATMQTT_CONTROL: ready.control! })
    expect(JSON.parse((await ctl('state')).out)).toMatchObject({ ok: true })
    expect((await ctl('network', 'down')).code).toBe(0)
    expect(await ask(ready.tcp!, 'AT+CGATT?\r', 'OK')).toContain('+CGATT: 0')
    for (const json of ['{"announce":true}', '{"announce":false}'])
      expect((await ctl('network', 'up', json)).code).toBe(0)
    expect((await ctl('reset', '{"announce":true}')).code).toBe(0)
    expect((await ctl('radio', '{"signal":7}')).code).toBe(0)
    expect(JSON.parse((await ctl('state')).out)).toMatchObject({ state: { network: { signal: 7 } } })
    const unannounced = await ctl('power', 'off', '{"announce":"no"}')
    expect([unannounced.code, unannounced.out]).toEqual([1, expect.stringContaining('must be true or false')])
    const wrong = await ctl('network', 'sideways')
    expect(wrong.code).toBe(1)
    expect(JSON.parse(wrong.out)).toMatchObject({ ok: false })
    expect((await ctl('fly')).code).toBe(2)
  })
})

describe('ports that other machines reach', () => {
  const everywhere = ['--tcp', '0.0.0.0:0', '--control', '0.0.0.0:0', '--control-token', 'secret']

  test('one line says which and what they open, and the control port wants its token', async () => {
    const module = await startModule(...everywhere)
    const { tcp, control } = module.ready
    const notes = module
      .err()
      .split('\n')
      .filter((line) => line.includes('other machines reach'))
    expect(notes).toEqual([expect.stringContaining(`${tcp} (AT commands without a login`)])
    expect(notes[0]).toContain(`${control} (everything, with the token)`)
    const ctl = (args: readonly string[], env = {}) => run(['ctl', 'state', '--control', control!, ...args], env)
    expect((await ctl(['--control-token', 'secret'])).code).toBe(0)
    expect((await ctl([], { ATMQTT_CONTROL_TOKEN: 'secret' })).code).toBe(0)
    const refused = await ctl([])
    expect([refused.code, refused.out]).toEqual([1, expect.stringContaining('wants its token first')])
  })

  test('a program behind -- gets the token', async () => {
    const { code, out, err } = await run(['module', '--no-pty', '--no-broker', ...everywhere, '--', 'env'])
    expect([code, out]).toEqual([0, expect.stringContaining('\nATMQTT_CONTROL_TOKEN=secret\n')])
    expect(err).toContain('other machines reach')
  })

  test('of this machine alone nothing is said', async () => {
    const module = await startModule('--control', '127.0.0.1:0')
    expect(module.err()).toBe('')
  })
})
