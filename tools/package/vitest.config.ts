import { defineConfig } from 'vitest/config'

/** Tests of the installed package: `npm run package` starts them. */
export default defineConfig({
  test: { include: ['tools/package/*.test.ts'], maxWorkers: 1, testTimeout: 600_000, hookTimeout: 60_000 },
})
