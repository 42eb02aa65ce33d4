import { execFileSync, spawn } from 'node:child_process'
import { closeSync, constants, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'mqtt'
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest'
import { bytesOf, textOf } from '../../src/at/public.ts'
import { portBusyPrefix } from '../../src/at/urcs.ts'
import { openPty } from '../../src/io/transports/pty/pty.ts'
import { bin, endAll, runHere, start, startModule } from '../support/cli.ts'
import { until } from '../support/until.ts'

vi.setConfig({ testTimeout: 120_000 })

const folder = mkdtempSync(join(tmpdir(), 'atmqtt-hostile-names-'))
afterEach(endAll)
afterAll(() => rmSync(folder, { recursive: true }))

/** C0 without tab and line feed, C1, DEL, and what reorders text. */
const acts = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/
const nasty = '\x1b[2J\u009b31m\u202egnp.\u2066\x07'
const utf8 = (text: string): string => Buffer.from(text, 'latin1').toString('utf8')

const mark = '(ended)'

/** What a terminal gets of a program; line ends as the program wrote them. */
async function onTerminal(args: readonly string[]) {
  const path = join(folder, `tty-${args[0]}-${Math.random().toString(36).slice(2)}`)
  const end = await openPty({ path })
  let seen = ''
  end.start({
    data(bytes) {
      seen += textOf(bytes)
    },
  })
  const fd = openSync(path, constants.O_RDWR | constants.O_NOCTTY)
  execFileSync('stty', ['raw', '-echo'], { stdio: [fd, 'ignore', 'ignore'] })
  const child = spawn(process.execPath, [bin, ...args], { stdio: ['ignore', fd, fd] })
  const exited = new Promise((resolve) => child.once('exit', resolve))
  // What is written behind a program that has ended comes behind all that it wrote.
  const ended = async () => {
    const code = await exited
    writeSync(fd, mark)
    await until(() => seen.endsWith(mark), 'the rest of what was written')
    return code
  }
  return {
    seen: () => utf8(seen.replace(mark, '')),
    ended,
    async close() {
      child.kill('SIGKILL')
      closeSync(fd)
      await end.close()
    },
  }
}

/** Answers whatever is said to it, line by line. */
async function listening(answer: (line: string) => string): Promise<{ readonly at: string; readonly server: Server }> {
  const server = createServer((socket) => {
    let rest = ''
    socket.on('error', () => {})
    socket.on('data', (bytes) => {
      const lines = (rest + bytes.toString('latin1')).split(/[\r\n]+/)
      rest = lines.pop() ?? ''
      for (const line of lines) socket.write(answer(line))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { at: `127.0.0.1:${(server.address() as { port: number }).port}`, server }
}

describe('topics and payloads', () => {
  const ways: readonly (readonly [readonly string[], string])[] = [
    [['-v'], 't/\\x1b[2J\\x9b31m\\u{202e}gnp.\\u{2066}\\x07 \\x1b[2J'],
    [['-F', '<%t|%p|%j>'], '<t/\\x1b[2J'],
  ]
  test.each(ways)('sub %s on a terminal', async (how, expected) => {
    const module = await startModule()
    const sub = await onTerminal([
      'sub',
      '--tcp',
      module.ready.tcp!,
      '-h',
      ...hostPort(module.ready.broker!),
      '-t',
      '#',
      '-C',
      '2',
      ...how,
    ])
    const client = connect(module.ready.broker!, { protocolVersion: 4 })
    // QoS 0 until the subscription stands: what is retained comes with it.
    await client.publishAsync(`t/${nasty}`, nasty, { retain: true })
    await client.publishAsync('t/bytes', Buffer.from([0x1b, 0x9b, 0x80, 0xff]), { retain: true })
    expect([await sub.ended(), sub.seen()]).toEqual([0, expect.stringContaining(expected)])
    expect(sub.seen()).toContain('\\x1b\\x9b\\x80\\xff')
    expect(sub.seen()).not.toMatch(acts)
    await client.endAsync()
    await sub.close()
  })

  test('ctl events on a terminal', async () => {
    const module = await startModule('--control', '127.0.0.1:0')
    const events = await onTerminal(['ctl', 'events', '--control', module.ready.control!])
    const topic = `t/${nasty}`
    const server = ['-h', ...hostPort(module.ready.broker!)]
    const published = () => runHere(['pub', '--tcp', module.ready.tcp!, ...server, '-t', topic, '-m', nasty])
    // It prints nothing before the first event.
    for (let tries = 0; tries < 10 && !events.seen().includes('"payload"'); tries++) await published()
    expect(events.seen()).toContain('gnp.')
    expect(events.seen()).not.toMatch(acts)
    await events.close()
  })
})

const hostPort = (url: string): readonly string[] => {
  const { hostname, port } = new URL(url)
  return [hostname, '-p', port]
}

describe('a hostile module', () => {
  const transcript = join(folder, 'one.at')
  writeFileSync(transcript, '> AT+CGMM\n< x\n< OK\n')
  const toBroker = ['-h', '127.0.0.1', '-p', '1', '-t', 'a']
  /** The commands of each, with the module's address for `{at}`. */
  const programs: readonly (readonly [args: string, input: string])[] = [
    [`pub --tcp {at} ${toBroker.join(' ')} -m x -d`, ''],
    [`sub --tcp {at} ${toBroker.join(' ')} -W 5`, ''],
    ['term --tcp {at} --timeout 2', 'AT+CGMM\nAT+CMQTTSTART\n'],
    ['conformance --tcp {at} 2.2.4', ''],
    [`play ${transcript} --tcp {at}`, ''],
    [`compare ${transcript} --tcp {at} --with {at}`, ''],
    [`record --tcp {at} --to ${folder}/out.at --tcp-listen 127.0.0.1:0 -- true`, ''],
  ]
  const modules: readonly (readonly [what: string, (line: string) => string])[] = [
    [
      'names itself so',
      (line) =>
        line.startsWith('ATI') || line.includes('+C') ? `\r\n+${nasty}: ${nasty}\r\n\r\nOK\r\n` : '\r\nOK\r\n',
    ],
    ['refuses so', () => `\r\n+CME ERROR: ${nasty}\r\n`],
    ['is another program', () => `\r\n${portBusyPrefix}${nasty}\r\n`],
  ]

  describe.each(modules)('%s', (what, answer) => {
    // The suite waits long for a module that refuses everything: it meets one that names itself so.
    test.each(programs.filter(([args]) => what === 'names itself so' || !args.startsWith('conformance')))(
      '%s',
      async (args, input) => {
        const { at, server } = await listening((line) => Buffer.from(answer(line), 'utf8').toString('latin1'))
        const cli = start(args.replaceAll('{at}', at).split(' '))
        cli.child.stdin.end(input)
        await cli.ended
        server.close()
        expect(utf8(cli.out() + cli.err())).not.toMatch(acts)
      },
    )
  })

  test.skipIf(process.platform !== 'linux')('ports: its model, and the name of its device', async () => {
    const path = join(folder, 'tty\x1b[2J\u202e')
    const end = await openPty({ path })
    end.start({ data: () => end.write(bytesOf(Buffer.from(`\r\n${nasty}\r\n\r\nOK\r\n`, 'utf8').toString('latin1'))) })
    const { code, out, err } = await runHere(['ports', path])
    await end.close()
    expect([code, err]).toEqual([0, ''])
    expect(utf8(out)).toContain('answers AT: \\x1b[2J')
    expect(utf8(out)).not.toMatch(acts)
  })
})
