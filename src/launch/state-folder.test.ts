import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshPrefix, removeOrphans } from './state-folder.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'atmqtt-orphans-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

test('only folders of ours go, and only those whose process has ended', () => {
  const dead = spawnSync(process.execPath, ['--version']).pid
  const orphan = `${freshPrefix.replace(`-${process.pid}-`, `-${dead}-`)}`
  const ours = [`${freshPrefix}abcdef`, `${orphan}link`, `${orphan}file`]
  const others = [`atmqtt-state-00000000-${dead}-abcdef`, 'atmqtt-state-abcdef', `x${orphan}abcdef`]
  for (const name of [ours[0]!, ...others, `${orphan}abcdef`, `${orphan}123456`]) {
    mkdirSync(join(folder, name, 'certs'), { recursive: true })
    writeFileSync(join(folder, name, 'certs', 'key.pem'), 'key')
  }
  symlinkSync(others[1]!, join(folder, ours[1]!))
  writeFileSync(join(folder, ours[2]!), '')
  removeOrphans(folder)
  expect(readdirSync(folder).sort()).toEqual([...ours, ...others].sort())
})

test("a folder that can't be listed is no error", () => {
  expect(() => removeOrphans(join(folder, 'nowhere'))).not.toThrow()
})
