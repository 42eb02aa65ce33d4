import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import type { Report } from '../../src/conformance/reports/report.ts'
import { endAll, root, runHere, startModule } from '../support/cli.ts'
import { freePort } from '../support/free-port.ts'

const folder = mkdtempSync(join(tmpdir(), 'atmqtt-cli-conformance-'))
afterEach(endAll)
afterAll(() => rmSync(folder, { recursive: true }))

async function run(...args: readonly string[]) {
  const { code, out, err } = await runHere(['conformance', ...args])
  const utf8 = (text: string): string => Buffer.from(text, 'latin1').toString('utf8')
  return { code, out: utf8(out), err: utf8(err), last: utf8(out).trimEnd().split('\n').at(-1) }
}

/** A suite of one case that passes, one that fails and one that is skipped. */
function suite(): string {
  const text = [
    '@cite §2.2.4',
    '@grade documented',
    '@begin passes',
    '> AT\n< OK',
    '@end',
    '@begin <fails> & "tells"',
    '@shows 2.2.4-r4',
    '> ATE0\n< OK\n> AT+CMQTTREL=0\n< +CMQTTREL: 0,20\n< OK',
    '@end',
    '@begin is skipped',
    '@needs moon\n> AT\n< OK',
    '@end',
  ]
  writeFileSync(join(folder, '2.2.04-own.at'), `${text.join('\n')}\n`)
  return folder
}

describe('output', () => {
  test('one line per case, the two columns, a table by section, the counts alone on the last line; exit 1', async () => {
    const { code, out, last } = await run('--memory', '--suite', suite())
    expect(out).toMatch(/^passed {3}2\.2\.04-own\.at:3 {2}§2\.2\.4 {2}documented {2}passes {2}\(\d+ ms\)\n/)
    expect(out).toContain('FAILED   2.2.04-own.at:7  §2.2.4  documented  <fails> & "tells"\n')
    expect(out).toContain(`2.2.04-own.at:12 (§2.2.4): the answer differs`)
    expect(out).toContain('  > +CMQTTREL: 0,20          | \\r\\nERROR\\r\\n\n')
    expect(out).toContain('skipped  2.2.04-own.at:15  §2.2.4  documented  is skipped: needs moon\n')
    expect(out).toContain('§2.2.4  AT+CMQTTREL        1        1        1\n')
    expect([code, last]).toEqual([1, '1 passed, 1 failed, 1 skipped'])
  })

  test('--list names the cases, also selected ones', async () => {
    const all = await run('--list')
    expect(all.out.split('\n').length).toBeGreaterThan(300)
    const { code, out } = await run('--list', '2.2.4-r4')
    expect(out).toMatch(/^cases-2\.2\.04-rel\.at:\d+ {2}§2\.2\.4 {2}REL of a client that is not acquired: 20\n$/)
    expect(code).toBe(0)
  })

  test('one section passes: exit 0', async () => {
    const { code, last } = await run('--memory', '2.2.4')
    expect([code, last]).toEqual([0, expect.stringMatching(/^\d+ passed, 0 failed, 0 skipped$/)])
  })
})

describe('reports', () => {
  const at = (name: string) => join(folder, name)
  const write = () =>
    run('--memory', '--suite', suite(), '--junit', at('r.xml'), '--json', at('r.json'), '--html', at('r.html'))

  test('JUnit XML, JSON and HTML of one run', async () => {
    expect((await write()).code).toBe(1)
    const report = JSON.parse(readFileSync(at('r.json'), 'utf8')) as Report
    expect(report.counts).toEqual({ passed: 1, failed: 1, skipped: 1 })
    const [section] = report.sections
    expect(section?.cases.map(({ title, outcome, shows }) => [title, outcome, shows])).toEqual([
      ['passes', 'passed', []],
      ['<fails> & "tells"', 'failed', ['2.2.4-r4']],
      ['is skipped', 'skipped', []],
    ])
    expect(section?.cases[1]?.failure).toMatchObject({ line: 12, cite: '§2.2.4', expected: '+CMQTTREL: 0,20' })
    const junit = readFileSync(at('r.xml'), 'utf8')
    expect(junit).toMatch(/<testsuites [^>]*tests="3" failures="1" errors="0" skipped="1"/)
    expect(junit).toContain('<failure message="2.2.04-own.at:12: the answer differs">')
    expect(junit).toContain('needs moon')
    const html = readFileSync(at('r.html'), 'utf8')
    expect(html).toContain('&lt;fails&gt; &amp; &quot;tells&quot;')
    expect(html).not.toMatch(/<(script|link|img)|@import|url\(|https?:/)
  })

  test('the JSON is what the schema in the docs says, with every key that it names', () => {
    const schema = JSON.parse(readFileSync(join(root, 'docs/reference/conformance-report.schema.json'), 'utf8'))
    const json = readFileSync(at('r.json'), 'utf8')
    const validate = new Ajv2020({ validateFormats: false }).compile(schema)
    validate(JSON.parse(json))
    expect(validate.errors).toBe(null)
    const keys = [...JSON.stringify(schema).matchAll(/"(\w+)":\{"(?:type|\$ref|enum|const)"/g)].map(([, key]) => key)
    expect(keys.length).toBeGreaterThan(30)
    expect(keys.filter((key) => !json.includes(`"${key}":`) && key !== 'items')).toEqual([])
    expect(validate(JSON.parse(json.replace('"others"', '"rest"')))).toBe(false)
  })

  test("a report file that can't be written is reported before the run: exit 3", async () => {
    const { code, out, err } = await run('--memory', '--suite', suite(), '--json', join(folder, 'no/where.json'))
    expect([code, out]).toEqual([3, ''])
    expect(err).toMatch(/^atmqtt: --json \S+where\.json can't be written .*: give another file\.\n$/)
  })
})

describe('wrong usage: one sentence, exit 2', () => {
  test.each([
    [[], 'conformance needs one module: give --port PORT[:BAUD], --tcp HOST:PORT or --memory.'],
    [['--memory', '--tcp', '127.0.0.1:1'], 'conformance needs one module'],
    [['--memory', 'nix'], 'No case for sim767x is called nix: "atmqtt conformance --list" names them, * is anything.'],
    [['--memory', '--peer', 'x:1'], '--peer x:1: give PUBLIC:PORT=LOCAL:PORT, such as'],
    [['--memory', '--peer', 'x=y'], '--peer x: give HOST:PORT'],
    [['--memory', '--broker', 'ftp://x'], '--broker ftp://x: give HOST:PORT'],
    [['--memory', '--timeout', '0'], '--timeout 0: give seconds'],
    [['--memory', '--suite', '/nowhere'], "/nowhere can't be read"],
  ] as const)('%j', async (args, sentence) => {
    const { code, err } = await run(...args)
    expect(err).toContain(`atmqtt: ${sentence}`)
    expect(err.trimEnd().split('\n')).toHaveLength(1)
    expect(code).toBe(2)
  })

  test('a module that knows ERROR alone: a sentence, exit 3, and no empty report', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => {}).on('data', () => socket.write('\r\nERROR\r\n'))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const report = join(folder, 'none.xml')
    const { code, out, err } = await run('--tcp', `127.0.0.1:${port}`, '2.2.4', '--junit', report)
    server.close()
    expect(existsSync(report)).toBe(false)
    expect([code, out, err]).toEqual([
      3,
      '',
      'atmqtt: The module does not answer AT+CMEE?, it says "ERROR": look at what is on this line.\n',
    ])
  })

  test('a module that is not there: exit 3', async () => {
    const { code, err } = await run('--tcp', `127.0.0.1:${await freePort()}`)
    expect([code, err]).toEqual([3, expect.stringContaining('Nobody accepts connections')])
  })
})

describe('a module that runs elsewhere', () => {
  const overTcp = ['2.2.1', '2.2.4', 'The server *', 'CONNLOST*', 'general-power', 'general-sim', 'life-power-*']
  const overPty = ['2.2.4', 'A response, byte for byte', 'A prompt and its data*', 'PUB of QoS 1*']

  test.each([
    ['TCP', overTcp, 25],
    ['PTY', overPty, 9],
  ] as const)(
    'over %s, with a broker and a peer: nothing fails',
    { timeout: 180_000 },
    async (kind, cases, atLeast) => {
      const { tcp, pty, broker } = (await startModule('--pty', join(folder, `ttyAT-${kind}`))).ready
      const line = kind === 'TCP' ? ['--tcp', tcp!] : ['--port', `${pty}:115200`]
      const port = await freePort()
      const peer = ['--peer', `localhost:${port}=127.0.0.1:${port}`]
      const { code, out, last } = await run(...cases, ...line, '--broker', broker!, ...peer)
      expect(out).toMatch(/^SIM7672G-MNGV is taken for sim767x\n/)
      expect(last).toMatch(/^\d+ passed, 0 failed, \d+ skipped$/)
      expect(Number(last!.split(' ')[0])).toBeGreaterThanOrEqual(atLeast)
      expect(out.includes('is for virtual modules: it uses up tries of the PIN of a real SIM')).toBe(kind === 'TCP')
      expect(code).toBe(0)
    },
  )

  test('cases with missing capabilities are skipped, with the option that provides them', async () => {
    const { tcp } = (await startModule()).ready
    const { out, code } = await run('--tcp', tcp!, '3.1', '3.2', '3.5', 'CONNLOST 1*')
    expect(out).toMatch(/^skipped {2}3\.1-plain-tcp\.at:1 .*: needs broker: give --broker HOST:PORT$/m)
    expect(out).toMatch(/^skipped {2}3\.2-tls\S+ .*: needs tls: give --broker-tls HOST:PORT$/m)
    expect(out).toMatch(/^skipped {2}3\.5-\S+ .*: needs peer: give --peer PUBLIC:PORT=LOCAL:PORT$/m)
    expect(out).toMatch(/^skipped {2}cases-4\.2-urcs\.at:\d+ .*: needs (broker, fault|fault, broker): give .*--memory/m)
    expect(code).toBe(0)
  })
})

test('the folder of the suite is part of the package', () => {
  const { files } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly files: readonly string[]
  }
  expect(files).toContain('conformance')
  expect(readdirSync(join(root, 'conformance')).length).toBeGreaterThan(50)
})
