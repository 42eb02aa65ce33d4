import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { targets } from './targets.ts'

const folder = new URL('../corpus/', import.meta.url)

/** What was found by `npm run fuzz` and is kept: inputs that reach something of their own, and what once broke something. */
describe.each(Object.entries(targets))('the corpus of %s', (name, target) => {
  const own = new URL(`${name}/`, folder)
  const files = existsSync(own) ? readdirSync(own) : []

  test('is there', () => expect(files.length).toBeGreaterThan(10))

  test.each(files)('%s breaks nothing', (file) => target(new Uint8Array(readFileSync(new URL(file, own)))))

  test('no input at all breaks nothing', () => target(new Uint8Array(0)))
})
