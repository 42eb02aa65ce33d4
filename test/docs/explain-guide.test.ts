import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { demoLogs } from '../../src/explain/demo-logs.ts'
import { bin, requireBuild, root } from '../support/cli.ts'

const guide = readFileSync(new URL('../../docs/guide/explain.md', import.meta.url), 'utf8')
const folder = mkdtempSync(join(tmpdir(), 'atmqtt-explain-guide-'))
afterAll(() => rmSync(folder, { recursive: true }))
const blocks = (language: string): readonly string[] =>
  [...guide.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(([, text]) => text!)

const typed = blocks('sh').flatMap((block) => block.trim().split('\n'))

test('the guide has its commands and its program', () => {
  expect(typed.length).toBeGreaterThan(3)
  expect(typed.filter((line) => !line.startsWith('atmqtt '))).toEqual([])
  expect(blocks('ts')).toHaveLength(1)
})

test.each(typed)('%s', (line) => {
  requireBuild()
  writeFileSync(join(folder, 'serial-monitor.log'), demoLogs[0]!.text)
  writeFileSync(
    join(folder, 'test.sh'),
    `printf 'AT+CMQTTSTART\\nAT+CMQTTACCQ=0,"a",0\\nAT+CMQTTCONNECT=0,"mqtt://a.example",60,1\\n' | "${process.execPath}" "${bin}" term --plain --tcp "$ATMQTT_TCP"\nexit 1\n`,
  )
  const alone = line.includes(' module ') ? ['--no-pty', '--no-broker', '--tcp', '127.0.0.1:0'] : []
  const [command, ...args] = line.replace('atmqtt ', '').split(' ')
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, command!, ...alone, ...args], {
    cwd: folder,
    encoding: 'utf8',
  })
  expect(status).toBe(1)
  expect(stdout + stderr).toMatch(command === 'module' ? /scheme/ : /apn-placeholder/)
  if (line.includes('--html')) expect(readFileSync(join(folder, 'report.html'), 'utf8')).toContain('apn-placeholder')
})

test('the program', () => {
  const file = join(folder, 'program.mjs')
  const entry = pathToFileURL(join(root, 'dist', 'explain', 'public.js')).href
  writeFileSync(file, blocks('ts')[0]!.replace("'atmqtt/explain'", `'${entry}'`))
  const { stdout, stderr } = spawnSync(process.execPath, [file], { encoding: 'utf8' })
  expect(stderr).toBe('')
  expect(stdout).toMatch(/^sim-absent, row 2: There is no SIM card[^\n]*\. .*\nsim\n$/)
})
