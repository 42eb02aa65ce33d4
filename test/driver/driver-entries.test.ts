import { posix } from 'node:path'
import { expect, test } from 'vitest'
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
