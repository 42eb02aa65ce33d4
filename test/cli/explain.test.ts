import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runHere } from '../support/cli.ts'

const folder = mkdtempSync(join(tmpdir(), 'atmqtt-explain-'))

function logFile(name: string, rows: readonly string[]): string {
  const path = join(folder, name)
  writeFileSync(path, `${rows.join('\n')}\n`)
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
    err: 'atmqtt: explain needs a log: give a file, or - for standard input.\n',
  })
  const missing = await runHere(['explain', join(folder, 'nowhere.log')])
  expect(missing).toMatchObject({
    code: 2,
    err: expect.stringMatching(/^atmqtt: .*nowhere\.log can't be read \(.*\)\.\n$/),
  })
  const nothing = await runHere(['explain', logFile('empty.log', [])])
  expect(nothing).toMatchObject({ code: 2, err: expect.stringContaining('There are no AT commands') })
})

test('secrets of commands are masked', async () => {
  const path = logFile('secret.log', [
    '> AT+CMQTTCONNECT=0,"tcp://a.example:8883",60,1,"user","geheim-4711"',
    '< OK',
    '< +CMQTTCONNECT: 0,32',
  ])
  for (const options of [[], ['--json']])
    expect((await runHere(['explain', path, ...options])).out).not.toContain('4711')
})
