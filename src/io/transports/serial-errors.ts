import { holdersOf, holderText } from '../ports/port-holders.ts'
import { describePort, listSerialPorts, type PortLibrary } from '../ports/serial-ports.ts'
import { errorText, SetupError, type SetupErrorCode } from '../setup-error.ts'

/** Why a device can't be opened, and what to do. `serialport` gives no codes, so its words are read: Unix, then Windows. */
export async function openError(error: Error, path: string, baud: number, library: PortLibrary): Promise<SetupError> {
  const text = errorText(error)
  for (const [pattern, code, sentence] of reasons) {
    if (pattern.test(text)) return new SetupError(code, await sentence(path, library), error)
  }
  return new SetupError(
    'invalid',
    `${path} can't be opened at ${baud} baud (${text}): check the name and the baud rate.`,
    error,
  )
}

type Sentence = (path: string, library: PortLibrary) => string | Promise<string>

const reasons: readonly (readonly [RegExp, SetupErrorCode, Sentence])[] = [
  [/no such (file|device)|file not found/i, 'missing', missingDevice],
  [/permission denied|access denied/i, 'denied', deniedDevice],
  [/busy|cannot lock|temporarily unavailable/i, 'inUse', deviceInUse],
  [
    /inappropriate ioctl|not a tty/i,
    'invalid',
    (path) => `${path} is no serial device: give one such as /dev/ttyUSB0.`,
  ],
]

/** So many ports are named. */
const mostNamed = 12

async function missingDevice(path: string, library: PortLibrary): Promise<string> {
  const ports = await listSerialPorts({ importer: () => Promise.resolve(library) })
  if (ports.length === 0) return `There is no serial device ${path}, and no other one: plug the module in.`
  const named = ports.slice(0, mostNamed).map(describePort).join(', ')
  const more = ports.length > mostNamed ? ` and ${ports.length - mostNamed} more` : ''
  return `There is no serial device ${path}. There is ${named}${more}: give one of them; "atmqtt ports" tells which answers AT.`
}

function deniedDevice(path: string): string {
  const holder = holderText(holdersOf(path))
  const held = holder === undefined ? 'close the program that holds it' : `it is held by ${holder}`
  return `${path} may not be opened by this user: join its group (often dialout), or ${held}.`
}

function deviceInUse(path: string): string {
  const holder = holderText(holdersOf(path))
  if (holder !== undefined) return `${path} is in use by ${holder}.`
  // What holds a module's port is often the system's own ModemManager.
  return `${path} is in use by another program: close it; if it is ModemManager, stop it or set ID_MM_DEVICE_IGNORE for the device.`
}
