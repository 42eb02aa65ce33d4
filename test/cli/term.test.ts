import { spawn } from 'node:child_process'
import { closeSync, constants, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest'
import { bytesOf, type Profile, profiles, textOf } from '../../src/at/public.ts'
import { addTerm } from '../../src/cli/term/term.ts'
import { nodeDialer } from '../../src/io/net/dialer-node.ts'
import { virtualClock } from '../../src/io/runtime/clock-virtual.ts'
import { hostedLine } from '../../src/io/testing/memory-host.ts'
import { openPty } from '../../src/io/transports/pty/pty.ts'
import { Module } from '../../src/module/public.ts'
import { complete } from '../../src/terminal/completion.ts'
import { enterLine, typedData } from '../../src/terminal/enter.ts'
import { Terminal } from '../../src/terminal/terminal.ts'
import { typedCommand } from '../../src/terminal/typed-command.ts'
import { wordsFor } from '../../src/terminal/words.ts'
import { bin, endAll, start, startModule } from '../support/cli.ts'
import { ScriptedPort } from '../support/driver/scripted-port.ts'
import { silentLog } from '../support/silent-log.ts'
import { until } from '../support/until.ts'
import { inVirtualTime } from '../support/virtual-time.ts'

/** Each program that is started takes its time, on a busy machine much of it. */
vi.setConfig({ testTimeout: 60_000 })

const folder = mkdtempSync(join(tmpdir(), 'atmqtt-term-'))
afterEach(endAll)
afterAll(() => rmSync(folder, { recursive: true }))

const sim767x = profiles.sim767x!
const utf8 = (text: string): string => Buffer.from(text, 'latin1').toString('utf8')

describe('what a line means', () => {
  test.each<[string, string | undefined, RegExp | undefined]>([
    ['+CMQTTPUB: 0,14', undefined, /^an earlier command of this client has no result yet; wait for that result/],
    ['+CMQTTPUB: 0,0', undefined, undefined],
    ['+CMQTTSTART: 23', undefined, /^the MQTT service is started already/],
    ['+CMQTTCONNECT: 0,32', 'AT+CMQTTCONNECT=0,"tcp://a.b",60', /^the TLS handshake failed: .*; check the CA/],
    ['+CMQTTPUB: 0,99', undefined, /^the note does not have this code/],
    ['+CMQTTCONNLOST: 0,1', undefined, /^the server closed the connection/],
    ['+CMQTTCONNLOST: 1,2', undefined, /^the connection was reset/],
    ['+CMQTTCONNLOST: 1,3', undefined, /^the network is gone/],
    ['+CMQTTNONET', undefined, /go on with AT\+CMQTTSTART/],
    ['+CMQTTRXSTART: 0,14', undefined, undefined],
    ['+CMQTTDISC: 0,1', 'AT+CMQTTDISC?', /^client 0 is not connected$/],
    ['+CMQTTDISC: 0,1', 'AT+CMQTTDISC=0,120', /^it failed/],
    ['+CMQTTSSLCFG: 1,9', 'AT+CMQTTSSLCFG?', /^client 1 uses SSL context 9$/],
    ['+CME ERROR: 10', 'AT+CPIN?', /^SIM not inserted$/],
    ['+CME ERROR: SIM busy', 'AT+CPIN?', undefined],
    ['+CSQ: 23,0', 'AT+CSQ', /^-67 dBm, bit error class 0$/],
    ['+CSQ: 99,99', 'AT+CSQ', /^no signal known$/],
    ['+CEREG: 0,3', 'AT+CEREG?', /^registration denied$/],
    ['+CEREG: 5', undefined, /^registered, roaming$/],
    ['+CPIN: SIM PIN', undefined, /wants its PIN/],
    ['OK', 'AT', undefined],
  ])('%s behind %s', (line, asked, words) => {
    const found = wordsFor(line, sim767x, asked === undefined ? undefined : typedCommand(asked, sim767x))
    if (words) expect(found).toMatch(words)
    else expect(found).toBeUndefined()
  })
})

describe('completion', () => {
  test.each<[string, readonly string[]]>([
    ['at+cmqttp', ['AT+CMQTTPAYLOAD', 'AT+CMQTTPUB']],
    ['AT+CMQTTCFG="v', ['AT+CMQTTCFG="version",']],
    ['AT+CMQTTWILL', ['AT+CMQTTWILLMSG', 'AT+CMQTTWILLTOPIC']],
    ['AT+NOTHING', []],
  ])('%s', (typed, hits) => expect(complete(typed, sim767x).hits).toEqual(hits))

  test('forms are a hint; another firmware has others', () => {
    expect(complete('AT+CMQTTPUB=', sim767x).hint).toBe(
      'AT+CMQTTPUB=<client_index>,<qos>,<pub_timeout>[,<retained>][,<dup>]\nAT+CMQTTPUB=?',
    )
    expect(complete('AT+CMQTTDISC', sim767x).hint).toMatch(/^AT\+CMQTTDISC\?\n/)
    expect(complete('AT+CMQTTSUBT', sim767x).hits).toEqual([])
    expect(complete('AT+CMQTTSUBT', profiles.a76xx!).hits).toEqual(['AT+CMQTTSUBTOPIC'])
    expect(complete('AT+CSSLCFG="pass', profiles.a76xx!).hits).toEqual(['AT+CSSLCFG="password",'])
  })
})

test('data are typed as UTF-8 with escapes', () => {
  expect(textOf(typedData('é\\x00\\r\\n\\t\\\\\\0')!)).toBe('\xc3\xa9\0\r\n\t\\\0')
  expect(typedData('a\\q')).toBeUndefined()
  expect(typedData('a\\x1')).toBeUndefined()
})

/** A terminal on a port; all that it shows and how commands end. */
function terminalOn(port: ConstructorParameters<typeof Terminal>[0]['port'], profile: Profile = sim767x) {
  const clock = virtualClock()
  const shown: string[] = []
  const endings: string[] = []
  const events = {
    show: (line: string) => void shown.push(line),
    silent: (sentence: string) => void shown.push(`# ${sentence}`),
    gone: (sentence: string) => void shown.push(`# ${sentence}`),
    state() {},
    ended: (e: string) => void endings.push(e),
  }
  const terminal = new Terminal({ port, clock, profile, events, awaitsResults: true, resultMs: 200_000 })
  const enter = (line: string) => enterLine(terminal, line, () => bytesOf('from a file'))?.refusal
  return { terminal, clock, shown, endings, enter }
}

describe.each(Object.values(profiles).map((profile): [string, Profile] => [profile.name, profile]))(
  'a terminal on %s',
  (_, profile) => {
    test.each(['ATE1', 'ATE0'])('prompts, data and results, %s', async (echo) => {
      const { moduleEnd, dial } = hostedLine('term')
      const clock = virtualClock()
      const module = new Module({ profile, clock, dialer: nodeDialer({ clock }), log: silentLog })
      module.attach(moduleEnd, 'term')
      const { terminal, shown, endings, enter } = terminalOn(dial(), profile)
      const ask = async (line: string) => {
        const n = endings.length
        expect(enter(line)).toBeUndefined()
        await inVirtualTime(
          clock,
          until(() => endings.length > n || terminal.state.kind === 'data', line),
        )
        return shown.splice(0)
      }
      await ask(echo)
      expect(await ask('AT+CGMM')).toEqual([profile.identity.model, 'OK'])
      expect((await ask('AT+CMQTTSTART')).toSorted()).toEqual(['+CMQTTSTART: 0', 'OK'])
      expect(await ask('AT+CMQTTACCQ=0,"term"')).toEqual(['OK'])
      expect(await ask('AT+CMQTTWILLTOPIC=0,5')).toEqual(['>'])
      expect(terminal.state).toEqual({ kind: 'data', missing: 5 })
      expect(enter('longer')).toBe('6 bytes, the prompt takes 5: type it again')
      expect(enter('ab')).toBeUndefined()
      expect(terminal.state).toEqual({ kind: 'data', missing: 3 })
      expect(await ask('/\\x63d')).toEqual(['OK'])
      expect(await ask('AT+CMQTTWILLMSG=0,11,1')).toEqual(['>'])
      expect(await ask('@file')).toEqual(['OK'])
      expect(await ask('AT+CMQTTPUB=1,0,60')).toEqual(['+CMQTTPUB: 1,20', 'ERROR'])
      expect(endings).toEqual([...Array(6).fill('ok'), 'failed'])
      await terminal.close()
      await module.close()
    })
  },
)

describe('a terminal on an unpredictable line', () => {
  test('a payload that looks like a result is not one; messages are shown as they come', async () => {
    const port = new ScriptedPort()
    const { shown, endings, enter } = terminalOn(port)
    enter('AT+CMQTTPUB=0,1,60')
    port.say('\r\nOK\r\n\r\n+CMQTTRXSTART: 0,1,26\r\n+CMQTTRXTOPIC: 0,1\r\na\r\n+CMQTTRXPAYLOAD: 0,26\r\n')
    port.say('\r\n+CMQTTPUB: 0,14\r\nERROR\r\n\r\n+CMQTTRXEND: 0\r\n')
    expect(endings).toEqual([])
    port.say('\r\n+CMQTTPUB: 0,0\r\n')
    expect(endings).toEqual(['ok'])
    expect(shown).toContain('\\r\\n+CMQTTPUB: 0,14\\r\\nERROR\\r\\n')
  })

  test('an unknown prompt takes data until it ends', () => {
    const port = new ScriptedPort()
    const { terminal, endings, enter } = terminalOn(port)
    enter('AT+CMGS="123"')
    port.say('\r\n> ')
    expect(terminal.state).toEqual({ kind: 'data', missing: undefined })
    enter('hello\\x1a')
    expect(port.sent).toEqual(['AT+CMGS="123"\r', 'hello\x1a'])
    port.say('\r\n+CMGS: 1\r\n\r\nOK\r\n')
    expect(endings).toEqual(['ok'])
  })

  test('every wait ends: no answer, no result, a line that is closed', () => {
    const port = new ScriptedPort()
    const { clock, endings, enter, shown } = terminalOn(port)
    enter('AT')
    clock.advance(9000)
    enter('AT+CMQTTSTART')
    port.say('\r\nOK\r\n')
    clock.advance(200_000)
    enter('AT+CMQTTSTOP')
    port.unplug()
    expect(endings).toEqual(['silent', 'silent', 'closed'])
    expect(shown.at(-1)).toBe('# the line is gone: unplugged')
  })
})

test('a line on which nothing ever came is told after 3 s, once; one that has spoken is not', () => {
  const port = Object.assign(new ScriptedPort(), { baud: 9600 })
  const { clock, shown, enter } = terminalOn(port)
  enter('AT')
  clock.advance(2999)
  expect(shown).toEqual([])
  clock.advance(1)
  const told = [
    '# no answer yet on the port at 9600 baud: waiting for up to 6 s more; check that the module is on, and that this is its AT port and speed',
  ]
  expect(shown).toEqual(told)
  clock.advance(9000)
  enter('AT')
  clock.advance(9000)
  expect(shown).toEqual(told)

  const talking = new ScriptedPort(() => '\r\nOK\r\n')
  const other = terminalOn(talking)
  other.enter('AT')
  talking.answer = () => ''
  other.enter('AT+COPS=?')
  other.clock.advance(9000)
  expect(other.shown).toEqual(['OK'])
})

describe('atmqtt term', () => {
  const script = async (module: { ready: { tcp: string | null } }, lines: readonly string[], ...args: string[]) => {
    const cli = start(['term', '--tcp', module.ready.tcp!, ...args])
    cli.child.stdin.end(`${lines.join('\n')}\n`)
    return { code: await cli.ended, out: utf8(cli.out()), err: cli.err() }
  }

  test('runs a script: commands, data, results in words, a message at its end', async () => {
    const module = await startModule()
    const broker = module.ready.broker!.replace('mqtt://', '')
    const file = join(folder, 'payload')
    writeFileSync(file, 'from a file')
    const { code, out, err } = await script(
      module,
      [
        '# a comment',
        'AT+CMQTTSTART',
        'AT+CMQTTACCQ=0,"term"',
        `AT+CMQTTCONNECT=0,"tcp://${broker}",60,1`,
        'AT+CMQTTSUB=0,3,1',
        'a/b',
        'AT+CMQTTTOPIC=0,3',
        'a/b',
        'AT+CMQTTPAYLOAD=0,11',
        `@${file}`,
        'AT+CMQTTPUB=0,0,60',
        'AT+CMQTTDISC?',
      ],
      '--wait',
      '0.5',
    )
    expect(err).toBe('')
    expect(code).toBe(0)
    expect(out).toContain('+CMQTTDISC: 0,0    # client 0 is connected\n')
    expect(out).toContain('+CMQTTRXPAYLOAD: 0,11\nfrom a file\n+CMQTTRXEND: 0\n')
    expect(out.split('\n').filter((line) => line === 'OK')).toHaveLength(8)
  })

  test('on a serial port, here a PTY: a script ends when the line goes', async () => {
    const path = join(folder, 'tty')
    const module = await startModule('--no-tcp', '--no-broker', '--pty', path)
    const cli = start(['term', '--port', `${path}:115200`, '--wait', '60'])
    cli.child.stdin.end('AT+CPIN?\n')
    await until(() => cli.out().endsWith('OK\n'), 'the answer', 40_000)
    expect(cli.out()).toBe('+CPIN: READY    # the SIM needs no PIN\nOK\n')
    module.child.kill('SIGTERM')
    expect(await cli.ended).toBe(3)
  })

  test('a command that fails is exit 1, a line that can not be sent 2, a module that is not there 3', async () => {
    const module = await startModule()
    expect(await script(module, ['AT+CMQTTREL=0'])).toEqual({
      code: 1,
      out: expect.stringMatching(/^ERROR {4}# this firmware does not have it, .*\(AT\+CMQTTACCQ\?\)\.\n$/),
      err: '',
    })
    expect(await script(module, ['AT+CMQTTSTART', 'AT+CMQTTPUB=0,1,60'], '--plain')).toMatchObject({
      code: 1,
      out: expect.stringMatching(/\+CMQTTPUB: 0,\d+\nERROR\n$/),
    })
    const open = await script(module, ['AT+CCERTDOWN="a.pem",5', 'ab'])
    expect(open).toEqual({
      code: 1,
      out: '>\n',
      err: 'atmqtt: the prompt is still open: the module waits for 3 more bytes.\n',
    })
  })

  test.each([
    [[], 'UsageError', /^term needs one module: give --port/],
    [['--tcp', '127.0.0.1:9', '--timeout', 'x'], 'UsageError', /^--timeout x: give seconds/],
    [['--port', join(folder, 'no-such-tty')], 'SetupError', /^There is no serial device/],
  ])('%j is a sentence', async (args, name, sentence) => {
    const atmqtt = new Command('atmqtt').exitOverride()
    addTerm(atmqtt, () => {})
    const running = atmqtt.parseAsync(['node', 'atmqtt', 'term', ...args])
    await expect(running).rejects.toMatchObject({ name, message: expect.stringMatching(sentence) })
  })

  test('on a terminal: prompt, completion, history, words, data, Ctrl-C and Ctrl-D', async () => {
    const module = await startModule()
    const path = join(folder, 'screen')
    const moduleEnd = await openPty({ path })
    let seen = ''
    const data = (bytes: Uint8Array) => {
      seen += textOf(bytes)
    }
    moduleEnd.start({ data })
    const fd = openSync(path, constants.O_RDWR | constants.O_NOCTTY)
    const child = spawn(process.execPath, [bin, 'term', '--tcp', module.ready.tcp!], {
      stdio: [fd, fd, 'ignore'],
      env: { ...process.env, TERM: 'xterm' },
    })
    const code = new Promise((resolve) => child.once('exit', resolve))
    const type = async (keys: string, then: RegExp) => {
      const from = seen.length
      moduleEnd.write(bytesOf(keys))
      await until(() => then.test(seen.slice(from)), `${then} behind ${JSON.stringify(keys)}`, 20_000)
    }
    await until(() => seen.includes('at> '), 'the prompt', 20_000)
    await type('AT+CMQTTW', /W/)
    await type('\t', /ILL/)
    await type('T', /T/)
    await type('\t', /OPIC/)
    await type('\x15AT+CSQ\r', /\+CSQ: 23,0 {4}# -67 dBm, bit error class 0\r?\n[\s\S]*at> /)
    await type('\x1b[A', /AT\+CSQ/)
    await type('\r', /\+CSQ: 23,0[\s\S]*at> /)
    await type('AT+CMQTTPUB=', /PUB=/)
    await type('\t', /<client_index>,<qos>/)
    await type('\x15AT+CMQTTSTART\r', /\+CMQTTSTART: 0/)
    await type('AT+CMQTTACCQ=0,"me"\r', /OK/)
    await type('AT+CMQTTWILLTOPIC=0,3\r', /data, 3 bytes> /)
    await type('\x03', /the module waits for 3 more bytes; Ctrl-C again or Ctrl-D leaves/)
    await type('a/b\r', /OK[\s\S]*at> /)
    moduleEnd.write(bytesOf('\x04'))
    expect(await code).toBe(0)
    closeSync(fd)
    await moduleEnd.close()
  })
})
