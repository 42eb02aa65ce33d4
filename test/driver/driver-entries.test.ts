import { readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { expect, test } from 'vitest'
import * as node from '../../src/driver/node.ts'
import * as web from '../../src/driver/web.ts'
import { importsOf, sources, withoutComments } from '../support/import-law.ts'

const texts = new Map(sources().map(({ path, text }) => [path, withoutComments(text)]))

/** Everything that is loaded with a file, sources and packages; types too. */
function loadedWith(path: string, found = new Set<string>()): ReadonlySet<string> {
  if (found.has(path)) return found
  found.add(path)
  for (const target of importsOf(texts.get(path) ?? '')) {
    if (target.startsWith('.')) loadedWith(posix.join(posix.dirname(path), target), found)
    else found.add(target)
  }
  return found
}

const packagesOf = (path: string) => [...loadedWith(path)].filter((target) => !texts.has(target)).sort()
const roomsOf = (path: string) =>
  [...new Set([...loadedWith(path)].filter((target) => texts.has(target)).map((target) => target.split('/')[0]))].sort()

test('the driver in a browser loads a small emitter and nothing of Node', () => {
  expect(packagesOf('driver/web.ts')).toEqual(['eventemitter3'])
  expect(roomsOf('driver/web.ts')).toEqual(['at', 'driver', 'io'])
})

test('the driver in Node loads neither koffi nor a broker nor the module', () => {
  expect(packagesOf('driver/node.ts')).toEqual(['eventemitter3', 'node:fs', 'node:net', 'node:stream', 'serialport'])
  expect(roomsOf('driver/node.ts')).toEqual(['at', 'driver', 'io'])
})

const common = [
  ...['CertificateError', 'Client', 'ClientError', 'CmeError', 'ConnectionLostError', 'Device', 'InputError', 'Modem'],
  ...['MqttError', 'OnlineError', 'PortClosedError', 'RefusedError', 'UnknownOutcomeError', 'bringOnline', 'connect'],
  ...['mayHaveBeenDone', 'memoryPort', 'openDevice', 'systemClock', 'webSerialPort'],
]

test('the entries export what users of a client or a modem need, and nothing else', () => {
  expect(Object.keys(web).sort()).toEqual([...common, 'TextBytes', 'WebDevice'].sort())
  expect(Object.keys(node).sort()).toEqual(
    [...common, 'NodeDevice', 'SetupError', 'openSerialPort', 'openTcpPort'].sort(),
  )
})

test('the reference names every export of both entries', () => {
  const page = readFileSync(new URL('../../docs/reference/driver.md', import.meta.url), 'utf8')
  for (const name of Object.keys({ ...node, ...web })) expect(page).toMatch(new RegExp(`\\b${name}\\b`))
})
