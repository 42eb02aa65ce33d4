import { spawn } from 'node:child_process'
import { closeSync, existsSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest'
import { bin, endAll, root, run, startModule, watch } from '../support/cli.ts'

vi.setConfig({ testTimeout: 60_000 })

const folder = mkdtempSync(join(tmpdir(), 'atmqtt-output-'))
afterEach(endAll)
afterAll(() => rmSync(folder, { recursive: true }))

const transcript = join(folder, 'one.at')
writeFileSync(transcript, '> AT\n< OK\n')
const free = ['--no-pty', '--tcp', '127.0.0.1:0', '--broker', '127.0.0.1:0', '--no-broker-tls']

/** Every subcommand that prints; `input` to what reads. A module is at `{tcp}` and `{control}`. */
const printing: readonly (readonly [args: string, codeWhenClosed: number, input: string])[] = [
  ['--help', 0, ''],
  ['--version', 0, ''],
  ['commands', 0, ''],
  ['profiles sim7600 --json', 0, ''],
  ['faults', 0, ''],
  ['conformance --list', 0, ''],
  [`certs issue device1 --state ${folder}/state`, 0, ''],
  [`play ${transcript} --memory`, 1, ''],
  [`compare ${transcript} --memory --with memory`, 1, ''],
  ['conformance --memory 2.2.4', 1, ''],
  [`module --json ${free.join(' ')}`, 0, ''],
  [`module ${free.join(' ')}`, 0, ''],
  ['module --stdio --no-pty --no-tcp --no-broker', 0, 'AT\r'],
  ['term --tcp {tcp}', 0, 'AT\n'],
  ['ctl state --control {control}', 0, ''],
]

async function argsOf(text: string): Promise<readonly string[]> {
  if (!text.includes('{')) return text.split(' ')
  const { ready } = await startModule('--control', '127.0.0.1:0')
  return text.replace('{tcp}', ready.tcp!).replace('{control}', ready.control!).split(' ')
}

/** A program whose standard output is the open file. */
async function withOutput(args: readonly string[], output: number, input: string) {
  const child = spawn(process.execPath, [bin, ...args], { stdio: ['pipe', output, 'pipe'] })
  let err = ''
  child.stderr!.on('data', (bytes: Buffer) => {
    err += bytes
  })
  child.stdin!.on('error', () => {}).end(input)
  const code = await new Promise((resolve) => child.once('close', resolve))
  return { code, err: err.replace(/^\{"event":"ready".*\n/, '') }
}

describe.skipIf(!existsSync('/dev/full'))('standard output without room', () => {
  test.each(printing)('%s: a sentence, exit 3', async (text, _, input) => {
    const full = openSync('/dev/full', 'w')
    try {
      const { code, err } = await withOutput(await argsOf(text), full, input)
      expect([code, err]).toEqual([
        3,
        "atmqtt: Standard output can't be written (ENOSPC: no space left on device, write): look at its disk.\n",
      ])
    } finally {
      closeSync(full)
    }
  })
})

describe.skipIf(process.platform === 'win32')('standard output that nobody reads', () => {
  test.each(printing)('%s: ends, and says nothing', async (text, codeWhenClosed, input) => {
    const cli = watch(spawn(process.execPath, [bin, ...(await argsOf(text))]))
    cli.child.stdout.destroy()
    cli.child.stdin.end(input)
    const code = await cli.ended
    expect(cli.err().replace(/^\{"event":"ready".*\n/, '')).toBe('')
    // Whether a run ends before it has seen that nobody reads is a matter of time.
    expect([codeWhenClosed, 0]).toContain(code)
  })
})

test('standard error without room changes nothing else', async () => {
  if (!existsSync('/dev/full')) return
  const full = openSync('/dev/full', 'w')
  const child = spawn(process.execPath, [bin, 'commands', 'NOSUCH'], { stdio: ['ignore', 'ignore', full] })
  expect(await new Promise((resolve) => child.once('close', resolve))).toBe(2)
  closeSync(full)
})

test.skipIf(process.platform === 'win32')('no file can be opened any more: a sentence, exit 3', async () => {
  // How many a version of Node needs for itself differs: with fewer, what it prints is its own.
  const args = ['module', '--no-pty', '--tcp', '127.0.0.1:0', '--no-broker', '--no-broker-tls', '--', 'true']
  const ended = [18, 19, 20, 21, 22, 23, 24].map(async (files) => {
    const shell = spawn('sh', ['-c', `ulimit -n ${files}; exec "$0" "$@"`, process.execPath, bin, ...args], {
      // Node 24 says so itself where it can't read the file that this names.
      env: { ...process.env, NODE_EXTRA_CA_CERTS: '' },
    })
    const cli = watch(shell)
    return { code: await cli.ended, err: cli.err().replace(/^atmqtt \d[\s\S]*Ctrl-C ends\.\n/, '') }
  })
  const own = (await Promise.all(ended)).filter(({ code, err }) => code !== 0 && err.includes('atmqtt:'))
  expect(own.length).toBeGreaterThan(0)
  for (const { code, err } of own)
    expect([code, err]).toEqual([3, expect.stringMatching(/^(atmqtt: [^\n]*(?:EMFILE|Too many open files)[^\n]*\n)+$/)])
})

/** C0 without line feed, C1, DEL, and what reorders text. */
const acts = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/
const nasty = '\x1b[2J\x9b31m\u202egnp.\u2066\x07'

describe('what others name never acts on a terminal', () => {
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  const profile = file(
    'nasty.json',
    JSON.stringify({ extends: 'sim767x', title: nasty, identity: { model: 'SIM\x7f', revision: 'R\x7f' } }),
  )
  const cases: readonly (readonly string[])[] = [
    ['profiles', profile],
    ['profiles', profile, '--json'],
    ['profiles', file('broken.json', `{"a":${nasty}}`)],
    ['profiles', file('unknown.json', JSON.stringify({ extends: 'sim767x', [nasty]: 1 }))],
    ['commands', nasty],
    [nasty],
    ['module', `--${nasty}`],
    ['pub', '--tcp', `${nasty}:1`, '-t', nasty, '-m', nasty],
    ['sub', '--tcp', '127.0.0.1:1', '-t', nasty, '-F', `%${nasty}`],
    ['compare', file('nasty.at', `# ${nasty}\n> AT+CGMM\n< x\n`), '--memory', '--profile', profile, '--with', 'memory'],
    ['ports', `/dev/${nasty}`],
    ['explain', nasty],
    ['explain', file('nasty.log', `> AT+CEER\n< +CEER: ${nasty}\n< OK\n> AT+CGATT?\n< +CGATT: 0\n< OK\n`)],
    ['record', '--tcp', '127.0.0.1:1', '--to', nasty],
    ['faults', nasty],
    ['play', file('broken.at', `@${nasty}\n`), '--memory'],
    ['play', file('title.at', `# ${nasty}\n@needs moon${nasty}\n> AT\n< OK\n`), '--memory'],
    ['play', file('differs.at', '> AT+CGMM\n< x\n'), '--memory', '--profile', profile],
    ['conformance', nasty, '--memory'],
    ['certs', 'remove', nasty, '--state', folder],
    ['module', '--faults', file('faults.json', JSON.stringify({ faults: [{ fault: nasty }] }))],
    ['ctl', nasty],
    ['ctl', 'state', '--control', nasty],
  ]

  test.each(cases)('%s %s', async (...args) => {
    const { out, err } = await run(args)
    const text = Buffer.from(out + err, 'latin1').toString('utf8')
    expect(text).not.toBe('')
    expect(text).not.toMatch(acts)
  })

  test.each([
    ['term', 'AT+CGMM\n'],
    ['conformance', ''],
    ['play', ''],
    ['ctl', ''],
  ])('a hostile module or control port: %s', async (name, input) => {
    const replies = { ctl: `${JSON.stringify({ ok: true, topic: nasty })}\n` }
    const server = createServer((socket) => {
      socket.on('error', () => {})
      socket.on('data', () =>
        socket.write(name === 'ctl' ? replies.ctl : `\r\n${nasty}\r\n${name === 'term' ? 'OK' : 'ERROR'}\r\n`),
      )
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const at = `127.0.0.1:${(server.address() as { port: number }).port}`
    const args = {
      term: ['term', '--tcp', at],
      conformance: ['conformance', '--tcp', at, '2.2.4'],
      play: ['play', transcript, '--tcp', at],
      ctl: ['ctl', 'state', '--control', at],
    }[name]!
    const cli = watch(spawn(process.execPath, [bin, ...args]))
    cli.child.stdin.end(input)
    await cli.ended
    server.close()
    const text = Buffer.from(cli.out() + cli.err(), 'latin1').toString('utf8')
    expect(text).not.toBe('')
    expect(text).not.toMatch(acts)
  })

  test('the command line prints in one place', () => {
    const sources = readdirSync(join(root, 'src/cli'), { recursive: true, encoding: 'utf8' })
    const writing = sources.filter(
      (name) =>
        /(?<!\.test)\.ts$/.test(name) &&
        /process\.std(out|err)\.write|\bstd(out|err)\.write|\bconsole\.(log|error|warn|info|debug)\b/.test(
          readFileSync(join(root, 'src/cli', name), 'utf8'),
        ),
    )
    expect(writing.sort()).toEqual(['main.ts', 'output.ts', 'program.ts', 'version.ts'])
  })
})
