import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { installed, start } from './installed.ts'

const python = '/usr/bin/python3'
const wanted = spawnSync(python, ['-c', 'import pytest, serial, venv, ensurepip']).status === 0
const packed = join(installed, 'node_modules', 'atmqtt')

/** The example of the guide of the installed package. */
const example = /```py\n([\s\S]*?)```/.exec(readFileSync(join(packed, 'docs', 'guide', 'pytest.md'), 'utf8'))![1]!

test('pytest: the plugin of the package installs without an index, and the example of the guide passes', ({ skip }) => {
  skip(!wanted && !process.env.CI, `${python} has no pytest, pyserial or venv: install python3-pytest and the like`)
  const environment = mkdtempSync(join(tmpdir(), 'atmqtt-python-'))
  try {
    expect(start(python, ['-m', 'venv', '--system-site-packages', environment]).code).toBe(0)
    const pip = ['install', '--quiet', '--no-index', '--disable-pip-version-check', join(packed, 'python')]
    expect(start(join(environment, 'bin', 'pip'), pip)).toMatchObject({ code: 0 })
    writeFileSync(join(installed, 'test_sender.py'), example)
    const { code, out } = start(join(environment, 'bin', 'python'), ['-m', 'pytest', '-q', 'test_sender.py'])
    expect([code, out]).toEqual([0, expect.stringMatching(/what the tests relied on[\s\S]*2 passed/)])
  } finally {
    rmSync(environment, { recursive: true, force: true })
  }
})
