// Builds the page of the console into dist/console/page: with the Vite of tools/build, if it is there, or of the checkout.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from './ensure.mjs'

const out = join(root, 'dist', 'console', 'page')
const page = join(root, 'src', 'console', 'page')
/** Packages are looked for from here: in tools/build, then in the checkout. */
const from = join(root, 'tools', 'build', 'package.json')
const { build } = await import(pathToFileURL(createRequire(from).resolve('vite')).href)

const packages = {
  name: 'packages-of-the-page',
  enforce: 'pre',
  resolveId(id, importer) {
    const isOwn = importer?.startsWith(page) && /^(preact|@preact\/|uplot)/.test(id)
    return isOwn ? this.resolve(id, from, { skipSelf: true }) : null
  },
}

const common = {
  configFile: false,
  root: page,
  base: './',
  logLevel: 'error',
  plugins: [packages],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
}
const target = 'es2023'

await build({
  ...common,
  build: {
    outDir: out,
    emptyOutDir: true,
    target,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: { input: { page: join(page, 'index.html') } },
  },
})
// In one file, so that it runs as soon as it is there. The page names it.
const worker = await bundled('worker/main.ts', 'worker')
writeFileSync(join(out, 'assets', 'worker.js'), worker)
await buildFilePage()

/** The page for rows that stand in it, as one file: a browser also runs it from a disk. */
async function buildFilePage() {
  const assets = join(out, 'assets')
  const style = readFileSync(
    join(
      assets,
      readdirSync(assets).find((name) => name.endsWith('.css')),
    ),
    'utf8',
  )
  const script = await bundled('file.ts', 'page')
  const parts = { style, script, worker, scriptHash: hashOf(script), styleHash: hashOf(style) }
  const html = readFileSync(join(page, 'file.html'), 'utf8')
  writeFileSync(
    join(out, 'file.html'),
    html.replace(/\{(\w+)\}/g, (whole, name) => parts[name] ?? whole),
  )
}

/** As one classic script. */
async function bundled(entry, name) {
  const lib = { entry: join(page, entry), name, formats: ['iife'] }
  const made = await build({ ...common, publicDir: false, build: { write: false, target, minify: true, lib } })
  const [{ output }] = [made].flat()
  // In HTML these would end the script, or hide its end.
  return output[0].code.trim().replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--')
}

function hashOf(text) {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}
