import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, constants, mkdirSync, mkdtempSync, openSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ByteStream } from '../stream.ts'
import { openPty } from '../transports/pty/pty.ts'
import { holdersOf, holderText } from './port-holders.ts'

let folder: string
let child: ChildProcess | undefined
let line: ByteStream | undefined
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atmqtt-holders-'))
})
afterEach(async () => {
  child?.kill('SIGKILL')
  await line?.close()
  rmSync(folder, { recursive: true })
})

test('a program that has the port open is named, by whichever name of the port one asks', async () => {
  const path = join(folder, 'ttyUSB0')
  line = await openPty({ path })
  expect(holdersOf(path)).toMatchObject({ holders: [] })
  const fd = openSync(path, constants.O_RDWR | constants.O_NOCTTY)
  child = spawn('sleep', ['60'], { stdio: [fd, 'ignore', 'ignore'] })
  closeSync(fd)
  await new Promise((resolve) => child!.once('spawn', resolve))
  const found = holdersOf(path)
  expect(found.holders).toEqual([{ pid: child.pid, name: 'sleep' }])
  expect(holderText(found)).toBe(`sleep (process ${child.pid}): end that program, or give another port`)
})

/** A process as `/proc` shows it. */
function process(pid: number, name: string, files: Readonly<Record<string, string>> | undefined): void {
  mkdirSync(join(folder, 'proc', String(pid)), { recursive: true })
  writeFileSync(join(folder, 'proc', String(pid), 'comm'), `${name}\n`)
  if (files === undefined) return
  mkdirSync(join(folder, 'proc', String(pid), 'fd'))
  for (const [fd, target] of Object.entries(files)) symlinkSync(target, join(folder, 'proc', String(pid), 'fd', fd))
}

test('ModemManager by its name, with how to stop it', () => {
  process(612, 'ModemManager', { 9: '/dev/ttyUSB2' })
  process(700, 'bash', { 0: '/dev/pts/1' })
  expect(holderText(holdersOf('/dev/ttyUSB2', folder))).toBe(
    'ModemManager (process 612): stop it (systemctl stop ModemManager), or set ID_MM_DEVICE_IGNORE for the device',
  )
  expect(holderText(holdersOf('/dev/ttyUSB3', folder))).toBeUndefined()
})

test('a ModemManager that this user may not look into is a suspect, other programs are not', () => {
  process(612, 'ModemManager', undefined)
  process(700, 'sshd', undefined)
  const found = holdersOf('/dev/ttyUSB2', folder)
  expect(found).toEqual({ holders: [], suspect: { pid: 612, name: 'ModemManager' } })
  expect(holderText(found)).toMatch(/^perhaps ModemManager \(process 612\): stop it/)
})

test('who has the other end of a PTY is no user of the port', () => {
  process(50, 'node', { 20: '/dev/ptmx', 21: '/dev/pts/4' })
  mkdirSync(join(folder, 'proc/50/fdinfo'))
  writeFileSync(join(folder, 'proc/50/fdinfo/20'), 'pos:\t0\nflags:\t02\ntty-index:\t4\n')
  process(51, 'picocom', { 3: '/dev/pts/4' })
  expect(holdersOf('/dev/pts/4', folder).holders).toEqual([{ pid: 51, name: 'picocom' }])
})

test('where there is no /proc nobody is known', () => {
  expect(holdersOf('/dev/ttyUSB2', join(folder, 'nowhere'))).toEqual({ holders: [] })
})
