import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { endAll, root, run as runCli, runHere, start, startModule } from '../support/cli.ts'
import { until } from '../support/until.ts'

const folder = mkdtempSync(join(tmpdir(), 'atmqtt-cli-play-'))
afterEach(endAll)
afterAll(() => rmSync(folder, { recursive: true }))

const utf8 = (text: string): string => Buffer.from(text, 'latin1').toString('utf8')

async function run(args: readonly string[], runner = runHere) {
  const { code, out, err } = await runner(args)
  return { code, out: utf8(out), err: utf8(err) }
}

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const examples = readdirSync(join(root, 'conformance'))
  .filter((name) => /^[23]\..*\.at$/.test(name))
  .map((name) => join(root, 'conformance', name))
const good = () => file('good.at', '# good\n> AT\n< OK\n')

test('a run in a process that it does not own listens to no signal of it', async () => {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  const counts = () => signals.map((signal) => process.listenerCount(signal))
  const before = counts()
  const running = [run(['play', good(), '--memory']), run(['conformance', '--memory', 'no-such-case'])]
  expect(await Promise.all(running.map(async (ended) => (await ended).code))).toEqual([0, 2])
  expect(counts()).toEqual(before)
})

describe('play to a module', () => {
  test('in memory: the examples of the note, last line, exit 0', async () => {
    const { code, out, err } = await run(['play', ...examples, '--memory'], runCli)
    expect(err).toBe('')
    expect(out.trimEnd().split('\n').at(-1)).toBe(`${examples.length - 1} passed, 0 failed, 1 skipped`)
    expect(out).toContain('needs peer (--peer HOST:PORT)')
    expect(out).toMatch(/^passed {3}\S+3\.4-tls-verify-both\.at {2}§3\.4 {2}/m)
    expect(code).toBe(0)
  })

  test('over TCP and over a PTY: files share the line, the broker is given', async () => {
    const module = await startModule('--pty', join(folder, 'ttyAT'))
    const { tcp, pty, broker } = module.ready
    const files = ['2.2.12-pub.at', '3.1-plain-tcp.at'].map((name) => join(root, 'conformance', name))
    const address = broker!.replace('mqtt://', '')
    for (const line of [
      ['--tcp', tcp!],
      ['--port', `${pty}:115200`],
    ]) {
      const { code, out } = await run(['play', ...files, ...line, '--broker', address])
      expect(out).toMatch(/\n2 passed, 0 failed, 0 skipped\n$/)
      expect(code).toBe(0)
    }
    const without = await run(['play', ...files, '--tcp', tcp!])
    expect(without.out).toMatch(/needs broker \(--broker HOST:PORT\)\n\n0 passed, 0 failed, 2 skipped\n$/)
  })

  test('a difference: two columns, the section, exit 1; the next file is played', async () => {
    const bad = file('bad.at', '# bad\n@cite §2.2.4\n> ATE0\n< OK\n> AT+CMQTTREL=0\n< +CMQTTREL: 0,20\n< OK\n')
    const { code, out } = await run(['play', bad, good(), '--memory'])
    expect(code).toBe(1)
    expect(out).toContain(
      [
        `FAILED   ${bad}  §2.2.4  bad`,
        '',
        `  ${bad}:6 (§2.2.4): the answer differs`,
        '',
        '    sent  AT+CMQTTREL=0\\r',
        '',
        '    expected                 | got',
        '    -------------------------+-------------------------',
        '  > +CMQTTREL: 0,20          | \\r\\nERROR\\r\\n',
        '    OK                       |',
      ].join('\n'),
    )
    expect(out).toMatch(/\npassed {3}.*good\.at {2}good {2}\(\d+ ms\)\n\n1 passed, 1 failed, 0 skipped\n$/)
  })

  test('--set and --set-file fill holes, of bytes too', async () => {
    const topic = file('topic', Buffer.from([0xff, 0x41]).toString('latin1'))
    writeFileSync(topic, Buffer.from([0xff, 0x41]))
    const text = [
      '> AT+CMQTTSTART\n< OK\n< +CMQTTSTART: 0\n> AT+CMQTTACCQ=0,"{id}"\n< OK\n> AT+CMQTTCFG="checkUTF8",0,0\n< OK',
      '> AT+CMQTTTOPIC=0,2\n<prompt\n>> {topic:2}\n< OK\n> AT+CMQTTACCQ?\n< +CMQTTACCQ: 0,"{id}",0\n< {*}\n< OK\n',
    ].join('\n')
    const path = file('holes.at', text)
    const { code, out } = await run(['play', path, '--memory', '--set', 'id=me', '--set-file', `topic=${topic}`])
    expect(out).toMatch(/\n1 passed, 0 failed, 0 skipped\n$/)
    expect(code).toBe(0)
  })
})

describe('play: what is wrong', () => {
  test('a file that is not a transcript: place and caret, exit 2', async () => {
    const path = file('syntax.at', '> AT\n>> a\\q\n')
    const { code, out, err } = await run(['play', path, '--memory'])
    expect(err).toBe(`atmqtt: ${path}:2:5: \\q is no escape: there are \\xNN, \\r, \\n and \\\\.\n  >> a\\q\n      ^\n`)
    expect([code, out]).toEqual([2, ''])
  })

  const wrong: readonly (readonly [readonly string[], number, string])[] = [
    [['FILE'], 2, 'needs one module'],
    [['FILE', '--memory', '--set', 'x=1'], 2, 'no transcript has a hole {x}'],
    [['HOLE', '--memory'], 2, 'there is no value for {password}: give --set password=VALUE.'],
    [['DATA', '--memory', '--set', 'key=abc'], 2, '{key:9} takes 9 bytes, its value has 3.'],
    [['DATA', '--memory'], 2, 'there is no value for {key}: give --set-file key=FILE.'],
    [['/nonexistent.at', '--memory'], 2, "can't be read"],
    [['FILE', '--as-module'], 2, 'give --pty PATH or --tcp-listen'],
    [['FILE', '--pty', '/tmp/x'], 2, 'are for --as-module'],
    [['FILE', '--port', '/dev/nothing-here'], 3, 'no serial device'],
  ]

  test('wrong usage, and a module that is not there', async () => {
    const paths = { FILE: good(), HOLE: file('hole.at', '> AT{password:6}'), DATA: file('data.at', '>> {key:9}') }
    const ended = wrong.map(([args]) => run(['play', ...args.map((arg) => paths[arg as 'FILE'] ?? arg)]))
    for (const [i, { code, err }] of (await Promise.all(ended)).entries()) {
      expect(err).toMatch(/^atmqtt: [^\n]+\n$/)
      expect([err, code]).toEqual([expect.stringContaining(wrong[i]![2]), wrong[i]![1]])
    }
  })
})

describe('play --as-module', () => {
  const session = () => file('session.at', '@strict\n<\n< RDY\n> AT+CSQ\n<< AT+CSQ\\r\n<\n< +CSQ: 23,0\n<\n< OK\n')

  async function host(send: string) {
    const cli = start(['play', session(), '--as-module', '--tcp-listen', '127.0.0.1:0'])
    const port = await until(() => /answers on 127\.0\.0\.1:(\d+)\n/.exec(cli.out())?.[1], 'the port')
    const socket = connect({ host: '127.0.0.1', port: Number(port) })
    let got = ''
    socket.on('data', (bytes) => {
      got += bytes.toString('latin1')
    })
    if (send) socket.write(send)
    else socket.end()
    return { code: await cli.ended, got, out: cli.out() }
  }

  test('answers a host, and ends with 0', async () => {
    expect(await host('AT+CSQ\r')).toMatchObject({ code: 0, got: '\r\nRDY\r\nAT+CSQ\r\r\n+CSQ: 23,0\r\n\r\nOK\r\n' })
  })

  test('a host that sends something else, or leaves: exit 1', async () => {
    const other = await host('AT+CSQ?\r')
    expect(other.code).toBe(1)
    expect(other.out).toContain('> AT+CSQ                   | AT+CSQ?\\r')
    expect(await host('')).toMatchObject({ code: 1, out: expect.stringContaining('the host left before this step') })
  })
})
