import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, expect, test } from 'vitest'
import { endAll, root, run, runHere, startModule } from '../support/cli.ts'

const folder = mkdtempSync(join(tmpdir(), 'atmqtt-cli-compare-'))
afterEach(endAll)
afterAll(() => rmSync(folder, { recursive: true }))

const conformance = (name: string): string => join(root, 'conformance', name)

test('a module over TCP and one in memory are the same; the list of what was not compared', async () => {
  const { ready } = await startModule()
  const file = join(folder, 'short.at')
  const connected = `AT+CMQTTSTART\n< OK\n< +CMQTTSTART: 0\n> AT+CMQTTACCQ=0,"{broker}"\n< OK`
  writeFileSync(file, `> AT+CSQ\n< {*}\n< OK\n> AT+CGSN\n< {imei}\n< OK\n> ${connected}\n> AT+CPSI?\n< {*}\n< OK\n`)
  const broker = ready.broker!.replace('mqtt://', '')
  const { code, out } = await run(['compare', file, '--tcp', ready.tcp!, '--with', 'memory', '--broker', broker])
  expect(out).toMatch(/^127\.0\.0\.1:\d+ with memory\n\nsame {7}.*short\.at {2}\(5 exchanges\)\n/)
  const counts = 'signal (2), IMEI or IMSI (2), {broker} (2), cell (2)'
  expect(out).toContain(`\nnot compared: ${counts}\n1 same, 0 different, 0 skipped\n`)
  expect(code).toBe(0)
})

test('two profiles differ: side by side, exit 1', async () => {
  const profiles = ['--memory', '--profile', 'sim767x', '--with', 'memory', '--with-profile', 'a76xx']
  const { code, out } = await runHere(['compare', conformance('2.2.10-topic.at'), ...profiles])
  expect(out).toContain('    memory, sim767x          | memory, a76xx\n')
  expect(out).toContain('  > >\\r\\n                    | >\n')
  expect(out).toMatch(/\n0 same, 1 different, 0 skipped\n$/)
  expect(code).toBe(1)
})

const wrong: readonly (readonly [readonly string[], number, string])[] = [
  [['--with', 'memory'], 2, 'needs a module'],
  [['--memory'], 2, 'needs another module'],
  [['--memory', '--with', 'memory', '--ignore', '('], 2, 'give a regular expression'],
  [['--memory', '--with', '127.0.0.1:1'], 3, 'Nobody accepts connections'],
]

test('wrong usage, and a module that is not there', async () => {
  const ended = await Promise.all(wrong.map(([args]) => runHere(['compare', conformance('2.2.10-topic.at'), ...args])))
  for (const [i, [, code, sentence]] of wrong.entries())
    expect(ended[i]).toMatchObject({ code, err: expect.stringContaining(sentence) })
})
