import { describe, expect, test } from 'vitest'
import { brokenBy, type Planted } from './planted.ts'

const many = (count: number, line: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => line(i)).join('')

describe('the checker lets pass', () => {
  test.each<readonly [string, Planted]>([
    [
      'the byte end and the clock',
      {
        'driver/x.ts':
          "import type { Stream } from '../io/stream.ts'\nimport type { Clock } from '../io/runtime/clock.ts'",
      },
    ],
    [
      'an interface of io/net',
      {
        'module/x.ts': "import type { Dialer } from '../io/net/dialer.ts'\nimport { type A } from '../io/tls/store.ts'",
      },
    ],
    ['the effects of the module', { 'module/runtime/module.ts': 'setTimeout(run, 1)' }],
    [
      'the Node entry of the driver',
      {
        'driver/node.ts': "import { tcp } from '../io/transports/tcp.ts'\nconst b = Buffer.from(process.env.X)",
        'io/transports/tcp.ts': "import 'node:net'",
      },
    ],
    ['comments', { 'module/x.ts': "// import '../driver/chat.ts'\n/* Date.now() */ const a = 1" }],
    ['text', { 'module/x.ts': 'const a = "import \'../driver/chat.ts\'; process.exit()"' }],
    [
      'members of those names',
      {
        'module/x.ts':
          'clock.setTimeout(run, 1)\nconst a = { process: 1, Buffer: 2 }\ninterface Clock { setTimeout(): void; performance: number }\nevent.process.Date',
      },
    ],
    [
      'arithmetic',
      { 'module/x.ts': 'const a = Math.max(1, 2) + Date.UTC(2026, 1)\nconst b: Date = new Date(a)\nb instanceof Date' },
    ],
    [
      'questions, and signals that are given',
      {
        'module/x.ts':
          "const a = typeof globalThis === 'object' && typeof globalThis.crypto\ntype A = typeof globalThis\nconst b = globalThis.structuredClone(a)\nconst f = (signal: AbortSignal) => AbortSignal.any([signal])\nconst { window: c, process: d } = event",
      },
    ],
    [
      'what law 2 lists',
      {
        'driver/certificates/pem-files.ts': 'await crypto.subtle.digest(a, b)',
        'recording/capture-file.ts': "import { openSync } from 'node:fs'",
        'control/trace-file.ts': "import { openSync } from 'node:fs'",
      },
    ],
    [
      'what a function keeps, and firmwares in tests, comments and profiles',
      {
        'module/x.ts': '/** As SIM7600 does. */\nconst f = () => {\nlet a = 0\nreturn a\n}',
        'module/x.test.ts': "let a = 'sim7600'",
        'at/x.ts': "const a = 'SIM7600'",
      },
    ],
    [
      'what a test needs',
      {
        'module/x.test.ts':
          "import { connect } from 'mqtt'\nimport { readFileSync } from 'node:fs'\nimport { until } from '../../test/support/until.ts'\nconst now = Date.now()",
      },
    ],
    [
      'the command line',
      {
        'cli/main.ts':
          "import { Module } from '../module/public.ts'\nimport { chat } from '../driver/chat.ts'\nimport { Command } from 'commander'\nprocess.exit()",
      },
    ],
    [
      'an entry of the package',
      { 'index.ts': "export { explain } from './explain/public.ts'\nexport { serve } from './console/server.ts'" },
    ],
    ['I/O in io', { 'io/x.ts': "import 'node:net'\nsetTimeout(run, 1)" }],
    ['types of a control server', { 'console/x.ts': "import type { Control } from '../control/server.ts'" }],
    [
      'a type of Node that no browser has',
      {
        'faults/x.ts': "import type { A } from '../io/a.ts'",
        'io/a.ts': "import './b.ts'",
        'io/b.ts': "import 'node:net'",
      },
    ],
    [
      'what tests share',
      { 'at/a.test.ts': "import './testing.ts'", 'at/testing.ts': "import './a.ts'", 'at/a.ts': '' },
    ],
    [
      're-exports',
      {
        'at/a.ts': 'export const whole = 1',
        'at/public.ts': "import { whole as part } from './a.ts'\nexport { whole } from './a.ts'\nexport { part }",
        'io/c.ts': "import { whole } from '../at/a.ts'\nexport { whole }",
      },
    ],
    [
      'names of tests, and of one file',
      { 'at/a.ts': 'export const A = 1\nexport type A = 1', 'at/a.test.ts': 'export const A = 1' },
    ],
    ['names that are not exported', { 'at/a.ts': 'const whole = 1', 'at/b.ts': 'export const whole = 1' }],
    [
      '25 files and their tests',
      Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`at/f${i >> 1}${i % 2 ? '.test' : ''}.ts`, ''])),
    ],
    ['300 lines', { 'at/x.ts': '\n'.repeat(300) }],
    [
      'a table of functions',
      { 'at/x.ts': `const f = (a) => {\nreturn { ${many(20, (i) => `k${i}: (b) => (b ? 1 : 2), `)} }[a]\n}` },
    ],
    ['fifteen ways', { 'at/x.ts': `function f(a) {\n${many(14, (i) => `if (a === ${i}) return ${i}; `)}\n}` }],
  ])('%s', (_, planted) => {
    expect(brokenBy(planted)).toEqual([])
  })
})
