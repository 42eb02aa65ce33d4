import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { SetupError } from '../io/setup-error.ts'
import { openPtyLine } from './listeners.ts'

describe.skipIf(process.platform !== 'linux')('all default names of the PTY are taken', () => {
  const before = process.env.TMPDIR
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'atmqtt-listeners-'))
    for (let i = 0; i < 20; i++) writeFileSync(join(folder, `ttyAT${i}`), '')
    process.env.TMPDIR = folder
  })
  afterEach(() => {
    if (before === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = before
    rmSync(folder, { recursive: true })
  })

  test('with another line the module goes on, and a note says so', async () => {
    const { value, notes } = await openPtyLine(undefined, true)
    expect(value).toBeUndefined()
    expect(notes).toEqual([
      expect.stringContaining(`there is no PTY: ${folder}/ttyAT0 to ${folder}/ttyAT19 are taken.`),
    ])
  })

  test('without another line there is nothing to go on with', () =>
    expect(openPtyLine(undefined)).rejects.toThrow(SetupError))

  test('a name that was given is used as given', () =>
    expect(openPtyLine(join(folder, 'ttyAT3'), true)).rejects.toThrow(SetupError))
})
