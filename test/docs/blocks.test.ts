import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compile, isProgram } from '../support/blocks/compile-blocks.ts'
import { exceptions, runElsewhere } from '../support/blocks/exceptions.ts'
import { type Block, blocksOf, pagesWithBlocks } from '../support/blocks/read-blocks.ts'
import { runs } from '../support/blocks/run-blocks.ts'
import {
  blocksToRun,
  isException,
  missingPrograms,
  type PageRun,
  planted,
  runBlock,
  runPages,
  shownOnly,
} from '../support/blocks/run-pages.ts'
import { openStage, type Stage } from '../support/blocks/stage.ts'
import { typeSession } from '../support/blocks/typed-session.ts'
import { endAll, requireBuild, root } from '../support/cli.ts'
import { type Mosquitto, mosquittoMissing, startMosquitto } from '../support/programs/mosquitto.ts'

const pages = pagesWithBlocks()
const pagesToRun = pages.filter((page) => blocksToRun(page).length > 0)

let mosquitto: Mosquitto | undefined
beforeAll(async () => {
  requireBuild()
  if (!mosquittoMissing) mosquitto = await startMosquitto()
})
afterAll(async () => {
  endAll()
  await mosquitto?.stop()
})

test('each block says its language, and that is one that is run or shown only', () => {
  const known = (block: Block) =>
    block.language in runs || isProgram(block) || shownOnly.includes(block.language) || isException(block)
  const unknown = pages.flatMap((page) => blocksOf(page)).filter((block) => !known(block))
  expect(unknown.map(({ page, line, language }) => `${page}:${line}: "${language}"`)).toEqual([])
})

test('at most ten blocks are not run; each exception has one block and a reason', () => {
  expect(exceptions.length).toBeLessThanOrEqual(10)
  for (const { page, has, reason } of exceptions) {
    expect([page, has, blocksOf(page).filter(({ text }) => text.includes(has)).length]).toEqual([page, has, 1])
    expect(reason.length).toBeGreaterThan(20)
  }
})

test.each(Object.entries(runElsewhere))('%s is run by %s', (page, path) => {
  expect(pages).toContain(page)
  expect(readFileSync(join(root, path), 'utf8')).toContain(page.split('/').at(-1))
})

describe('what pages tell to run', { timeout: 600_000 }, () => {
  let ran: ReadonlyMap<string, PageRun>
  beforeAll(() => {
    ran = runPages(pagesToRun, mosquitto?.address)
  })
  afterAll(async () => {
    await Promise.all([...ran.values()].map(({ ended }) => ended))
  }, 600_000)

  describe.each(pagesToRun)('%s', (page) => {
    test.runIf(blocksToRun(page).some(isProgram))('types of its programs', async () => {
      expect(await ran.get(page)!.types).toBe('')
    })
    test.for(blocksToRun(page))('line $line: $language', ({ line, text }, { skip }) => {
      const missing = missingPrograms(text)
      skip(missing.length > 0, `${missing.join(', ')} is not installed`)
      return ran.get(page)!.blocks.get(line)
    })
  })
})

describe('a block that is wrong is found', () => {
  const block = (language: string, text: string): Block => ({
    page: planted,
    line: 1,
    language,
    kind: text.startsWith('AT') ? 'typed' : '',
    text: `${text}\n`,
    file: undefined,
  })
  let stage: Stage
  beforeAll(async () => {
    stage = await openStage(planted, undefined)
  })
  afterAll(() => stage.close())

  test.each([
    ['sh', 'an option that is none', 'npx atmqtt ports --nothing', 'unknown option'],
    ['sh', 'a fault that is none', 'atmqtt ctl fault prompt-lots', 'prompt-lost'],
    ['sh', 'a command behind a good one', 'true\nfalse', 'false'],
    ['py', 'an error', 'raise SystemExit("wrong")', 'wrong'],
    ['py', 'a test that fails', 'def test_one():\n    assert 1 == 2', 'assert 1 == 2'],
    ['c', 'a warning', 'int main(void) { int unused; return 0; }', 'unused'],
    ['c', 'an exit code', 'int main(void) { return 3; }', '3'],
    ['json', 'a comma', '{ "a": 1, }', 'JSON'],
    ['at', 'no transcript', '>> a\\q', 'no escape'],
    ['at', 'a command that is refused', 'AT+CMQTTREL=0', 'ERROR'],
    ['control', 'another reply', '→ {"op":"faults"}\n← {"ok":true}', 'to deeply equal'],
  ])('%s: %s', async (language, _, text, words) => {
    await expect(runBlock(block(language, text), stage)).rejects.toThrow(words)
  })

  test('ts and js: a name that is not exported, and a wrong option', () => {
    const ts = block('ts', "import { startModul } from 'atmqtt'")
    const js = { ...block('js', "import { startModule } from 'atmqtt'\nawait startModule({ tpc: true })"), line: 2 }
    const said = compile([ts, js], stage)
    expect(said).toMatch(/block-1\.ts\(1,10\).*startModul/)
    expect(said).toMatch(/block-2\.js\(2,\d+\).*tpc/)
  })

  test('what a page shows behind a session, and does not come', async () => {
    await expect(typeSession('AT', stage.module, '+CSQ: 23,0', 100)).rejects.toThrow('+CSQ: 23,0 in')
  })
})
