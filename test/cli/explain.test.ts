import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runHere } from '../support/cli.ts'

const folder = mkdtempSync(join(tmpdir(), 'atmqtt-explain-'))

function logFile(name: string, rows: readonly string[]): string {
  const path = join(folder, name)
  writeFileSync(path, `${rows.join('\n')}\n`, 'latin1')
  return path
}

const noSim = logFile('no-sim.log', [
  '14:22:31.123 -> AT+CPIN?',
  '14:22:31.123 -> AT+CPIN?',
  '14:22:31.156 -> ',
  '14:22:31.156 -> +CME ERROR: SIM not inserted',
])

test('a log with a fault: the finding as text, and exit code 1', async () => {
  const { code, out, err } = await runHere(['explain', noSim])
  expect({ code, err }).toEqual({ code: 1, err: '' })
  expect(out).toContain('There is no SIM card')
  expect(out).toMatch(/4 \| \+CME ERROR: SIM not inserted\n +\| \^{28}\n/)
  expect(out.split('\n').every((line) => line.length <= 80)).toBe(true)
})

test('the same as JSON: rows, ladder, findings', async () => {
  const { code, out } = await runHere(['explain', noSim, '--json'])
  expect(code).toBe(1)
  expect(JSON.parse(out)).toMatchObject({
    shape: 'text',
    family: null,
    rows: [
      { row: 1, text: 'AT+CPIN?' },
      { row: 4, text: '+CME ERROR: SIM not inserted' },
    ],
    ladder: expect.arrayContaining([{ rung: 'sim', state: 'fails', row: 4 }]),
    findings: [{ id: 'sim-absent', severity: 'error', rows: [1, 4] }],
  })
})

test('a log without a fault is exit code 0', async () => {
  const path = logFile('fine.log', ['> AT', '< OK', '> AT+CPIN?', '< +CPIN: READY', '< OK'])
  expect(await runHere(['explain', path])).toMatchObject({ code: 0 })
})

test('no log, or none that can be read, is one sentence and exit code 2', async () => {
  expect(await runHere(['explain'])).toMatchObject({
    code: 2,
    err: 'atmqtt: explain needs a log: give a file, - for standard input, or --demo to see it work.\n',
  })
  const missing = await runHere(['explain', join(folder, 'nowhere.log')])
  expect(missing).toMatchObject({
    code: 2,
    err: expect.stringMatching(/^atmqtt: .*nowhere\.log can't be read \(.*\)\.\n$/),
  })
  const nothing = await runHere(['explain', logFile('empty.log', [])])
  expect(nothing).toMatchObject({ code: 2, err: expect.stringContaining('There are no AT commands') })
})

test('--profile names the firmware; one that there is not is a usage error', async () => {
  const path = logFile('plain.log', ['> AT', '< OK', '> AT+CMQTTSTART', '< +CMQTTSTART: 1', '< ERROR'])
  expect(JSON.parse((await runHere(['explain', path, '--json'])).out)).toMatchObject({ family: null, profile: null })
  const given = await runHere(['explain', path, '--json', '--profile', 'a76xx'])
  expect(JSON.parse(given.out)).toMatchObject({ family: 'a76xx', profile: 'a76xx' })
  const wrong = await runHere(['explain', path, '--profile', 'sim900'])
  expect(wrong).toMatchObject({ code: 2, err: expect.stringMatching(/^atmqtt: --profile sim900: give one of .*\n$/) })
})

test('--all: what could be a consequence of the first cause is listed too, the most certain first', async () => {
  const path = logFile('several.log', [
    '> AT+CGDCONT=1,"IP","YourAPN"',
    '< OK',
    '> AT+CEREG?',
    '< +CEREG: 0,3',
    '< OK',
    '> AT+CMQTTSTART',
    '< +CMQTTSTART: 23',
    '< ERROR',
  ])
  const findings = async (...options: string[]): Promise<{ id: string; confidence: number }[]> =>
    JSON.parse((await runHere(['explain', path, '--json', ...options])).out).findings
  expect((await findings()).map(({ id }) => id)).toEqual(['apn-placeholder'])
  const all = await findings('--all')
  expect(all.map(({ id }) => id)).toEqual(['apn-placeholder', 'host-restarted', 'reg-denied', 'err-23'])
  expect(all.map(({ confidence }) => confidence)).toEqual([...all.map((one) => one.confidence)].sort((a, b) => b - a))
})

test('--demo: three logs, a cause in each; with files it is a usage error', async () => {
  const { code, out, err } = await runHere(['explain', '--demo'])
  expect({ code, err }).toEqual({ code: 1, err: '' })
  for (const id of ['apn-placeholder', 'tls-sni', 'connect-ok-taken']) expect(out).toContain(`${id}, `)
  const reports = (await runHere(['explain', '--demo', '--json'])).out.trim().split('\n')
  expect(reports.map((text) => JSON.parse(text).findings[0].id)).toEqual([
    'apn-placeholder',
    'tls-sni',
    'connect-ok-taken',
  ])
  expect(await runHere(['explain', '--demo', noSim])).toMatchObject({ code: 2 })
})

const login = [
  'the password is geheim-4711, caf\xe9 \x1b[2J',
  'AT+CGSN',
  '866782042319455',
  'OK',
  'AT+CMQTTACCQ=0,"<b>dev",1',
  'OK',
  'AT+CMQTTCONNECT=0,"tcp://x.s1.eu.hivemq.cloud:8883",60,1,"user","geheim-4711"',
  'OK',
  '+CMQTTCONNECT: 0,32',
  'login with geheim-4711 failed',
].map((row) => `10:21:07.114 -> ${row}`)

test('--html: a page that needs nothing else, the finding behind the row that shows it, text as text', async () => {
  const page = join(folder, 'page.html')
  const { code, err } = await runHere(['explain', logFile('login.log', login), '--html', page])
  expect({ code, err }).toEqual({ code: 1, err: '' })
  const html = readFileSync(page, 'utf8')
  expect(html).toContain(`default-src 'none'`)
  expect(html.match(/(?:src|href)="(?!#)/g)).toBeNull()
  expect(html).toContain('AT+CMQTTACCQ=0,&quot;&lt;b&gt;dev&quot;,1')
  expect(html).not.toContain('<b>dev')
  const places = ['+CMQTTCONNECT: 0,32', 'id="finding-1"', 'failed</span>'].map((text) => html.indexOf(text))
  expect(places.every((place) => place > 0)).toBe(true)
  expect([...places].sort((one, other) => one - other)).toEqual(places)
  expect(statSync(page).mode & 0o777).toBe(0o600)
})

test('a page that can not be written is one sentence and exit code 3', async () => {
  const { code, err } = await runHere(['explain', noSim, '--html', join(folder, 'no', 'page.html')])
  expect({ code, err }).toMatchObject({ code: 3, err: expect.stringMatching(/^atmqtt: --html .* can't be written/) })
})

test('passwords and numbers of devices are masked in all forms, wherever they come again', async () => {
  const path = logFile('secret.log', login)
  const page = join(folder, 'secret.html')
  const outputs = [
    (await runHere(['explain', path, '--all'])).out,
    (await runHere(['explain', path, '--json', '--html', page])).out,
    readFileSync(page, 'utf8'),
  ]
  for (const output of outputs) {
    expect(output).not.toContain('4711')
    expect(output).not.toContain('866782')
    expect(output).toContain('***')
    expect(output).not.toContain('\x1b')
  }
})

test('a private key that a log holds is on no page', async () => {
  const key = Array.from({ length: 12 }, (_, i) => `MIIEpAIBAAKCAQEA${i}b3J0aGVyZWNvcmRpc25vdGFyZWFsa2V5YXRhbGx4eXo`)
  const path = logFile(
    'key.log',
    [
      'AT+CCERTDOWN="k.pem",700',
      '>',
      '-----BEGIN RSA PRIVATE KEY-----',
      ...key,
      '-----END RSA PRIVATE KEY-----',
      'OK',
      'AT+CMQTTSTART',
      '+CMQTTSTART: 9',
      'ERROR',
    ].map((row) => `10:21:07.114 -> ${row}`),
  )
  const page = join(folder, 'key.html')
  await runHere(['explain', path, '--html', page])
  const html = readFileSync(page, 'utf8')
  expect(html).toContain('+CMQTTSTART: 9')
  expect(html).toContain('BEGIN RSA')
  expect(html).not.toContain('b3J0aGVyZWNvcmRp')
})
