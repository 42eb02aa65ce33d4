import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { UserConfig } from 'tsdown'

/** From TypeScript 5.7 on both are the same type; before, arrays of bytes have no parameter. */
const readableBefore57: UserConfig['plugins'] = {
  name: 'declarations-for-typescript-5.4',
  generateBundle(_, bundle) {
    for (const file of Object.values(bundle))
      if (file.type === 'chunk' && file.fileName.endsWith('.d.ts'))
        file.code = file.code.replaceAll('Uint8Array<ArrayBufferLike>', 'Uint8Array')
  },
}

/** What every build has in common. It imports no value of a package: `npm start` builds with a tsdown that stands in tools/build. */
const common: UserConfig = {
  platform: 'node',
  target: 'node20',
  fixedExtension: false,
  // `npm start` has the packages that are built in, but that nobody installs, in tools/build.
  inputOptions: { resolve: { modules: ['node_modules', join(import.meta.dirname, 'tools', 'build', 'node_modules')] } },
  // A package that isn't found would be asked for when the program starts.
  failOnWarn: true,
}

const modules: UserConfig = {
  ...common,
  entry: ['src/cli/main.ts', 'src/*/public.ts', 'src/driver/{node,web}.ts', 'src/launch/rig/{rig,vitest}.ts'],
  format: 'esm',
  dts: true,
  plugins: [readableBefore57],
  // It has everything in dist/, and begins with an empty one: the other build has its folder in there.
  clean: true,
  // With the sources in them: the package has no src/.
  sourcemap: true,
  // One folder below dist/, like every room below src/: what is found by import.meta.url is found from both.
  outputOptions: { chunkFileNames: 'chunks/[name]-[hash].js' },
}

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/** What few starts need, or what need not be installed: the bundler asks for it in front of all, this build where it is used. */
const lateModules = ['prom-client', 'node:child_process', 'node:http', 'node:readline']

function loadedOnUse(code: string): string {
  return lateModules.reduce((before, module) => {
    const [hoisted, name] = new RegExp(`let (\\w+)=require\\(\`${module}\`\\);`).exec(before) ?? []
    if (hoisted === undefined) return before
    return before.replace(hoisted, '').replace(new RegExp(`\\b${name}\\.`, 'g'), `(require(\`${module}\`)).`)
  }, code)
}

/** ASCII, which is read without decoding, and in front a comment that differs from build to build. */
const quickToRead: UserConfig['plugins'] = {
  name: 'quick-to-read',
  generateBundle(_, bundle) {
    for (const file of Object.values(bundle))
      if (file.type === 'chunk') {
        const code = loadedOnUse(file.code).replace(/[^\0-\x7f]/g, escaped)
        file.code = `/*${createHash('sha256').update(code).digest('hex').slice(0, 16)}*/${code}`
      }
  },
}

/** What the packages in the file want to stand beside each copy. */
const licences: UserConfig['plugins'] = {
  name: 'licences',
  generateBundle(_, bundle) {
    const chunks = Object.values(bundle).flatMap((file) => (file.type === 'chunk' ? [file] : []))
    const folders = chunks.flatMap(({ moduleIds }) => moduleIds.flatMap((id) => packageFolder.exec(id)?.[0] ?? []))
    const source = [...new Set(folders)].sort().map(licenceText).join('\n')
    this.emitFile({ type: 'asset', fileName: 'start.cjs.licences.txt', source })
  },
}

const packageFolder = /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/

function licenceText(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each))
  return `${name} ${version} (${license})\n\n${file ? readFileSync(join(folder, file), 'utf8') : ''}\n`
}

/** The command line with its dependencies in one file, for `src/cli/compiled.ts`. */
const start: UserConfig = {
  ...common,
  entry: 'src/cli/start.ts',
  outDir: 'dist/start',
  format: 'cjs',
  dts: false,
  plugins: [quickToRead, licences],
  minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
  deps: { alwaysBundle: [/./], neverBundle: ['koffi', 'serialport', 'vitest', 'prom-client', 'bullmq', 'ioredis'] },
  // What stays outside is asked for by require(): a script of node:vm has no import().
  outputOptions: { codeSplitting: false, dynamicImportInCjs: false, entryFileNames: '[name].cjs' },
}

const configs: UserConfig[] = [modules, start]

export default configs
