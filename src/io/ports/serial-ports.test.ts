import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { describePort, listSerialPorts } from './serial-ports.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'atmqtt-ports-'))
})
afterEach(() => rmSync(root, { recursive: true }))

const put = (path: string, text: string): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}
const link = (path: string, target: string): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  symlinkSync(target, join(root, path))
}

/** A modem with three ports, a board of its own driver, and what a mainboard has, as Linux shows them. */
function machine(): void {
  const usb = 'sys/devices/pci0/usb1/1-1'
  put(`${usb}/idVendor`, '1e0e\n')
  put(`${usb}/idProduct`, '9011\n')
  put(`${usb}/manufacturer`, 'SimTech, Incorporated\n')
  put(`${usb}/product`, 'SIM7672G\n')
  for (const [number, port] of [
    ['00', 'ttyUSB0'],
    ['02', 'ttyUSB2'],
    ['0a', 'ttyUSB10'],
  ] as const) {
    put(`${usb}/1-1:1.${number}/bInterfaceNumber`, `${number}\n`)
    put(`${usb}/1-1:1.${number}/${port}/dev`, '')
    link(`sys/class/tty/${port}/device`, join(root, usb, `1-1:1.${number}`, port))
    link(`dev/serial/by-id/usb-SimTech-if${number}-port0`, `../../${port}`)
  }
  put('sys/devices/usb2/2-1/idVendor', '2341\n')
  put('sys/devices/usb2/2-1/idProduct', '0043\n')
  put('sys/devices/usb2/2-1/2-1:1.0/bInterfaceNumber', '00\n')
  link('sys/class/tty/ttyACM0/device', join(root, 'sys/devices/usb2/2-1/2-1:1.0'))
  put('sys/devices/platform/serial8250/driver', '')
  link('sys/class/tty/ttyS0/device', join(root, 'sys/devices/platform/serial8250'))
  put('sys/class/tty/ttyS0/type', '4\n')
  link('sys/class/tty/ttyS1/device', join(root, 'sys/devices/platform/serial8250'))
  put('sys/class/tty/ttyS1/type', '0\n')
  put('sys/class/tty/tty0/active', 'tty1\n')
}

test('Linux: USB ID, name by ID, interface and title; no port without hardware, no console', async () => {
  machine()
  const ports = await listSerialPorts({ platform: 'linux', root })
  expect(ports.map(({ path }) => path)).toEqual([
    '/dev/ttyACM0',
    '/dev/ttyS0',
    '/dev/ttyUSB0',
    '/dev/ttyUSB2',
    '/dev/ttyUSB10',
  ])
  expect(ports[3]).toEqual({
    path: '/dev/ttyUSB2',
    byId: '/dev/serial/by-id/usb-SimTech-if02-port0',
    usbId: '1e0e:9011',
    usbInterface: 2,
    title: 'SimTech, Incorporated SIM7672G',
  })
  expect(ports.map(describePort)).toEqual([
    '/dev/ttyACM0 (2341:0043, interface 0)',
    '/dev/ttyS0',
    '/dev/ttyUSB0 (1e0e:9011, SimTech, Incorporated SIM7672G, interface 0)',
    '/dev/ttyUSB2 (1e0e:9011, SimTech, Incorporated SIM7672G, interface 2)',
    '/dev/ttyUSB10 (1e0e:9011, SimTech, Incorporated SIM7672G, interface 10)',
  ])
})

test('the PTYs of virtual modules, but not one whose module is gone', async () => {
  put('dev/pts/7', '')
  link(join(tmpdir(), 'ttyAT0'), join(root, 'dev/pts/7'))
  link(join(tmpdir(), 'ttyAT1'), join(root, 'dev/pts/8'))
  expect(await listSerialPorts({ platform: 'linux', root })).toEqual([
    { path: join(tmpdir(), 'ttyAT0'), title: 'PTY of a virtual module' },
  ])
})

test('elsewhere the package serialport lists them; without it there are none', async () => {
  const list = async () => [
    { path: 'COM12', vendorId: '1E0E', productId: '9011', manufacturer: 'SimTech' },
    { path: 'COM3' },
  ]
  const importer = async () => ({ SerialPort: { list } })
  expect(await listSerialPorts({ platform: 'win32', root, importer })).toEqual([
    { path: 'COM3' },
    { path: 'COM12', usbId: '1e0e:9011', title: 'SimTech' },
  ])
  const missing = () => Promise.reject(new Error('no serialport'))
  expect(await listSerialPorts({ platform: 'win32', root, importer: missing })).toEqual([])
})
