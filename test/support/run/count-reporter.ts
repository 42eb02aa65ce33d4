import type { Reporter, TestModule, Vitest } from 'vitest/node'
import { isWholeRun, testsOf, unshown } from '../requirements/requirement-check.ts'
import { requirements, writtenRequirements } from '../requirements/requirements.ts'

interface Options {
  /** Requirements that a whole run has to show: our own, or those of a folder. None: it has to show nothing. */
  readonly requirements?: 'own' | URL
}

/**
 * Ends a run with `N passed, N failed, N skipped` alone on a line, which CI readers know. A run of the whole suite fails
 * for each requirement that no passed test shows.
 */
export default class CountReporter implements Reporter {
  readonly #requirements
  #vitest: Vitest | undefined

  constructor({ requirements: wanted }: Options = {}) {
    this.#requirements = () => (wanted === 'own' ? requirements() : wanted ? writtenRequirements(wanted) : [])
  }

  onInit(vitest: Vitest): void {
    this.#vitest = vitest
  }

  async onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): Promise<void> {
    const counts = { passed: 0, failed: errors.length, skipped: 0, pending: 0 }
    for (const file of modules) {
      const states = [...file.children.allTests()].map((test) => test.result().state)
      for (const state of states) counts[state]++
      // Nothing to run, or a hook: no test says so.
      if (file.state() === 'failed' && !states.includes('failed')) counts.failed++
    }
    counts.failed += await this.#unshown(modules)
    process.stdout.write(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`)
  }

  async #unshown(modules: readonly TestModule[]): Promise<number> {
    if (!this.#vitest || !(await isWholeRun(this.#vitest, modules))) return 0
    const { missing, skipped } = unshown(this.#requirements(), testsOf(modules), Boolean(process.env.CI))
    for (const sentence of [...missing, ...skipped]) process.stdout.write(`\n${sentence}`)
    if (missing.length + skipped.length > 0) process.stdout.write('\n')
    if (missing.length > 0) process.exitCode = 1
    return missing.length
  }
}
