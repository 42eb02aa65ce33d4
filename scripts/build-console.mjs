// Builds the page of the console into dist/console/page: with the Vite of tools/build, if it is there, or of the checkout.
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from './ensure.mjs'

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

await build({
  configFile: false,
  root: page,
  base: './',
  logLevel: 'error',
  plugins: [packages],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: join(root, 'dist', 'console', 'page'),
    emptyOutDir: true,
    target: 'es2023',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: { page: join(page, 'index.html'), worker: join(page, 'worker', 'main.ts') },
      // The page names its worker.
      output: { entryFileNames: ({ name }) => (name === 'worker' ? 'assets/worker.js' : 'assets/[name]-[hash].js') },
    },
  },
})
