import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest'
import { compareText } from '../../src/recording/compare-text.ts'
import { bin, endAll, run, runHere, start, startModule, watch } from '../support/cli.ts'
import { until } from '../support/until.ts'

/** Each program that is started takes its time, on a busy machine much of it. */
vi.setConfig({ testTimeout: 60_000 })
afterEach(endAll)

const alone = ['--no-pty', '--no-broker', '--tcp', '127.0.0.1:0'] as const
const stdio = ['module', '--no-pty', '--no-tcp', '--no-broker', '--stdio'] as const
/** The address is none for a module. */
const wrong = ['AT+CMQTTSTART', 'AT+CMQTTACCQ=0,"a",0', 'AT+CMQTTCONNECT=0,"mqtt://a.example:1883",60,1']
const script = `${wrong.join('\n')}\n`

const ids = (text: string): readonly string[] =>
  [...text.matchAll(/^ {3}(?:error|warning|note) {2}([\w-]+),/gm)].map(([, id]) => id!)

describe('module --explain', () => {
  test('at its end it tells what went wrong on a line, on standard error', async () => {
    const module = start(['module', ...alone, '--explain'])
    const tcp = await until(() => / TCP +(\S+)\n[\s\S]*ends/.exec(module.out())?.[1], 'the start text')
    const term = start(['term', '--tcp', tcp, '--plain'])
    term.child.stdin.end(script)
    expect(await term.ended).toBe(1)
    module.child.kill('SIGTERM')
    expect(await module.ended).toBe(0)
    expect(module.err()).toContain(`On tcp ${tcp}:`)
    expect(ids(module.err())).toContain('scheme')
    expect(module.out()).not.toContain('scheme')
  })

  test('with --stdio it is a line of JSON, behind the ready line', async () => {
    const module = start([...stdio, '--explain'])
    module.child.stdin.end(`ATE0\r${wrong.join('\r')}\r`)
    expect(await module.ended).toBe(0)
    const [ready, explained] = module
      .err()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(ready).toMatchObject({ event: 'ready' })
    expect(explained).toMatchObject({ event: 'explained', line: 'stdio', profile: 'sim767x' })
    expect(explained.findings.map(({ id }: { id: string }) => id)).toContain('scheme')
  })

  test('nothing went wrong: one sentence', async () => {
    const module = start(['module', ...alone, '--explain'])
    await until(() => module.out().includes('Ctrl-C ends.'), 'the start text')
    module.child.kill('SIGTERM')
    expect(await module.ended).toBe(0)
    expect(module.err()).toContain('atmqtt: --explain found nothing that went wrong.\n')
  })

  const typing = (code: number): readonly string[] => [
    '--',
    process.execPath,
    '-e',
    `const { execFileSync } = require('node:child_process')
     try { execFileSync(process.execPath, [${JSON.stringify(bin)}, 'term', '--plain', '--tcp', process.env.ATMQTT_TCP], { input: ${JSON.stringify(script)} }) } catch {}
     process.exit(${code})`,
  ]

  test('with -- CMD it is told when CMD fails, and the exit code is that of CMD', async () => {
    const failed = await run(['module', ...alone, '--explain', ...typing(3)])
    expect(failed.code).toBe(3)
    expect(ids(failed.err)).toContain('scheme')
    const well = await run(['module', ...alone, '--explain', ...typing(0)])
    expect(well.code).toBe(0)
    expect(ids(well.err)).toEqual([])
  })

  test('the password that was typed is not in it', async () => {
    const module = start([...stdio, '--explain'])
    module.child.stdin.end('AT+CMQTTCONNECT=0,"tcp://a",60,1,"user","geheim-4711"\r')
    await module.ended
    expect(module.err()).toContain('AT+CMQTTCONNECT')
    expect(module.err()).not.toContain('4711')
  })

  test('ctl explain tells it meanwhile; without --explain it says what to do', async () => {
    const module = await startModule(...alone, '--explain', '--control', '127.0.0.1:0')
    const term = start(['term', '--tcp', module.ready.tcp!, '--plain'])
    term.child.stdin.end(script)
    await term.ended
    const asked = ['ctl', 'explain', '--control', module.ready.control!]
    const { code, out } = await runHere(asked)
    expect([code, out]).toEqual([0, expect.stringMatching(/^On tcp .*:\n\nRead as line; .*\n\n1\. /)])
    const { lines } = JSON.parse((await runHere([...asked, '--json'])).out)
    expect(lines[0].line).toBe(`tcp ${module.ready.tcp}`)
    expect(lines[0].report.findings[0]).toMatchObject({ id: 'scheme', severity: 'error' })
    const plain = await startModule(...alone, '--control', '127.0.0.1:0')
    expect(await runHere(['ctl', 'explain', '--control', plain.ready.control!])).toMatchObject({
      code: 1,
      out: '{"ok":false,"error":"This module explains nothing: start it with --explain."}\n',
    })
  })
})

describe('term', () => {
  test('a cause stands below the answer that shows it, once; not with --plain', async () => {
    const module = await startModule(...alone)
    const typed = async (...options: readonly string[]) => {
      const term = start(['term', '--tcp', module.ready.tcp!, ...options])
      term.child.stdin.end(`${script}${wrong[2]}\n`)
      await term.ended
      return term.out().split('\n')
    }
    const lines = await typed()
    const told = lines.filter((line) => line.startsWith('# '))
    expect(told).toHaveLength(1)
    expect(told[0]).toMatch(/^# The address of the server does not begin with tcp:\/\/ \(scheme\)\. Write "tcp/)
    expect(lines[lines.indexOf(told[0]!) - 1]).toMatch(/^ERROR/)
    expect((await typed('--plain')).filter((line) => line.startsWith('# '))).toEqual([])
  })

  test.skipIf(!existsSync('/usr/bin/script'))('the prompt of a module tells it too', async () => {
    const command = `${process.execPath} ${bin} module ${alone.join(' ')}`
    const { spawn } = await import('node:child_process')
    const screen = watch(spawn('script', ['-qfec', command, '/dev/null'], { stdio: 'pipe' }))
    await until(() => screen.out().includes('at> '), 'a prompt')
    for (const line of wrong) screen.child.stdin.write(`${line}\r`)
    await until(() => screen.out().includes('(scheme)'), 'the cause')
    screen.child.stdin.write('\x04')
    expect(await screen.ended).toBe(0)
  })
})

/** A transcript of a host that makes that mistake; it expects what a module does not say. */
const transcript = (expects: string): string =>
  `> AT+CMQTTSTART\n< OK\n< +CMQTTSTART: 0\n> AT+CMQTTACCQ=0,"a",0\n< OK\n> ${wrong[2]}\n< ${expects}\n`

describe('programs that play and record', () => {
  const folder = mkdtempSync(join(tmpdir(), 'atmqtt-advice-'))
  afterAll(() => rmSync(folder, { recursive: true }))

  test('conformance: the failure text of JUnit names the cause that the line shows', async () => {
    const suite = mkdtempSync(join(folder, 'suite-'))
    writeFileSync(join(suite, 'own.at'), `@cite §2.2.8\n${transcript('OK')}`)
    const report = join(folder, 'r.xml')
    const { code } = await runHere(['conformance', '--memory', '--suite', suite, '--junit', report])
    expect(code).toBe(1)
    const failure = /<failure[^>]*>([\s\S]*?)<\/failure>/.exec(readFileSync(report, 'utf8'))?.[1]
    expect(failure).toContain('the answer differs')
    expect(failure).toContain('The address of the server does not begin with tcp:// (scheme). Write')
  })

  test('conformance: a case that passes has no cause in the report', async () => {
    const suite = mkdtempSync(join(folder, 'suite-'))
    writeFileSync(join(suite, 'own.at'), `@cite §2.2.8\n${transcript('ERROR')}`)
    const report = join(folder, 'p.xml')
    expect(await runHere(['conformance', '--memory', '--suite', suite, '--junit', report])).toMatchObject({ code: 0 })
    expect(readFileSync(report, 'utf8')).not.toContain('(scheme)')
  })

  test('compare: a cause that only one of the modules shows stands below the difference', () => {
    const both = 'The SIM is locked (sim-pin). Enter the PIN.'
    const advice = [[both], [both, 'No DNS (dns). Try an address.']] as const
    const result = { fileName: 'a.at', title: 'a.at', outcome: { kind: 'different', divergences: [], advice } } as const
    expect(compareText(result, { expected: 'memory', got: '/dev/ttyUSB2' }, 80)).toBe(
      'DIFFERENT  a.at\n\n  /dev/ttyUSB2: No DNS (dns). Try an address.\n',
    )
  })

  test('record: at the end, when CMD fails, what the recording shows', async () => {
    const module = await startModule(...alone)
    const to = join(folder, 'session.at')
    const cmd = `printf '${script.replaceAll('\n', '\\n')}' | "${process.execPath}" "${bin}" term --plain --tcp "$ATMQTT_TCP"; exit `
    const record = (code: number) =>
      run([
        'record',
        '--tcp',
        module.ready.tcp!,
        '--tcp-listen',
        '127.0.0.1:0',
        '--to',
        to,
        '--',
        'sh',
        '-c',
        cmd + code,
      ])
    const failed = await record(4)
    expect(failed.code).toBe(4)
    expect(ids(failed.err)).toContain('scheme')
    rmSync(to)
    const well = await record(0)
    expect(well.code).toBe(0)
    expect(ids(well.err)).toEqual([])
  })
})
