import { describe, expect, test } from 'vitest'
import { importsOf, sources, violations } from '../support/import-law.ts'

const all = sources()

test('the sources keep the laws of the architecture', () => {
  expect(all.length).toBeGreaterThan(50)
  expect(all.flatMap(violations)).toEqual([])
})

describe('the checker finds', () => {
  test.each([
    ['at/x.ts', "import { a } from '../io/pipe.ts'"],
    ['at/x.ts', "import { readFileSync } from 'node:fs'"],
    ['at/x.ts', 'const bytes = Buffer.from(text)'],
    ['driver/x.ts', "import type { Pipe } from 'node:net'"],
    ['driver/x.ts', "import { step } from '../module/step.ts'"],
    ['driver/x.test.ts', "import { step } from '../module/step.ts'"],
    ['module/x.ts', "import { chat } from '../driver/chat.ts'"],
    ['module/x.ts', "export { fault } from '../faults/fault.ts'"],
    ['module/line/x.ts', "const { fault } = await import('../../faults/fault.ts')"],
    ['module/x.ts', "import '../broker/embedded-broker.ts'"],
    ['module/x.ts', "import { connect } from 'mqtt'"],
    ['io/x.ts', "import { generate } from 'mqtt-packet'"],
    ['mqtt/x.ts', "import { bytesOf } from '../at/bytes/bytes.ts'"],
    ['mqtt/x.ts', "import { createHash } from 'node:crypto'"],
    ['mqtt/x.ts', "import { z } from 'zod'"],
    ['transcript/x.ts', "import { Module } from '../module/public.ts'"],
    ['module/x.ts', 'const now = Date.now()'],
    ['module/x.ts', 'setTimeout(run, 1)'],
    ['transcript/x.ts', 'const delay = Math.random()'],
    ['driver/x.ts', 'performance.now()'],
    ['shed/x.ts', "import { a } from '../at/public.ts'"],
    ['io/x.ts', "import { until } from '../../test/support/until.ts'"],
    ['module/x.ts', "import {\n  a,\n  b,\n} from\n  '../faults/fault.ts'"],
    ['module/x.ts', "const text = '//'; import '../driver/chat.ts'"],
  ])('%s: %s', (path, text) => {
    expect(violations({ path, text })).toHaveLength(1)
  })
})

describe('the checker lets pass', () => {
  test.each([
    ['driver/x.ts', "import type { Pipe } from '../io/pipe.ts'\nimport type { Clock } from '../io/runtime.ts'"],
    ['module/runtime/module.ts', "import { memoryPipe } from '../io/memory.ts'\nsetTimeout(run, 1)"],
    ['module/x.ts', "// import '../driver/chat.ts'\n/* Date.now() */ const a = 1"],
    ['module/x.test.ts', "import { connect } from 'mqtt'\nimport { until } from '../../test/support/until.ts'"],
    ['cli/main.ts', "import { Module } from '../module/public.ts'\nimport { chat } from '../driver/chat.ts'"],
    ['io/x.ts', 'setTimeout(run, 1)'],
  ])('%s: %s', (path, text) => {
    expect(violations({ path, text })).toEqual([])
  })
})

test('no import is overlooked: every source with the word import or from in front of a path gives one', () => {
  for (const { path, text } of all) {
    const lines = text.split('\n').filter((line) => /^(import\b|\} from)/.test(line) && /['"]/.test(line))
    expect([path, importsOf(text).length >= lines.length]).toEqual([path, true])
  }
})
