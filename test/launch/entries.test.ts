import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { requireBuild, root } from '../support/cli.ts'

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { exports: Record<string, object> }
const entries = Object.keys(manifest.exports)
  // Vitest itself can't be required, and can be imported within a run of it alone.
  .filter((path) => path !== './package.json' && path !== './testing/vitest')
  .map((path) => path.replace('.', 'atmqtt'))

beforeAll(requireBuild)

/** Runs a program in the package's own folder, where `atmqtt` is the built package. */
const run = (...args: readonly string[]) => spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' })

test('the package has an entry of its own', () => {
  expect(entries).toContain('atmqtt')
})

describe('no entry waits at its top level: CommonJS can require it', () => {
  test.each(entries)('%s', (entry) => {
    const { stdout, stderr } = run('-e', `console.log(Object.keys(require('${entry}')).length > 0)`)
    expect([stdout, stderr.replace(/^.*ExperimentalWarning.*\n.*\n/m, '')]).toEqual(['true\n', ''])
  })

  test('a module starts from CommonJS', () => {
    const program = `require('atmqtt').startModule({ tcp: true }).then((m) => { console.log(m.tcp); return m.close() })`
    expect(run('-e', program).stdout).toMatch(/^127\.0\.0\.1:\d+\n$/)
  })

  test('a program that forgets to close ends all the same when it is told to', () => {
    const program = `import { startModule } from 'atmqtt'; await startModule({ tcp: true, broker: true }); process.exit(0)`
    expect(run('--input-type=module', '-e', program).status).toBe(0)
  })
})

test('standard input and output are a line; inputEnded tells when all that was typed is answered', () => {
  const program = `import { startModule } from 'atmqtt'
const module = await startModule({ stdio: true })
await module.inputEnded
await module.close()`
  const input = 'ATE0\rAT+CMQTTSTART\r'
  const options = { cwd: root, encoding: 'utf8', input } as const
  const { status, stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program], options)
  expect([status, stdout]).toEqual([0, 'ATE0\r\r\nOK\r\n\r\nOK\r\n\r\n+CMQTTSTART: 0\r\n'])
})

describe('types', () => {
  const consumer = join(root, 'test/launch/.consumer.mts')
  beforeAll(() =>
    writeFileSync(
      consumer,
      `import { startModule, type RunningModule } from 'atmqtt'
import { createRig } from 'atmqtt/testing'
import { test as rigTest } from 'atmqtt/testing/vitest'
const module: RunningModule = await startModule({ tcp: true, profile: 'a76xx', timing: 'real' })
const tcp: string | undefined = module.tcp
const rig = await createRig()
const topics: string[] = rig.broker.received.map(({ topic }) => topic)
const real = await createRig({ broker: 'mqtt://127.0.0.1' })
// @ts-expect-error a real broker has an address alone
real.broker.received
rigTest('types', async ({ rig: { broker } }) => broker.publish('t', topics.join()))
for await (const event of module.events()) if (event.event === 'line') console.log(event.bytes, tcp)
// @ts-expect-error no such profile option
await startModule({ brokr: true })
`,
    ),
  )
  afterAll(() => rmSync(consumer))

  test.each<[string, ts.ModuleKind, ts.ModuleResolutionKind]>([
    ['nodenext', ts.ModuleKind.NodeNext, ts.ModuleResolutionKind.NodeNext],
    ['node16', ts.ModuleKind.Node16, ts.ModuleResolutionKind.Node16],
    ['bundler', ts.ModuleKind.ESNext, ts.ModuleResolutionKind.Bundler],
  ])('%s', (_, module, moduleResolution) => {
    const target = ts.ScriptTarget.ES2022
    const options = {
      module,
      moduleResolution,
      target,
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      types: ['node'],
    }
    const program = ts.createProgram([consumer], options)
    const flaws = ts
      .getPreEmitDiagnostics(program)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '))
    expect(flaws).toEqual([])
  })
})
