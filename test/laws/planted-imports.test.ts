import { describe, expect, test } from 'vitest'
import { brokenBy } from './planted.ts'

const notAllowed = (path: string, target: string) =>
  `${path} imports ${target}: the table of the architecture does not allow it`
const typesAlone = (path: string, target: string) => `${path} imports ${target}: it may import types alone from there`
const imports = (path: string, target: string) => `${path} imports ${target} outside the shells`
const uses = (path: string, word: string) => `${path} uses ${word} outside the shells`
const notListed = (path: string, name: string) =>
  `${path} imports the package ${name}: ${path.split('/')[0]}/ does not have it in its list`

describe('the checker finds an import', () => {
  test.each<readonly [string, string, ...string[]]>([
    ['at/x.ts', "import { a } from '../io/stream.ts'", notAllowed('at/x.ts', 'io/stream.ts')],
    [
      'driver/x.ts',
      "import { memory } from '../io/transports/memory.ts'",
      notAllowed('driver/x.ts', 'io/transports/memory.ts'),
    ],
    ['driver/x.ts', "import { step } from '../module/step.ts'", notAllowed('driver/x.ts', 'module/step.ts')],
    ['driver/x.ts', "import type { Step } from '../module/step.ts'", notAllowed('driver/x.ts', 'module/step.ts')],
    ['driver/x.ts', "type Step = import('../module/step.ts').Step", notAllowed('driver/x.ts', 'module/step.ts')],
    ['driver/x.test.ts', "import { step } from '../module/step.ts'", notAllowed('driver/x.test.ts', 'module/step.ts')],
    ['driver/web.ts', "import { open } from '../io/net/dialer.ts'", notAllowed('driver/web.ts', 'io/net/dialer.ts')],
    ['module/x.ts', "import { chat } from '../driver/chat.ts'", notAllowed('module/x.ts', 'driver/chat.ts')],
    ['module/x.ts', "export { fault } from '../faults/fault.ts'", notAllowed('module/x.ts', 'faults/fault.ts')],
    ['module/x.ts', "export * from '../faults/fault.ts'", notAllowed('module/x.ts', 'faults/fault.ts')],
    [
      'module/x.ts',
      "const a = require('../faults/fault.ts')",
      'module/x.ts uses require outside the shells',
      notAllowed('module/x.ts', 'faults/fault.ts'),
    ],
    [
      'module/line/x.ts',
      "const { fault } = await import('../../faults/fault.ts')",
      notAllowed('module/line/x.ts', 'faults/fault.ts'),
    ],
    ['module/x.ts', "import '../broker/embedded-broker.ts'", notAllowed('module/x.ts', 'broker/embedded-broker.ts')],
    [
      'module/x.ts',
      "import {\n  a,\n  b,\n} from\n  '../faults/fault.ts'",
      notAllowed('module/x.ts', 'faults/fault.ts'),
    ],
    ['module/x.ts', "const text = '//'; import '../driver/chat.ts'", notAllowed('module/x.ts', 'driver/chat.ts')],
    [
      'module/step.ts',
      "import { dial } from '../io/net/dialer-node.ts'",
      typesAlone('module/step.ts', 'io/net/dialer-node.ts'),
    ],
    ['module/x.ts', "import { type A, b } from '../io/tls/store.ts'", typesAlone('module/x.ts', 'io/tls/store.ts')],
    [
      'module/x.ts',
      "import type { A } from '../io/transports/tcp.ts'",
      notAllowed('module/x.ts', 'io/transports/tcp.ts'),
    ],
    ['mqtt/x.ts', "import { bytesOf } from '../at/syntax/bytes.ts'", notAllowed('mqtt/x.ts', 'at/syntax/bytes.ts')],
    [
      'transcript/x.ts',
      "import { Module } from '../module/public.ts'",
      notAllowed('transcript/x.ts', 'module/public.ts'),
    ],
    [
      'conformance/x.ts',
      "import type { Module } from '../module/public.ts'",
      notAllowed('conformance/x.ts', 'module/public.ts'),
    ],
    ['explain/x.ts', "import { open } from '../driver/web.ts'", notAllowed('explain/x.ts', 'driver/web.ts')],
    ['driver/x.ts', "import { explain } from '../explain/public.ts'", notAllowed('driver/x.ts', 'explain/public.ts')],
    ['console/x.ts', "import { serve } from '../control/server.ts'", typesAlone('console/x.ts', 'control/server.ts')],
    ['io/x.ts', "import { cli } from '../cli/main.ts'", notAllowed('io/x.ts', 'cli/main.ts')],
    ['module/x.ts', "import { connect } from 'mqtt'", notListed('module/x.ts', 'mqtt')],
    ['io/x.ts', "import { generate } from 'mqtt-packet'", notListed('io/x.ts', 'mqtt-packet')],
    ['mqtt/x.ts', "import * as v from 'valibot'", notListed('mqtt/x.ts', 'valibot')],
    ['at/x.ts', "import { z } from 'zod/mini'", notListed('at/x.ts', 'zod')],
    ['cli/x.ts', "import * as x509 from '@peculiar/x509/build'", notListed('cli/x.ts', '@peculiar/x509')],
    ['shed/x.ts', "import { a } from '../at/public.ts'", 'shed/ is a folder that the architecture does not have'],
    [
      'io/x.ts',
      "import { until } from '../../test/support/until.ts'",
      'io/x.ts imports ../test/support/until.ts, outside src/',
    ],
    ...['at/testing.ts', 'at/testing/b.ts', 'at/a.test.ts', 'at/syntax/testing-lines.ts'].map(
      (target) =>
        [
          'at/x.ts',
          `import './${target.slice(3)}'`,
          `at/x.ts is no test and imports ${target}, which is for tests`,
        ] as const,
    ),
    ...['b.js', 'b', 'b.mjs', 'b.json'].map(
      (name) =>
        ['at/x.ts', `import './${name}'`, `at/x.ts imports at/${name}, which is no name of a source file`] as const,
    ),
    ['io/x.ts', 'const a = await import(name)', 'io/x.ts imports a path that is computed'],
  ])('%s: %s', (path, text, ...sentences) => {
    expect(brokenBy({ [path]: text }).toSorted()).toEqual(sentences.toSorted())
  })
})

describe('the checker finds outside the shells', () => {
  test.each([
    ['module/x.ts', "import { readFileSync } from 'node:fs'", imports('module/x.ts', 'node:fs')],
    ['faults/x.ts', "import { readFileSync } from 'node:fs'", imports('faults/x.ts', 'node:fs')],
    ['at/x.ts', "import { readFileSync } from 'node:fs'", imports('at/x.ts', 'node:fs')],
    ['at/x.ts', "import { readFile } from 'fs/promises'", imports('at/x.ts', 'fs/promises')],
    ['driver/x.ts', "import type { Socket } from 'node:net'", imports('driver/x.ts', 'node:net')],
    ['mqtt/x.ts', "import { createHash } from 'node:crypto'", imports('mqtt/x.ts', 'node:crypto')],
    ['conformance/x.ts', "import { readFile } from 'node:fs'", imports('conformance/x.ts', 'node:fs')],
    ['fleet/scenario.ts', "import { cpus } from 'node:os'", imports('fleet/scenario.ts', 'node:os')],
    ['at/x.ts', 'const bytes = Buffer.from(text)', uses('at/x.ts', 'Buffer')],
    ['at/x.ts', 'const f = (bytes: Buffer) => bytes', uses('at/x.ts', 'Buffer')],
    ['module/x.ts', 'const now = Date.now()', uses('module/x.ts', 'Date.now')],
    ['module/x.ts', 'const clock = Date.now', uses('module/x.ts', 'Date.now')],
    ['module/x.ts', 'const now = new Date()', uses('module/x.ts', 'new Date()')],
    ['module/x.ts', 'const { now } = Date', uses('module/x.ts', 'Date')],
    ['module/x.ts', 'const { random } = Math', uses('module/x.ts', 'Math')],
    ['module/x.ts', 'setTimeout(run, 1)', uses('module/x.ts', 'setTimeout')],
    ['explain/x.ts', 'globalThis.setInterval(run, 1)', uses('explain/x.ts', 'setInterval')],
    ['explain/x.ts', "globalThis['setInterval'](run, 1)", uses('explain/x.ts', 'setInterval')],
    ['transcript/x.ts', 'const delay = Math.random()', uses('transcript/x.ts', 'Math.random')],
    ['driver/x.ts', 'performance.now()', uses('driver/x.ts', 'performance')],
    ['driver/x.ts', 'const id = crypto.randomUUID()', uses('driver/x.ts', 'crypto.randomUUID')],
    ['module/x.ts', 'const id = crypto.randomUUID()', uses('module/x.ts', 'crypto.randomUUID')],
    ['driver/x.ts', 'crypto.getRandomValues(bytes)', uses('driver/x.ts', 'crypto.getRandomValues')],
    ['driver/x.ts', 'const { randomUUID } = crypto', uses('driver/x.ts', 'randomUUID')],
    ['faults/x.ts', 'const home = process.env.HOME', uses('faults/x.ts', 'process')],
    ['module/x.ts', 'const home = process.env', uses('module/x.ts', 'process')],
    ['module/x.ts', 'const { env } = process', uses('module/x.ts', 'process')],
    ['module/x.ts', 'const t = process.hrtime.bigint()', uses('module/x.ts', 'process')],
    ['module/x.ts', 'const f = ({ hrtime }: Clock) => hrtime()', uses('module/x.ts', 'hrtime')],
    ['terminal/x.ts', "const page = await fetch('http://x')", uses('terminal/x.ts', 'fetch')],
    ['control/operations.ts', 'setImmediate(run)', uses('control/operations.ts', 'setImmediate')],
    ['module/x.ts', 'const { process: p } = globalThis', uses('module/x.ts', 'globalThis')],
    ['module/x.ts', 'const all = globalThis', uses('module/x.ts', 'globalThis')],
    ['module/x.ts', 'run(window)', uses('module/x.ts', 'window')],
    ['module/x.ts', 'const all = self', uses('module/x.ts', 'self')],
    ['module/x.ts', 'const a = globalThis[name]', uses('module/x.ts', 'globalThis')],
    ['module/x.ts', 'globalThis.postMessage(1)', uses('module/x.ts', 'globalThis.postMessage')],
    ['module/x.ts', 'const now = new Date(...[])', uses('module/x.ts', 'new Date()')],
    ['module/x.ts', 'const s = AbortSignal.timeout(5)', uses('module/x.ts', 'AbortSignal.timeout')],
    ['module/x.ts', 'const { timeout } = AbortSignal', uses('module/x.ts', 'AbortSignal')],
    ['module/x.ts', 'const now = new Intl.DateTimeFormat().format()', uses('module/x.ts', 'Intl')],
    ['module/x.ts', 'console.log(1)', uses('module/x.ts', 'console')],
    ['module/x.ts', "const now = new Function('return 1')", uses('module/x.ts', 'Function')],
    ['at/x.ts', 'const here = import.meta.dirname', uses('at/x.ts', 'import.meta.dirname')],
    ['at/x.ts', 'const here = import.meta.filename', uses('at/x.ts', 'import.meta.filename')],
    ['at/x.ts', 'const { dirname } = import.meta', uses('at/x.ts', 'import.meta')],
    ['driver/x.ts', 'new Worker(url)', uses('driver/x.ts', 'Worker')],
    ['driver/x.ts', 'new EventSource(url)', uses('driver/x.ts', 'EventSource')],
    ['driver/x.ts', 'const { port1 } = new MessageChannel()', uses('driver/x.ts', 'MessageChannel')],
    ['driver/x.ts', 'await crypto.subtle.generateKey(a, true, [])', uses('driver/x.ts', 'crypto.subtle.generateKey')],
    ['driver/x.ts', 'await crypto.subtle.digest(a, b)', uses('driver/x.ts', 'crypto.subtle.digest')],
    [
      'driver/certificates/pem-files.ts',
      'await crypto.subtle.generateKey(a, true, [])',
      uses('driver/certificates/pem-files.ts', 'crypto.subtle.generateKey'),
    ],
    ['driver/x.ts', 'const { randomUUID: id } = crypto', uses('driver/x.ts', 'randomUUID')],
    ['driver/x.ts', "crypto['randomUUID']()", uses('driver/x.ts', 'crypto.randomUUID')],
    ['control/profile.ts', "import { readFileSync } from 'node:fs'", imports('control/profile.ts', 'node:fs')],
    ['recording/x.ts', "import { readFileSync } from 'node:fs'", imports('recording/x.ts', 'node:fs')],
    ['console/web/x.ts', 'queueMicrotask(run)', uses('console/web/x.ts', 'queueMicrotask')],
  ])('%s: %s', (path, text, sentence) => {
    expect(brokenBy({ [path]: text })).toEqual([sentence])
  })
})
