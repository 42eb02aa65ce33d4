import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import * as node from '../../src/driver/node.ts'
import * as web from '../../src/driver/web.ts'
import { readSources } from '../laws/source.ts'

const sources = new Map(
  readSources(fileURLToPath(new URL('../../', import.meta.url))).map((source) => [source.path, source]),
)

/** Everything that is loaded with a file, sources and packages; types too. */
function loadedWith(path: string, found = new Set<string>()): ReadonlySet<string> {
  if (found.has(path)) return found
  found.add(path)
  for (const { path: file, specifier } of sources.get(path)?.imports ?? []) {
    if (file !== undefined) loadedWith(file, found)
    else if (specifier !== undefined) found.add(specifier)
  }
  return found
}

const packagesOf = (path: string) => [...loadedWith(path)].filter((target) => !sources.has(target)).sort()
const roomsOf = (path: string) =>
  [
    ...new Set([...loadedWith(path)].filter((target) => sources.has(target)).map((target) => target.split('/')[0])),
  ].sort()

test('the driver in a browser loads a small emitter and nothing of Node', () => {
  expect(packagesOf('driver/web.ts')).toEqual(['eventemitter3'])
  expect(roomsOf('driver/web.ts')).toEqual(['at', 'driver', 'io'])
})

test('the driver in Node loads neither koffi nor a broker nor the module', () => {
  expect(packagesOf('driver/node.ts')).toEqual([
    ...['eventemitter3', 'node:events', 'node:fs', 'node:net', 'node:os', 'node:path', 'node:stream', 'serialport'],
  ])
  expect(roomsOf('driver/node.ts')).toEqual(['at', 'driver', 'io'])
})

const common = [
  ...['CertificateError', 'Client', 'ClientError', 'CmeError', 'ConnectionLostError', 'Device', 'InputError', 'Modem'],
  ...['MqttClient', 'MqttError', 'OnlineError', 'PortBusyError', 'PortClosedError', 'RefusedError'],
  ...['UnknownOutcomeError', 'bringOnline', 'connect', 'connectAsync', 'default'],
  ...['mayHaveBeenDone', 'memoryLine', 'openDevice', 'systemClock', 'webSerialPort'],
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
