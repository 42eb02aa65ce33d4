// Makes "Explain my log": one HTML file that needs nothing else and works from a disk.
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'vite'

/** Writes the page to `target`. */
export async function buildExplainPage(target) {
  const [script, style] = [await bundled('page.js', 'explainPage'), await reportStyle()]
  const hash = createHash('sha256').update(script).digest('base64')
  const parts = { script, scriptHash: `sha256-${hash}`, reportStyle: style, docs: './README.html' }
  const page = readFileSync(join(import.meta.dirname, 'page.html'), 'utf8')
  writeFileSync(
    target,
    page.replace(/\/\* (\w+) \*\/|\{(\w+)\}/g, (whole, style, other) => parts[style ?? other] ?? whole),
  )
}

/** As one classic script, which a browser also runs from a disk. */
async function bundled(entry, name) {
  const bundle = await build({
    configFile: false,
    root: import.meta.dirname,
    logLevel: 'error',
    build: {
      write: false,
      target: 'es2022',
      lib: { entry: join(import.meta.dirname, entry), name, formats: ['iife'] },
    },
  })
  const [{ output }] = [bundle].flat()
  // In HTML these would end the script, or hide its end.
  return output[0].code.trim().replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--')
}

async function reportStyle() {
  const source = readFileSync(join(import.meta.dirname, '..', '..', '..', 'src/explain/report/html-style.ts'), 'utf8')
  return /`\n([\s\S]*)`/.exec(source)[1]
}
