import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    // What `npm run compat` runs.
    exclude: ['test/compat/**'],
    reporters: ['default', ['./test/support/run/count-reporter.ts', { requirements: 'own' }]],
    setupFiles: [
      './test/support/run/count-assertions.ts',
      './test/support/run/watch-secrets.ts',
      './test/support/run/watch-listeners.ts',
    ],
    // One more than CI has cores: half of the time a file waits, for programs, keep-alives and sockets.
    maxWorkers: 3,
    // Files of one worker share what they import, which would else take half of the time. None of them may rely on a
    // fresh module, or leave a global changed.
    isolate: false,
    testTimeout: 60_000,
  },
})
