import { execFileSync } from 'node:child_process'
import {
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { OutputFile, writeWhole } from './output-file.ts'
import { until } from './testing/until.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atmqtt-output-'))
})
afterEach(() => rmSync(folder, { recursive: true }))
const path = (): string => join(folder, 'out')
const own = { append: false, permissions: 0o600 } as const

test('a file: replaced or appended to, on the disk at once', () => {
  writeFileSync(path(), 'before')
  const first = new OutputFile(path(), { ...own, append: true })
  first.write(Buffer.from('a'))
  expect(readFileSync(path(), 'utf8')).toBe('beforea')
  expect([first.isRegular, first.size]).toEqual([true, 6])
  first.close()
  first.write(Buffer.from('b'))
  const second = new OutputFile(path(), own)
  second.write(Buffer.from('c'))
  second.close()
  expect(readFileSync(path(), 'utf8')).toBe('c')
  expect(statSync(path()).size).toBe(1)
})

describe.skipIf(process.platform === 'win32')('a named pipe', () => {
  beforeEach(() => {
    execFileSync('mkfifo', [path()])
  })
  const reading = (): number => openSync(path(), constants.O_RDONLY | constants.O_NONBLOCK)

  test('that nobody reads is an error at once', () => {
    expect(() => new OutputFile(path(), own)).toThrow(expect.objectContaining({ code: 'ENXIO' }))
  })

  test('gets everything in order, though its reader begins late', async () => {
    const reader = reading()
    const file = new OutputFile(path(), own)
    const sent = Buffer.from(Array.from({ length: 500_000 }, (_, i) => i % 251))
    for (let at = 0; at < sent.length; at += 10_000) file.write(sent.subarray(at, at + 10_000))
    const got: Buffer[] = []
    const room = Buffer.alloc(30_000)
    const take = (): number => {
      try {
        const length = readSync(reader, room)
        got.push(Buffer.from(room.subarray(0, length)))
      } catch {}
      return got.reduce((sum, { length }) => sum + length, 0)
    }
    await until(() => take() >= sent.length)
    expect(Buffer.concat(got).equals(sent)).toBe(true)
    file.close()
    closeSync(reader)
  })

  test('whose reader stays away is given up at 8 MiB, and never waited for', () => {
    const reader = reading()
    const file = new OutputFile(path(), own)
    const piece = Buffer.alloc(1 << 20)
    expect(() => {
      for (let i = 0; i < 10; i++) file.write(piece)
    }).toThrow('its reader is too slow')
    file.close()
    closeSync(reader)
  })

  test('whose reader has gone is an error of the next write', () => {
    const reader = reading()
    const file = new OutputFile(path(), own)
    closeSync(reader)
    expect(() => file.write(Buffer.from('a'))).toThrow(expect.objectContaining({ code: 'EPIPE' }))
    file.close()
    expect(() => writeWhole(path(), 'a', own)).toThrow(expect.objectContaining({ code: 'ENXIO' }))
  })
})
