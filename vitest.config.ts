import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    reporters: ['default', ['./test/support/count-reporter.ts', { requirements: 'own' }]],
    setupFiles: ['./test/support/count-assertions.ts', './test/support/suite-ears.ts'],
    maxWorkers: 2,
    testTimeout: 60_000,
  },
})
