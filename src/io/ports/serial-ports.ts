import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { filesIn, fileText, linkTarget, realPath } from './system-files.ts'

/** A serial port of this machine. */
export interface SerialPortInfo {
  /** What it is opened by: `/dev/ttyUSB2`, `COM3`, `/tmp/ttyAT0`. */
  readonly path: string
  /** A name that stays when the number changes: `/dev/serial/by-id/usb-…-if02-port0`. */
  readonly byId?: string
  /** Vendor and product, in hex: `1e0e:9011`. */
  readonly usbId?: string
  /** Which of the functions of one USB device it is, from 0. */
  readonly usbInterface?: number
  /** What it says that it is. */
  readonly title?: string
}

export interface ListOptions {
  readonly platform?: NodeJS.Platform
  /** In front of `/sys`, `/dev` and the folder for temporary files; for tests. */
  readonly root?: string
  /** Where the package `serialport` comes from. */
  readonly importer?: () => Promise<PortLibrary>
}

/** What is used of the package `serialport`. */
export interface PortLibrary {
  readonly SerialPort: { list(): Promise<readonly LibraryPortInfo[]> }
}

interface LibraryPortInfo {
  readonly path: string
  readonly vendorId?: string | undefined
  readonly productId?: string | undefined
  readonly manufacturer?: string | undefined
}

/** The serial ports of this machine and the PTYs of virtual modules, in order of their names. Never rejects: what can't be read is left out. */
export async function listSerialPorts(options: ListOptions = {}): Promise<readonly SerialPortInfo[]> {
  const { platform = process.platform, root = '', importer = () => import('serialport') } = options
  const devices = platform === 'linux' ? kernelPorts(root) : await libraryPorts(importer)
  // Made here: the first collator of a process takes as long as starting half of a module.
  const order = new Intl.Collator('en', { numeric: true })
  return [...devices, ...virtualPorts(root)].sort((a, b) => order.compare(a.path, b.path))
}

/** Linux says it all in files; the package would start `udevadm`, which not every machine has. */
function kernelPorts(root: string): readonly SerialPortInfo[] {
  const names = namesById(root)
  const folder = join(root, '/sys/class/tty')
  return (filesIn(folder) ?? [])
    .filter((name) => isPort(join(folder, name)))
    .map((name) => ({ path: `/dev/${name}`, ...names.get(name), ...usbOf(join(folder, name, 'device')) }))
}

/** A terminal with hardware behind it; a port of the mainboard without any has the type 0. */
const isPort = (entry: string): boolean => existsSync(join(entry, 'device')) && fileText(join(entry, 'type')) !== '0'

function namesById(root: string): ReadonlyMap<string, Pick<SerialPortInfo, 'byId'>> {
  const folder = '/dev/serial/by-id'
  const links = (filesIn(join(root, folder)) ?? []).map((name) => {
    const target = linkTarget(join(root, folder, name)) ?? ''
    return [basename(target), { byId: join(folder, name) }] as const
  })
  return new Map(links)
}

/** How far above a port its USB device may be. */
const levels = 4

function usbOf(device: string): Partial<SerialPortInfo> {
  let folder = realPath(device)
  let usbInterface: number | undefined
  for (let level = 0; folder !== undefined && level < levels; level++) {
    const number = fileText(join(folder, 'bInterfaceNumber'))
    if (number !== undefined) usbInterface = Number.parseInt(number, 16)
    const vendor = fileText(join(folder, 'idVendor'))
    if (vendor !== undefined)
      return { ...usbDevice(folder, vendor), ...(usbInterface !== undefined && { usbInterface }) }
    folder = dirname(folder)
  }
  return {}
}

function usbDevice(folder: string, vendor: string): Partial<SerialPortInfo> {
  const title = ['manufacturer', 'product'].flatMap((name) => fileText(join(folder, name)) ?? []).join(' ')
  return { usbId: `${vendor}:${fileText(join(folder, 'idProduct')) ?? ''}`, ...(title !== '' && { title }) }
}

async function libraryPorts(importer: () => Promise<PortLibrary>): Promise<readonly SerialPortInfo[]> {
  try {
    const { SerialPort } = await importer()
    return (await SerialPort.list()).map(({ path, vendorId, productId, manufacturer }) => ({
      path,
      ...(vendorId !== undefined && { usbId: `${vendorId}:${productId ?? ''}`.toLowerCase() }),
      ...(manufacturer !== undefined && { title: manufacturer }),
    }))
  } catch {
    return []
  }
}

/** The names that `atmqtt module` gives its PTYs by itself. */
function virtualPorts(root: string): readonly SerialPortInfo[] {
  return (filesIn(join(root, tmpdir())) ?? [])
    .filter((name) => /^ttyAT\d+$/.test(name) && existsSync(join(root, tmpdir(), name)))
    .map((name) => ({ path: join(tmpdir(), name), title: 'PTY of a virtual module' }))
}

/** `/dev/ttyUSB2 (1e0e:9011, SimTech SIM7672G, interface 2)` */
export function describePort({ path, usbId, title, usbInterface }: SerialPortInfo): string {
  const words = [usbId, title, usbInterface === undefined ? undefined : `interface ${usbInterface}`]
  const known = words.filter((word) => word !== undefined).join(', ')
  return known === '' ? path : `${path} (${known})`
}
