import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest'
import { profiles } from '../../src/at/profiles/profiles.ts'
import { parseRequirements } from '../../src/conformance/requirements.ts'
import { endAll, root, run, runHere, start, startModule, watch } from '../support/cli.ts'
import { until } from '../support/until.ts'

vi.setConfig({ testTimeout: 120_000 })
const folder = mkdtempSync(join(tmpdir(), 'atmqtt-learn-'))
const path = (name: string): string => join(folder, name)
afterEach(endAll)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const read = (name: string): string => readFileSync(path(name), 'utf8')

describe('atmqtt learn', () => {
  // Two minutes in all: a command, PROFILES=all.
  const all = process.env.PROFILES ? Object.keys(profiles) : []
  test.each(all)('%s over TCP, and on a PTY: nothing differs', async (profile) => {
    const pty = path(`tty-${profile}`)
    const { ready } = await startModule('--profile', profile, '--pty', pty)
    for (const line of [['--tcp', ready.tcp!], ...(ready.pty ? [['--port', pty]] : [])]) {
      const { code, out, err } = await run(['learn', ...line, '--broker', ready.broker!, '--may-reset'])
      expect([code, err, out]).toEqual([0, '', expect.stringContaining('nothing differs from it\n')])
      expect(out).toContain(`nearest profile: ${profile}\n`)
    }
  })

  test('over TCP: a profile that is the same, a report without what is private, transcripts that play', async () => {
    const { ready } = await startModule('--profile', 'a76xx')
    const files = ['--to', path('a.json'), '--report', path('a.md'), '--transcripts', path('a')]
    const { code, out, err } = await run(['learn', '--tcp', ready.tcp!, '--broker', ready.broker!, ...files])
    expect([code, err]).toEqual([0, ''])
    expect(out).toMatch(/^A7670E-FASE, nearest profile: a76xx\nnothing differs from it\n/)
    expect(out).toContain('not asked: 5 questions, which need --may-reset\n')
    expect(JSON.parse(read('a.json'))).toMatchObject({ extends: 'a76xx', name: 'a7670e-fase-learnt' })
    expect(read('a.md')).toMatch(/^# A7670E-FASE, revision A110B01A7670M7_F\n/)
    for (const secret of ['351602000330579', '460010222028133', '89860318760238610932', '10.83.214.110', 'CHN-UNICOM'])
      expect(read('a.md') + readdirSync(path('a')).map((name) => read(`a/${name}`))).not.toContain(secret)
    const played = await run(['play', path('a'), '--memory', '--profile', path('a.json')])
    expect([played.code, played.out.split('\n').at(-2)]).toEqual([0, expect.stringMatching(/^\d{3} passed, 0 failed/)])
  })

  test.skipIf(!existsSync('/dev/ptmx'))(
    'on a PTY, from a profile of its own: what differs, and nothing else',
    async () => {
      writeFileSync(
        path('own.json'),
        JSON.stringify({
          extends: 'sim767x',
          prompt: '\r\n> ',
          identity: { model: 'SIM7652E', revision: '2374B01SIM767XM5A' },
          mqtt: { pubTimeout: [5, 180], startWhenStarted: 23, readsBeforeStart: 'list' },
          replies: { 'AT+CESQ=?': ['+CESQ: (0-63,99)', 'OK'] },
        }),
      )
      const pty = path('tty')
      const module = start(['module', '--json', '--pty', pty, '--no-tcp', '--no-broker', '--profile', path('own.json')])
      await until(() => module.out().includes('\n'), 'the module')
      const { code, err } = await run(['learn', '--port', pty, '--to', path('learnt.json'), '--report', path('r.html')])
      expect([code, err]).toEqual([0, ''])
      expect(JSON.parse(read('learnt.json'))).toEqual({
        extends: 'sim767x',
        name: 'sim7652e-learnt',
        title: expect.stringMatching(/^SIM7652E, learnt on \d{4}-\d\d-\d\d$/),
        prompt: '\r\n> ',
        identity: { model: 'SIM7652E', revision: '2374B01SIM767XM5A' },
        mqtt: { pubTimeout: [5, 180], startWhenStarted: 23, readsBeforeStart: 'list' },
        replies: { 'AT+CESQ=?': ['+CESQ: (0-63,99)', 'OK'] },
      })
      expect(read('r.html')).toMatch(/^<!doctype html>[\s\S]*<code>mqtt.startWhenStarted<\/code>/)
    },
  )

  test('Ctrl-C: it sets back, writes what it knows, and ends with 1', async () => {
    const { ready } = await startModule('--timing', 'real')
    const cli = start(['learn', '--tcp', ready.tcp!, '--to', path('part.json')])
    await until(() => existsSync(path('part.json')), 'its file')
    cli.child.kill('SIGINT')
    expect(await cli.ended).toBe(1)
    expect(cli.out()).toContain('It was interrupted: what was learnt until then is there.\n')
    expect(JSON.parse(read('part.json'))).toHaveProperty('extends')
  })

  test('nobody there: a sentence, exit 3', async () => {
    const nobody = await run(['learn', '--tcp', '127.0.0.1:1'])
    expect([nobody.code, nobody.err]).toEqual([3, expect.stringMatching(/^atmqtt: [^\n]+\.\n$/)])
  })

  test.each([
    [['learn'], /^atmqtt: learn needs one module: give /],
    [['learn', '--tcp', 'a:1', '--to', 'x.txt'], /^atmqtt: --to x\.txt: give a name that ends in \.json/],
    [['learn', '--tcp', 'a:1', '--report', 'x'], /^atmqtt: --report x: give a name that ends in \.md or \.html\.\n$/],
    [['learn', '--tcp', 'a:1', '--broker-tls', 'a:2'], /^atmqtt: --broker-tls needs --broker too: /],
  ])('%j: a sentence, exit 2', async (args, sentence) => {
    const { code, err } = await runHere(args)
    expect([code, err]).toEqual([2, expect.stringMatching(sentence)])
  })
})

describe('atmqtt profiles diff', () => {
  test('two profiles, in words; exit 1', async () => {
    const { code, out } = await runHere(['profiles', 'diff', 'sim767x', 'sim767x-v106'])
    expect(code).toBe(1)
    expect(out).toMatch(/^sim767x and sim767x-v106 differ in 9 values\.\n\n/)
    expect(out).toContain(`mqtt.discTestHasBlank: whether AT+CMQTTDISC=? has a blank behind 0,
  sim767x       true
  sim767x-v106  false
`)
  })

  test('a file that changes nothing', async () => {
    writeFileSync(path('same.json'), JSON.stringify({ extends: 'a76xx', name: 'another' }))
    const { code, out } = await runHere(['profiles', 'diff', path('same.json'), 'a76xx'])
    expect([code, out]).toEqual([0, `${path('same.json')} and a76xx are the same.\n`])
  })

  test.each([
    [['profiles', 'diff', 'a76xx'], /^atmqtt: profiles diff compares two: /],
    [['profiles', 'a76xx', 'sim7600'], /^atmqtt: profiles shows one: /],
    [['profiles', 'diff', 'a76xx', 'sim800'], /sim800/],
  ])('%j: a sentence, exit 2', async (args, sentence) => {
    const { code, err } = await runHere(args)
    expect([code, err]).toEqual([2, expect.stringMatching(sentence)])
  })
})

describe('npm run adopt', () => {
  const adopt = async (...args: readonly string[]) => {
    const cli = watch(spawn(process.execPath, [join(root, 'scripts', 'adopt.mjs'), ...args]))
    return { code: await cli.ended, out: cli.out(), err: cli.err() }
  }
  const data = (answers: readonly object[]) =>
    `# A\n\n## Data\n\nFor \`npm run adopt\`.\n\n\`\`\`json\n${JSON.stringify({ tool: 'atmqtt', date: '2026-11-30', model: 'SIM7672G', revision: 'B05', base: 'sim767x', answers })}\n\`\`\`\n`
  const evidenceOf = (at: string, id: string) =>
    readdirSync(join(at, 'conformance', 'requirements'))
      .flatMap((name) => parseRequirements(readFileSync(join(at, 'conformance', 'requirements', name), 'utf8'), name))
      .find((one) => one.id === id)!

  test('what agrees is A with its source, what differs is listed, the report is kept; a second time nothing changes', async () => {
    const at = path('checkout')
    mkdirSync(join(at, 'docs'), { recursive: true })
    cpSync(join(root, 'conformance', 'requirements'), join(at, 'conformance', 'requirements'), { recursive: true })
    cpSync(join(root, 'docs', 'hardware.md'), join(at, 'docs', 'hardware.md'))
    writeFileSync(
      path('report.md'),
      data([
        { question: 'start', requirements: ['line-33', '2.2.1-r1'], same: true },
        {
          question: 'held',
          requirements: ['state-5', 'order-4'],
          same: false,
          differs: [{ sent: 'AT', theirs: 'x', ours: 'y' }],
        },
      ]),
    )
    const first = await adopt(path('report.md'), '--root', at)
    expect([first.code, first.err]).toEqual([1, ''])
    expect(first.out).toContain('1 requirements are A now: line-33\n')
    expect(first.out).toContain('held: state-5 order-4\n    AT  x  (ours: y)\n')
    expect(evidenceOf(at, 'line-33')).toMatchObject({
      evidence: ['A', 'D'],
      source: expect.stringContaining('a report of SIM7672G B05'),
    })
    expect(evidenceOf(at, '2.2.1-r1').evidence).toEqual(['note'])
    expect(evidenceOf(at, 'order-4').evidence).toEqual(['E'])
    expect(readFileSync(join(at, 'docs', 'hardware.md'), 'utf8')).toContain(
      '| [SIM7672G](hardware/sim7672g-b05.md) | B05 | sim767x | 2026-11-30 |',
    )
    expect((await adopt(path('report.md'), '--root', at)).out).toContain('0 requirements are A now: none\n')
  })

  test.each([
    [[], /^adopt: Which report\?/],
    [['/nowhere.md'], /^adopt: \/nowhere\.md can't be read /],
    [[join(root, 'README.md')], /^adopt: .*README\.md is no report: /],
  ])('%j: a sentence, exit 2', async (args, sentence) => {
    const { code, err } = await adopt(...args)
    expect([code, err]).toEqual([2, expect.stringMatching(sentence)])
  })
})
