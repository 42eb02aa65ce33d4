import { mkdtempSync, readlinkSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { virtualClock } from '../runtime/clock-virtual.ts'
import type { ByteStream } from '../stream.ts'
import { compiled, runModule } from '../testing/child.ts'
import { record, text } from '../testing/recorder.ts'
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

test('a device that vanishes is no host; when it is back, so is the host', async () => {
  const clock = virtualClock()
  const moduleEnd = await openSerial({ path: device, clock })
  const seen = record(moduleEnd)
  expect([moduleEnd.address, seen.events]).toEqual([device, [true]])
  await line.close()
  await until(() => clock.pending() === 1)
  clock.advance(1000)
  await until(() => seen.events.at(-1) === false && clock.pending() === 1)
  line = await openPty({ path: device })
  const far = record(line)
  clock.advance(1000)
  await until(() => seen.events.at(-1) === true)
  moduleEnd.write(text('hello again'))
  await until(() => far.bytes().length > 0)
  expect([seen.events, far.bytes().toString()]).toEqual([[true, false, true], 'hello again'])
  await moduleEnd.close()
  expect(clock.pending()).toBe(0)
})

test('a name that leads to another device now is opened again, though the old device is still there', async () => {
  const clock = virtualClock()
  const byId = join(folder, 'by-id')
  symlinkSync('ttyUSB0', byId)
  const stream = await openSerial({ path: byId, clock })
  const seen = record(stream)
  const other = await openPty({ path: join(folder, 'ttyUSB1') })
  const far = record(other)
  symlinkSync('ttyUSB1', `${byId}.new`)
  renameSync(`${byId}.new`, byId)
  await until(() => clock.pending() === 1)
  clock.advance(1000)
  await until(() => seen.events.at(-1) === true && seen.events.length === 3)
  stream.write(text('hello'))
  await until(() => far.bytes().length > 0)
  expect([seen.events, far.bytes().toString()]).toEqual([[true, false, true], 'hello'])
  await stream.close()
  await other.close()
})

test('without reopening, a device that vanishes is the end, and the reason is told', async () => {
  const clock = virtualClock()
  const stream = await openSerialPort({ path: device, clock })
  const told: unknown[] = []
  stream.start({ data() {}, presence: (present, reason) => told.push(present, reason?.message) })
  await line.close()
  await until(() => clock.pending() === 1 || told.length === 4)
  clock.advance(1000)
  await until(() => told.length === 4)
  expect(told.slice(0, 3)).toEqual([true, undefined, false])
  line = await openPty({ path: device })
  clock.advance(10_000)
  expect([told.length, clock.pending()]).toEqual([4, 0])
  await stream.close()
})

test('a device that is not there: the ports that are', async () => {
  const there = join(tmpdir(), `ttyAT${process.pid}0`)
  symlinkSync(device, there)
  try {
    await expect(openSerial({ path: join(folder, 'ttyUSB9') })).rejects.toMatchObject({
      code: 'missing',
      message: expect.stringMatching(
        new RegExp(
          `^There is no serial device ${folder}/ttyUSB9\\. There is .*${there} \\(PTY of a virtual module\\).*: give`,
        ),
      ),
    })
  } finally {
    rmSync(there)
  }
})

test('says what is wrong with a device', async () => {
  const clock = virtualClock()
  const open = (name: string, baud = 115_200) => openSerial({ path: name, baud, clock })
  await expect(open(join(folder, 'none'))).rejects.toMatchObject({
    name: 'SetupError',
    code: 'missing',
    message: expect.stringMatching(
      /^There is no serial device .*none(\. There is \/.*: give one of them; "atmqtt ports" tells|, and no other one: plug)/,
    ),
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
     import { spawn } from 'node:child_process'
     const tell = (error) => console.log(error.code, error.message.replace(process.env.DEVICE, 'DEVICE').replace(/\\d+/g, 'N'))
     await openSerialPort({ path: process.env.DEVICE, baud: 9600 }).catch(tell)
     const pty = await openPty({})
     const fd = fs.openSync(pty.address, fs.constants.O_RDWR | fs.constants.O_NOCTTY)
     ;(await loadPtyNative()).setExclusive(fd, true)
     await openSerialPort({ path: pty.address, baud: 9600 }).catch(tell)
     const child = spawn('sleep', ['60'], { stdio: [fd, 'ignore', 'ignore'] })
     await new Promise((resolve) => child.once('spawn', resolve))
     await openSerialPort({ path: pty.address, baud: 9600 }).catch(tell)
     child.kill()
     await pty.close()`,
    code,
    { uid: 65534, gid: 65534, env: { DEVICE: readlinkSync(device) } },
  )
  await child.exited
  expect(child.output()).toBe(
    'denied DEVICE may not be opened by this user: join its group (often dialout), or close the program that holds it.\n' +
      'inUse /dev/pts/N is in use by another program: close it; if it is ModemManager, stop it or set ID_MM_DEVICE_IGNORE for the device.\n' +
      'inUse /dev/pts/N is in use by sleep (process N): end that program, or give another port.\n',
  )
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
