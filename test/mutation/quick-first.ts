import { statSync } from 'node:fs'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files with many runs, or many cases of one kind. */
const slow = /\/(fuzz|any-input|oracle|exactly-once|boundaries|response-time|identity|timing)\.test\./

const cost = ({ moduleId }: TestSpecification): number => statSync(moduleId).size + (slow.test(moduleId) ? 1e6 : 0)

/** Small files first: a mutant is killed by the first test that fails. */
export class QuickFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.sort((a, b) => cost(a) - cost(b))
  }
}
