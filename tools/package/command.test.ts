import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { installed, manifest, start } from './installed.ts'

test('npx atmqtt runs, and so does its file', () => {
  expect(start('npx', ['atmqtt', '--version'])).toEqual({ code: 0, out: `${manifest.version}\n`, err: '' })
  const file = join('node_modules', 'atmqtt', 'bin', 'atmqtt.js')
  expect(start('node', [file, '--version'])).toEqual({ code: 0, out: `${manifest.version}\n`, err: '' })
})

test('npx atmqtt module -- CMD starts a module with a broker and gives the exit code of CMD', () => {
  const script = 'process.exit(process.env.ATMQTT_TCP && process.env.ATMQTT_BROKER ? 7 : 1)'
  const options = ['--tcp', '127.0.0.1:0', '--broker', '127.0.0.1:0', '--broker-tls', '127.0.0.1:0']
  expect(start('npx', ['atmqtt', 'module', ...options, '--', 'node', '-e', script]).code).toBe(7)
})

test('the conformance suite in the package passes', () => {
  const { code, out } = start('npx', ['atmqtt', 'conformance', '--memory'])
  expect([code, out.trimEnd().split('\n').at(-1)]).toEqual([
    0,
    expect.stringMatching(/^\d+ passed, 0 failed, \d+ skipped$/),
  ])
})

test('an error has a source map that leads to the source', () => {
  const chunks = join(installed, 'node_modules', 'atmqtt', 'dist', 'chunks')
  const maps = readdirSync(chunks).filter((name) => name.endsWith('.js.map'))
  expect(maps.length).toBeGreaterThan(20)
  for (const name of readdirSync(chunks).filter((file) => file.endsWith('.js'))) expect(maps).toContain(`${name}.map`)
})
