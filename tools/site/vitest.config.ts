import { defineConfig } from 'vitest/config'

/** Tests of the site in a browser: `npm run docs -- --test` starts them. */
export default defineConfig({
  test: { include: ['tools/site/*.test.ts'], maxWorkers: 1, testTimeout: 300_000, hookTimeout: 120_000 },
})
