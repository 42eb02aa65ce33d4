import type { TestModule, Vitest } from 'vitest/node'
import type { Requirement } from '../../../src/conformance/requirements.ts'
import { idsIn } from './requirements.ts'

declare module 'vitest' {
  interface TaskMeta {
    /** How often the test called `expect`. */
    assertions?: number
  }
}

/** A test that has run. */
export interface RunTest {
  /** With the titles of what it stands in. */
  readonly title: string
  readonly state: 'passed' | 'failed' | 'skipped' | 'pending'
  readonly assertions: number
}

/** What a run does not show, one sentence each. */
export interface Unshown {
  /** No test shows it. */
  readonly missing: readonly string[]
  /** The tests that show it were skipped. */
  readonly skipped: readonly string[]
}

/** A test that failed, was skipped or asserted nothing shows nothing. Off CI, what was skipped is no failure. */
export function unshown(requirements: readonly Requirement[], tests: readonly RunTest[], ci: boolean): Unshown {
  const showing = (wanted: (test: RunTest) => boolean) =>
    new Set(tests.filter(wanted).flatMap(({ title }) => idsIn(title)))
  const shown = showing(({ state, assertions }) => state === 'passed' && assertions > 0)
  const left = showing(({ state }) => state === 'skipped')
  const open = requirements.filter(({ id }) => !shown.has(id))
  return {
    missing: open.filter(({ id }) => ci || !left.has(id)).map(missingSentence),
    skipped: ci ? [] : open.filter(({ id }) => left.has(id)).map(skippedSentence),
  }
}

const missingSentence = ({ id, section, sentence }: Requirement): string =>
  `No passed test shows requirement ${id} (${section}): ${sentence}`

const skippedSentence = ({ id }: Requirement): string => `Requirement ${id} is not shown here: its tests were skipped.`

/** Whether all files were run, and all of their tests. */
export async function isWholeRun(vitest: Vitest, modules: readonly TestModule[]): Promise<boolean> {
  const { testNamePattern, shard } = vitest.config
  if (testNamePattern || shard) return false
  return modules.length === (await vitest.globTestSpecifications([])).length
}

export const testsOf = (modules: readonly TestModule[]): readonly RunTest[] =>
  modules.flatMap((file) =>
    [...file.children.allTests()].map((test) => ({
      title: test.fullName,
      state: test.result().state,
      assertions: test.meta().assertions ?? 0,
    })),
  )
