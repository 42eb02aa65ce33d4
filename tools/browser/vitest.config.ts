import { defineConfig } from 'vitest/config'

/** Not part of the suite: it writes pictures and takes figures. */
export default defineConfig({
  test: { include: ['tools/browser/{screenshots,figures}.test.ts'], testTimeout: 240_000 },
})
