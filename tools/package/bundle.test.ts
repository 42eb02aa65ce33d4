import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { manifest, start } from './installed.ts'

const root = join(import.meta.dirname, '..', '..')

test('npm run bundle: one archive that installs where no registry answers', () => {
  const folder = mkdtempSync(join(tmpdir(), 'atmqtt-bundle-'))
  try {
    const made = start('node', [join('scripts', 'bundle.mjs')], root)
    const name = `atmqtt-${manifest.version}-${process.platform}-${process.arch}.tgz`
    expect(made).toMatchObject({ code: 0, out: `${name}\n` })
    writeFileSync(join(folder, 'package.json'), '{"private":true}\n')
    const nowhere = [
      '--registry=http://127.0.0.1:9',
      `--cache=${join(folder, 'cache')}`,
      '--offline',
      '--ignore-scripts',
    ]
    const flags = ['--loglevel=error', '--no-audit', '--no-fund']
    expect(start('npm', ['install', ...nowhere, ...flags, join(root, name)], folder)).toMatchObject({ code: 0 })
    const addresses = ['ATMQTT_PTY', 'ATMQTT_TCP', 'ATMQTT_BROKER_TLS'].map((variable) => `process.env.${variable}`)
    const script = `process.exit(${addresses.join(' && ')} ? 7 : 1)`
    const ports = ['--tcp', '127.0.0.1:0', '--broker', '127.0.0.1:0', '--broker-tls', '127.0.0.1:0']
    expect(start('npx', ['atmqtt', 'module', ...ports, '--', 'node', '-e', script], folder).code).toBe(7)
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
})
