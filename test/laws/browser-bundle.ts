import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { build, type RolldownChunk } from 'tsdown'
import { parseSource } from './source.ts'
import { worldWords } from './world-law.ts'

/** What the bundle of an entry for a browser wants of Node. */
export async function bundleViolations(root: string, entry: string): Promise<readonly string[]> {
  if (!existsSync(join(root, entry))) return [`${entry} is to be bundled for a browser and is not there`]
  const chunks = await bundle(root, entry)
  const imports = chunks.flatMap(({ imports, dynamicImports }) => [...imports, ...dynamicImports])
  const ownFiles = new Set(chunks.map(({ fileName }) => fileName))
  const wanted = imports.filter((specifier) => !ownFiles.has(specifier))
  const words = chunks.flatMap(({ fileName, code }) => worldWords(parseSource({ path: fileName, text: code }).tree))
  return [
    ...[...new Set(wanted)].map((specifier) => `${entry}, bundled for a browser, imports ${specifier}`),
    ...[...new Set(words)]
      .filter((word) => ofNode.has(word))
      .map((word) => `${entry}, bundled for a browser, uses ${word}`),
  ]
}

const ofNode: ReadonlySet<string> = new Set(['process', 'Buffer', 'require', 'setImmediate', '__dirname'])

type CodeChunk = Extract<RolldownChunk, { readonly type: 'chunk' }>

/** With all of its packages; nothing is written. */
async function bundle(root: string, entry: string): Promise<readonly CodeChunk[]> {
  const bundles = await build({
    config: false,
    cwd: root,
    entry: { entry },
    format: 'esm',
    platform: 'browser',
    target: 'es2023',
    dts: false,
    clean: false,
    write: false,
    logLevel: 'silent',
    deps: { alwaysBundle: [/./], onlyBundle: false },
  })
  return bundles.flatMap(({ chunks }) => chunks).filter((chunk) => chunk.type === 'chunk')
}
