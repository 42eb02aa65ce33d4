import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import type { TestProject } from 'vitest/node'
import { keptThread } from './test/mutation/kept-thread.ts'
import { QuickFirst } from './test/mutation/quick-first.ts'

const fewRuns = fileURLToPath(new URL('test/mutation/few-runs.ts', import.meta.url))

/** What three modules keep at their top level, and how it begins. */
const kept: readonly (readonly [file: string, declared: RegExp, begin: string])[] = [
  ['src/module/core/module-config.ts', /const tables = new WeakMap/, 'tables = new WeakMap()'],
  ['src/mqtt/bytes.ts', /let used = 0/, 'used = 0; slab = new Uint8Array(slabBytes)'],
  ['src/at/syntax/parse-line.ts', /const knownNames = /, 'knownNames.fill(undefined)'],
]

/** The tests that may kill a mutant of a room: those that are about it, its own and others. */
const tests: Readonly<Record<string, readonly string[]>> = {
  at: [
    'src/at/**/*.test.ts',
    'src/driver/commands/*.test.ts',
    'src/module/{line,handlers}/*.test.ts',
    'test/module/boundaries.test.ts',
    'test/conformance/memory.test.ts',
  ],
  mqtt: ['src/mqtt/*.test.ts', 'src/module/mqtt-service/*.test.ts'],
  module: [
    'src/module/**/*.test.ts',
    'src/faults/*.test.ts',
    'test/module/{backlog,boundaries,timing}.test.ts',
    'test/conformance/memory.test.ts',
    'test/faults/faults.test.ts',
  ],
}
const room = process.env.ATMQTT_MUTATED_ROOM

/** The tests that Stryker runs against a mutant: in memory, no sockets, no children, properties at 50 runs. */
export default defineConfig({
  plugins: [
    {
      name: 'few-runs',
      enforce: 'pre',
      resolveId: (id, importer) => (id === 'fast-check' && importer !== fewRuns ? fewRuns : undefined),
    },
    {
      name: 'fresh-run',
      enforce: 'pre',
      transform(code, id) {
        const found = kept.find(([file]) => id.endsWith(file))
        if (!found) return undefined
        const [file, declared, begin] = found
        if (!declared.test(code))
          throw new Error(`${file} does not declare ${declared}: vitest.mutation.config.ts is out of date.`)
        const again = `;(globalThis.freshen ??= {})['${file}'] = () => { ${begin} }`
        return { code: code.replace('const tables = new WeakMap', 'let tables = new WeakMap') + again, map: null }
      },
    },
    {
      name: 'kept-thread',
      // Stryker asks for plain threads on the command line, which goes before what stands below.
      configureVitest: ({ project }: { project: TestProject }) => {
        Object.assign(project.config, { pool: keptThread.name, poolRunner: keptThread })
      },
    },
  ],
  test: {
    include: [...(tests[room ?? ''] ?? Object.values(tests).flat())],
    exclude: ['src/mqtt/fuzz.test.ts'],
    setupFiles: ['test/mutation/fresh-run.ts'],
    sequence: { sequencer: QuickFirst },
    isolate: false,
    maxWorkers: 1,
    testTimeout: 20_000,
  },
})
