import { defineConfig } from 'tsdown'

export default defineConfig({
  cwd: import.meta.dirname,
  entry: 'main.ts',
  outDir: '../.cache/bench',
  format: 'esm',
  platform: 'node',
  target: 'node20',
  dts: false,
  clean: true,
  fixedExtension: false,
  // What is measured against runs as it was installed.
  deps: { skipNodeModulesBundle: true },
})
