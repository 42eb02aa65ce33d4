import { defineConfig } from 'vitest/config'
import CountReporter from '../count-reporter.ts'

/** A suite of its own, whose requirements are not all shown. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.planted.ts'],
    setupFiles: ['../count-assertions.ts'],
    reporters: [new CountReporter({ requirements: new URL('./requirements/', import.meta.url) })],
  },
})
