import type { UserConfig } from 'tsdown'

/** It imports no value: `npm start` builds with a tsdown that stands in tools/build. */
const config: UserConfig = {
  entry: ['src/cli/main.ts', 'src/*/public.ts', 'src/driver/{node,web}.ts'],
  format: 'esm',
  platform: 'node',
  target: 'node20',
  dts: true,
  clean: true,
  fixedExtension: false,
  // One folder below dist/, like every room below src/: what is found by import.meta.url is found from both.
  outputOptions: { chunkFileNames: 'chunks/[name]-[hash].js' },
}

export default config
