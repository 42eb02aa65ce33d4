import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { browserEntries, entries, folderWith, start, tool } from './installed.ts'

/** A program that uses a little of each entry, and says how many names it has. */
const program = (names: readonly string[]) =>
  `${names.map((name, i) => `import * as e${i} from '${name}'`).join('\n')}
globalThis.result = [${names.map((_, i) => `Object.keys(e${i}).length > 0`).join(', ')}].every(Boolean)
console.log(String(globalThis.result))
`

/** A built-in module of Node, as a bundle would import it. */
const ofNode = /\bfrom\s*["'](node:|fs|net|tls|path|crypto|events|stream|util|os)["']|\brequire\(["']node:/

const vite = (ssr: boolean) => `export default {
  logLevel: 'error',
  ${ssr ? "ssr: { noExternal: true, external: ['koffi', 'serialport'] }," : ''}
  build: {
    ${ssr ? "ssr: 'program.js'," : ''}
    outDir: 'out', minify: false, target: 'es2022',
    rolldownOptions: { input: 'program.js', preserveEntrySignatures: 'strict', output: { entryFileNames: 'bundle.mjs' } },
  },
}`

describe.each(['esbuild', 'vite'] as const)('bundled with %s', (bundler) => {
  function bundled(platform: 'node' | 'browser', names: readonly string[]) {
    const folder = folderWith({ 'program.js': program(names), 'vite.config.mjs': vite(platform === 'node') })
    const options = ['program.js', '--bundle', '--format=esm', `--platform=${platform}`, '--outfile=out/bundle.mjs']
    const forNode = [
      '--external:koffi',
      '--external:serialport',
      "--banner:js=import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    ]
    const args =
      bundler === 'esbuild' ? [...options, '--log-level=warning', ...(platform === 'node' ? forNode : [])] : ['build']
    expect(start(tool(bundler), args, folder)).toMatchObject({ code: 0 })
    return folder
  }

  test('every entry runs in Node', () => {
    const folder = bundled('node', entries)
    expect(start('node', ['out/bundle.mjs'], folder)).toMatchObject({ code: 0, out: 'true\n' })
  })

  test('the entries for a browser want nothing of Node', () => {
    expect(browserEntries).toHaveLength(6)
    const folder = bundled('browser', browserEntries)
    const text = readFileSync(join(folder, 'out', 'bundle.mjs'), 'utf8')
    expect(text).not.toMatch(ofNode)
    expect(start('node', ['out/bundle.mjs'], folder)).toMatchObject({ code: 0, out: 'true\n' })
  })
})

test('a test with the fixture, bundled with esbuild, runs in Vitest', () => {
  const program = `import { test } from 'atmqtt/testing/vitest'
import { expect } from 'vitest'
test('a rig', async ({ rig }) => {
  rig.send('AT')
  expect(await rig.expect('OK')).toContain('OK')
})
`
  const folder = folderWith({ 'program.js': program })
  const externals = ['vitest', 'koffi', 'serialport'].map((name) => `--external:${name}`)
  const banner =
    "--banner:js=import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);"
  const flags = ['--bundle', '--format=esm', '--platform=node', '--log-level=warning', banner, ...externals]
  const args = ['program.js', '--outfile=out/bundled.test.mjs', ...flags]
  expect(start(tool('esbuild'), args, folder)).toMatchObject({ code: 0 })
  expect(start('npx', ['vitest', 'run', '--root', folder], folder)).toMatchObject({
    code: 0,
    out: expect.stringContaining('1 passed'),
  })
})
