import { readdirSync, readFileSync, renameSync } from 'node:fs'
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

test('source maps have the sources in them', () => {
  const dist = join(installed, 'node_modules', 'atmqtt', 'dist')
  const maps = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.js.map'))
  // The command line is one file, without a map.
  expect(maps.length).toBeGreaterThan(30)
  for (const name of maps) {
    const { sources, sourcesContent } = JSON.parse(readFileSync(join(dist, name), 'utf8'))
    expect(sourcesContent).toHaveLength(sources.length)
  }
})

/** The rest runs where an optional package was left out. */
function without<T>(name: string, run: () => T): T {
  const folder = join(installed, 'node_modules', name)
  renameSync(folder, `${folder}-away`)
  try {
    return run()
  } finally {
    renameSync(`${folder}-away`, folder)
  }
}

test('where there is no PTY, the start text says so and the module goes on with TCP', () => {
  const args = [
    'atmqtt',
    'module',
    '--tcp',
    '127.0.0.1:0',
    '--no-broker',
    '--',
    'node',
    '-e',
    'process.exit(process.env.ATMQTT_TCP ? 7 : 1)',
  ]
  const { code, out, err } = without('koffi', () => start('npx', args))
  expect([code, `${out}${err}`]).toEqual([
    7,
    expect.stringMatching(/note +A PTY needs the optional package koffi[^\n]*: use a TCP port/),
  ])
})

test('what an optional peer is needed for is a sentence without it, exit 3', () => {
  const { code, out, err } = start('npx', ['atmqtt', 'term', '--port', '/dev/ttyUSB9'])
  expect([code, out, err]).toEqual([3, '', expect.stringMatching(/^atmqtt: [^\n]*npm install serialport[^\n]*\n$/)])
})
