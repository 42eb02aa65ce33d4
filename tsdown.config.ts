import { defineConfig } from 'tsdown'

export default defineConfig({
  entry: ['src/cli/main.ts', 'src/*/public.ts'],
  unbundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  dts: true,
  clean: true,
  fixedExtension: false,
})
