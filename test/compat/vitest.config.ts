import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/compat/*.test.ts'],
    setupFiles: ['./test/support/run/count-assertions.ts'],
    maxWorkers: 2,
    testTimeout: 90_000,
  },
})
