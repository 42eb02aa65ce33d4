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

/** It imports no value: `npm start` builds with a tsdown that stands in tools/build. */
const config: UserConfig = {
  entry: ['src/cli/main.ts', 'src/*/public.ts', 'src/driver/{node,web}.ts', 'src/launch/rig/{rig,vitest}.ts'],
  format: 'esm',
  platform: 'node',
  target: 'node20',
  dts: true,
  plugins: [readableBefore57],
  clean: true,
  // With the sources in them: the package has no src/.
  sourcemap: true,
  fixedExtension: false,
  // One folder below dist/, like every room below src/: what is found by import.meta.url is found from both.
  outputOptions: { chunkFileNames: 'chunks/[name]-[hash].js' },
}

export default config
