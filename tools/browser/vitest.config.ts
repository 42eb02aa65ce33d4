import { defineConfig } from 'vitest/config'

/** Not part of the suite: it writes pictures. */
export default defineConfig({ test: { include: ['tools/browser/screenshots.test.ts'], testTimeout: 120_000 } })
