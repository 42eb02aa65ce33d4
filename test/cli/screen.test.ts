import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { afterAll, afterEach, expect, test, vi } from 'vitest'
import { endAll, runHere, startModule } from '../support/cli.ts'
import { Screen, shownRows } from '../support/screen.ts'

vi.setConfig({ testTimeout: 120_000 })

const folder = mkdtempSync(join(tmpdir(), 'atmqtt-screen-'))
afterEach(endAll)
afterAll(() => rmSync(folder, { recursive: true }))

test('the screen of these tests shows what a terminal shows', () => {
  expect(shownRows('abcdef\r\ngh', 4)).toEqual(['abcd', 'ef', 'gh'])
  expect(shownRows('abc\r\nde\x1b[1A\x1b[1G\x1b[Jx', 4)).toEqual(['x'])
})

test.each(['typed', 'pasted'])(
  'term: a URC is not lost while a command longer than the screen is %s, nor is the command',
  async (how) => {
    const module = await startModule('--control', '127.0.0.1:0')
    const screen = await Screen.open(['term', '--tcp', module.ready.tcp!], join(folder, how), 40)
    await screen.shows(/^at> $/m)
    const command = `AT+CMQTTACCQ=0,"${'x'.repeat(103)}"`
    for (const keys of how === 'typed' ? command : [command]) {
      screen.press(keys)
      await setImmediate()
    }
    await screen.shows(/x"$/)
    for (const text of ['+CMTI: "SM",1', '+CMTI: "SM",2']) {
      const told = await runHere(['ctl', 'urc', text, '--control', module.ready.control!])
      expect(told).toMatchObject({ code: 0 })
      await screen.shows(new RegExp(`${text.replace(/[+"]/g, '\\$&')}[^]*x"$`))
    }
    const rows = screen.rows
    expect(rows.filter((row) => row.startsWith('+CMTI'))).toEqual(['+CMTI: "SM",1', '+CMTI: "SM",2'])
    expect(rows.join('').endsWith(`at> ${command}`)).toBe(true)
    screen.press('\x03\x03')
    expect(await screen.ended).toBe(0)
  },
)

test('module: the prompt says how many bytes are missing, Tab shows forms, explanations are wrapped at words', async () => {
  const args = ['module', '--tcp', '127.0.0.1:0', '--broker', '127.0.0.1:0', '--no-broker-tls', '--no-pty']
  const screen = await Screen.open(args, join(folder, 'start'), 60)
  await screen.shows(/^at> $/m)
  await screen.type('AT+CMQTTDISC=0\r', /^ERROR$/m)
  await screen.shows(/^at> $/m)
  const explanation = screen.rows.filter((row) => row.startsWith('    # '))
  expect(explanation.length).toBeGreaterThan(1)
  for (const row of explanation) expect(row.length).toBeLessThan(60)
  expect(explanation.map((row) => row.slice(6)).join(' ')).toMatch(
    /^this firmware does not have it, .* is started \(AT\+CMQTTACCQ\?\)\.$/,
  )
  await screen.type('AT+CMQTTPUB=', /PUB=$/)
  await screen.type('\t', /<client_index>,<qos>/)
  await screen.type('\x03', /at> $/)
  await screen.type('AT+CMQTTSTART\r', /\+CMQTTSTART: 0/)
  await screen.type('AT+CMQTTACCQ=0,"me"\r', /OK\nat> $/)
  await screen.type('AT+CMQTTWILLTOPIC=0,3\r', /data, 3 bytes> $/)
  await screen.type(
    '\x03',
    /^# the prompt is still open: the module waits for 3 more$\n^# bytes; Ctrl-C again or Ctrl-D leaves$\n^data, 3 bytes> $/m,
  )
  await screen.type('a/b\r', /OK\nat> $/)
  screen.press('\x03\x03')
  expect(await screen.ended).toBe(0)
})

test('module: what is logged meanwhile stands above the line that is being typed, and leaves that whole', async () => {
  const args = ['--tcp', '127.0.0.1:0', '--no-broker', '--no-pty', '--control', '127.0.0.1:0', '--log', 'info']
  const screen = await Screen.open(['module', ...args], join(folder, 'logged'), 60)
  await screen.shows(/^at> $/m)
  const [, control] = /control\S* +(\S+:\d+)/.exec(screen.rows.join('\n')) ?? []
  const command = `AT+CMQTTACCQ=0,"${'x'.repeat(60)}"`
  await screen.type(command, /x"$/)
  const before = screen.rows.length
  expect(await runHere(['ctl', 'fault', 'network-silent', '--control', control!])).toMatchObject({ code: 0 })
  await screen.shows(/"level":"\w+"[\s\S]*x"$/)
  expect(screen.rows.slice(before - 2, -2).join('')).toMatch(/^(\{"level":.*\})+$/)
  expect(screen.rows.slice(-2).join('')).toBe(`at> ${command}`)
  screen.press('\x03\x03')
  expect(await screen.ended).toBe(0)
})
