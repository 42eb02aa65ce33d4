import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { blocksOf, pagesWithBlocks } from '../../test/support/blocks/read-blocks.ts'
import { runCommands } from '../../test/support/blocks/run-blocks.ts'
import { openStage, type Stage } from '../../test/support/blocks/stage.ts'
import { root } from '../../test/support/cli.ts'

interface Step {
  readonly uses?: string
  readonly run?: string
  readonly with?: Readonly<Record<string, string>>
}

interface Job {
  readonly steps?: readonly Step[]
  readonly script?: readonly string[]
}

const jobs = pagesWithBlocks()
  .flatMap((page) => blocksOf(page))
  .filter(({ language }) => language === 'yaml')
const { inputs } = parse(readFileSync(join(root, 'action.yml'), 'utf8'))

let stage: Stage
beforeAll(async () => {
  stage = await openStage('', undefined)
})
afterAll(() => stage.close())

test('the guide has a job for GitHub and one for GitLab', () => expect(jobs).toHaveLength(2))

/** What the action itself does is run by action.test.ts. */
test.each(jobs)('$page:$line: its commands run, and the action has what it is given', async ({ text }) => {
  const { jobs: named, ...others } = parse(text) as Readonly<Record<string, Job & Readonly<Record<string, Job>>>>
  const steps = Object.values({ ...named, ...others } as Readonly<Record<string, Job>>).flatMap(
    ({ steps = [], script = [] }) => [...steps, ...script.map((run): Step => ({ run }))],
  )
  expect(steps.length).toBeGreaterThan(2)
  for (const step of steps) {
    if (step.uses?.startsWith('OWNER/atmqtt@'))
      expect(Object.keys(inputs)).toEqual(expect.arrayContaining(Object.keys(step.with!)))
    const run = step.run ?? step.with?.run
    if (run !== undefined) await runCommands([run.trim()], stage)
  }
})
