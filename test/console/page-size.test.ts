import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { consolePage } from '../../src/launch/package.ts'

const assets = join(consolePage, 'assets')
const scripts = readdirSync(assets).filter((name) => name.endsWith('.js'))
const size = (names: readonly string[]) =>
  names.reduce((sum, name) => sum + gzipSync(readFileSync(join(assets, name))).length, 0)

test('the page of the console has at most 45 KB of JavaScript at its start, and 120 KB in all', () => {
  const later = scripts.filter((name) => name.startsWith('rate-chart'))
  expect(later).toHaveLength(1)
  expect(size(scripts.filter((name) => !later.includes(name)))).toBeLessThanOrEqual(45_000)
  expect(size(scripts)).toBeLessThanOrEqual(120_000)
})

test('it has nothing of another place, no inline script or style, and opens from a disk as one file', () => {
  const html = readFileSync(join(consolePage, 'index.html'), 'utf8')
  expect(html).not.toMatch(/<script>|<style|https?:/)
  expect(html).toMatch(/<script type="module"[^>]* src="\.\/assets\//)
  const file = readFileSync(join(consolePage, 'file.html'), 'utf8')
  expect(file).not.toMatch(/<script[^>]* src=|<link[^>]* href="(?!data:)/)
})
