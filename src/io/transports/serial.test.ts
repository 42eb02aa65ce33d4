import { mkdtempSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { virtualClock } from '../runtime/clock-virtual.ts'
import type { ByteStream } from '../stream.ts'
import { compiled, runModule } from '../testing/child.ts'
import { pattern, record, text } from '../testing/recorder.ts'
import { until } from '../testing/until.ts'
import { openPty } from './pty/pty.ts'
import { openSerialPort, type SerialPortOptions } from './serial.ts'

/** One that looks for its device when it has gone, as the module's does. */
const openSerial = (options: SerialPortOptions) => openSerialPort({ ...options, reopen: true })

let folder: string
let device: string
let line: ByteStream

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'atmqtt-serial-'))
  device = join(folder, 'ttyUSB0')
  line = await openPty({ path: device })
})
afterEach(async () => {
  await line.close()
  rmSync(folder, { recursive: true })
})

test('bytes both ways over another PTY, 256 KiB, byte for byte', async () => {
  const far = record(line)
  const pipe = await openSerial({ path: device })
  const seen = record(pipe)
  expect([pipe.address, seen.events]).toEqual([device, [true]])
  await until(() => far.events.length === 1)
  const sent = pattern(1 << 18)
  pipe.write(sent)
  line.write(sent)
  await until(() => far.bytes().length === sent.length && seen.bytes().length === sent.length)
  expect(far.bytes().equals(sent) && seen.bytes().equals(sent)).toBe(true)
  await pipe.close()
  await until(() => far.events.at(-1) === false)
})

test('counts what the other end does not take, and says when it has', async () => {
  const far = record(line)
  const pipe = await openSerial({ path: device })
  const seen = record(pipe)
  await until(() => far.events.length === 1)
  line.pause()
  pipe.write(pattern(1 << 18))
  expect(pipe.backlog()).toBeGreaterThan(1 << 17)
  line.resume()
  await until(() => pipe.backlog() === 0 && seen.drained() > 0)
  await until(() => far.bytes().length === 1 << 18)
  await pipe.close()
})

test('a device that vanishes is no host; when it is back, so is the host', async () => {
  const clock = virtualClock()
  const pipe = await openSerial({ path: device, clock })
  const seen = record(pipe)
  await line.close()
  await until(() => clock.pending() === 1)
  clock.advance(1000)
  await until(() => seen.events.at(-1) === false && clock.pending() === 1)
  line = await openPty({ path: device })
  const far = record(line)
  clock.advance(1000)
  await until(() => seen.events.at(-1) === true)
  pipe.write(text('hello again'))
  await until(() => far.bytes().length > 0)
  expect([seen.events, far.bytes().toString()]).toEqual([[true, false, true], 'hello again'])
  await pipe.close()
  expect(clock.pending()).toBe(0)
})

test('says what is wrong with a device', async () => {
  const clock = virtualClock()
  const open = (name: string, baud = 115_200) => openSerial({ path: name, baud, clock })
  await expect(open(join(folder, 'none'))).rejects.toMatchObject({
    name: 'SetupError',
    code: 'missing',
    message: expect.stringMatching(/plug it in/),
  })
  const file = join(folder, 'file')
  writeFileSync(file, '')
  await expect(open(file)).rejects.toMatchObject({
    code: 'invalid',
    message: expect.stringMatching(/no serial device/),
  })
  await expect(open(device, 0)).rejects.toMatchObject({ code: 'invalid', message: expect.stringMatching(/115200/) })
})

test.runIf(process.getuid?.() === 0)('a device of somebody else is denied, a locked one is in use', async () => {
  const { folder: code, remove } = compiled()
  const child = runModule(
    `import { openSerialPort } from './transports/serial.js'
     import { openPty } from './transports/pty/pty.js'
     import { loadPtyNative } from './transports/pty/pty-native.js'
     import fs from 'node:fs'
     const tell = (error) => console.log(error.code)
     await openSerialPort({ path: process.env.DEVICE, baud: 9600 }).catch(tell)
     const pty = await openPty({})
     const fd = fs.openSync(pty.address, fs.constants.O_RDWR | fs.constants.O_NOCTTY)
     ;(await loadPtyNative()).setExclusive(fd, true)
     await openSerialPort({ path: pty.address, baud: 9600 }).catch(tell)
     await pty.close()`,
    code,
    { uid: 65534, gid: 65534, env: { DEVICE: readlinkSync(device) } },
  )
  await child.exited
  expect(child.output()).toBe('denied\ninUse\n')
  remove()
})

test('without serialport: what to install', async () => {
  const importer = () => import(`${'no-such'}-serialport`)
  const failure = openSerial({ path: device, importer })
  await expect(failure).rejects.toMatchObject({
    code: 'missing',
    message: expect.stringContaining('npm install serialport'),
  })
})
