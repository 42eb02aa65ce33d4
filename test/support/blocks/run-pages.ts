import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { programs, typedBefore } from './assumptions.ts'
import { builtFile, compile, isProgram } from './compile-blocks.ts'
import { exceptions, runElsewhere } from './exceptions.ts'
import { type Block, blocksOf } from './read-blocks.ts'
import { runProgram, runs } from './run-blocks.ts'
import { openStage, type Stage } from './stage.ts'
import { typeSession } from './typed-session.ts'

/**
 * Not run here: pictures, and what programs print. `npm run package` runs the steps of YAML, a test beside an example
 * compares the changes of a `diff`, and each `log` is explained by test/explain.
 */
export const shownOnly = ['mermaid', 'text', 'yaml', 'diff', 'log']

export const isException = ({ page, text }: Block): boolean =>
  exceptions.some((each) => each.page === page && text.includes(each.has))

export const blocksToRun = (page: string): readonly Block[] =>
  (page in runElsewhere ? [] : blocksOf(page)).filter(
    (block) => !shownOnly.includes(block.language) && !isException(block),
  )

const isInstalled = (name: string): boolean =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, name)))

/** Programs that a block needs and this machine has not; in CI it has them all. */
export const missingPrograms = (text: string): readonly string[] =>
  process.env.CI ? [] : programs.flatMap(([named, name]) => (named.test(text) && !isInstalled(name) ? [name] : []))

/** What became of a page: a promise for each of its blocks, by line, and what the compiler says of its programs. */
export interface PageRun {
  readonly blocks: ReadonlyMap<number, Promise<void>>
  readonly types: Promise<string>
  /** Its stage is closed. */
  readonly ended: Promise<void>
}

/** How many pages run at a time. */
const lanes = 4

/** Starts the pages: blocks of a page one after the other, in one folder. */
export function runPages(pages: readonly string[], broker: string | undefined): ReadonlyMap<string, PageRun> {
  const before: Promise<void>[] = []
  return new Map(
    pages.map((page, i) => {
      const run = runPage(page, broker, before[i - lanes] ?? Promise.resolve())
      before.push(run.ended)
      return [page, run]
    }),
  )
}

function runPage(page: string, broker: string | undefined, before: Promise<void>): PageRun {
  const toRun = blocksToRun(page)
  const stage = before.then(() => openStage(page, broker))
  const ofPage = toRun.filter(isProgram)
  const types = stage.then((open) => (ofPage.length > 0 ? compile(ofPage, open) : ''))
  const blocks = new Map<number, Promise<void>>()
  let last: Promise<unknown> = types
  for (const block of toRun) {
    const run = last.catch(() => {}).then(async () => runBlock(block, await stage))
    run.catch(() => {})
    blocks.set(block.line, run)
    last = run
  }
  const ended = last.catch(() => {}).then(async () => (await stage).close())
  return { blocks, types, ended }
}

export async function runBlock(block: Block, stage: Stage): Promise<void> {
  stage.module.fresh()
  const { page, text } = block
  const typed = typedBefore.find((each) => each.page === page && text.includes(each.has))
  if (typed) await typeSession(typed.lines, stage.module, '')
  if (isProgram(block)) return runProgram(block, builtFile(block, stage), stage)
  await runs[block.language]!(block, stage, shownBehind(block))
}

/** What a page shows behind a block as that block's output. */
function shownBehind({ page, line }: Block): string {
  const blocks = page === planted ? [] : blocksOf(page)
  const next = blocks[blocks.findIndex((each) => each.line === line) + 1]
  return next?.language === 'text' ? next.text : ''
}

/** The page of blocks that a test makes up. */
export const planted = 'planted.md'
