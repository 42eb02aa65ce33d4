import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { endAll, requireBuild, run, runHere, start } from '../support/cli.ts'
import { until } from '../support/until.ts'

let folder: string
beforeAll(() => {
  requireBuild()
  folder = mkdtempSync(join(tmpdir(), 'fleet-'))
})
afterEach(endAll)
afterAll(() => rmSync(folder, { recursive: true }))

function scenario(name: string, expectations: string, steady = '1s'): string {
  const file = join(folder, name)
  writeFileSync(
    file,
    `groups: [{name: a, count: 10}]
phases:
  - {name: ramp, duration: 500ms, do: [{verify: {}}, {connect: {}}]}
  - {name: steady, duration: ${steady}, do: [{publish: {every: 200ms}}]}
expect: ${expectations}
`,
  )
  return file
}

test('two processes; expectations met is 0, one missed is 1; the report tells all', async () => {
  const [json, xml, other] = [join(folder, 'a.json'), join(folder, 'a.xml'), join(folder, 'b.json')]
  const met = scenario('met.yaml', '[received.lost == 0, connected.up == modules]')
  const missed = scenario('missed.yaml', '[connected.up > modules]')
  const ended = await Promise.all([
    run(['fleet', 'run', met, '--shards', '2', '--json', json, '--junit', xml]),
    run(['fleet', 'run', missed, '--modules', '4', '--seed', '7', '--duration', '1s', '--json', other]),
  ])
  expect(ended.map(({ code }) => code)).toEqual([0, 1])
  const report = JSON.parse(readFileSync(json, 'utf8'))
  expect(report).toMatchObject({ modules: 10, connected: { up: 10, refused: {} }, received: { lost: 0, doubled: 0 } })
  expect(report.publish.acked).toBe(report.publish.intended)
  expect(readFileSync(xml, 'utf8')).toContain('<testcase')
  expect(JSON.parse(readFileSync(other, 'utf8'))).toMatchObject({ modules: 4, run: { seed: 7, plannedMs: 1000 } })
})

test('Ctrl-C ends a run in order, and it reports what was', async () => {
  const json = join(folder, 'stopped.json')
  const cli = start(['fleet', 'run', scenario('long.yaml', '[received.lost == 0]', '10m'), '--json', json])
  await until(() => / 10 connected/.test(cli.out() + cli.err()) || undefined, 'connections', 15_000)
  cli.child.kill('SIGINT')
  expect(await cli.ended).toBe(0)
  expect(JSON.parse(readFileSync(json, 'utf8'))).toMatchObject({ connected: { up: 10 }, received: { lost: 0 } })
})

test('a server beyond this machine has to be named; commands of a scenario have to be allowed', async () => {
  const file = scenario('target.yaml', '[received.lost == 0]')
  expect(await runHere(['fleet', 'run', file, '--broker', 'mqtt://192.0.2.1'])).toMatchObject({
    code: 2,
    err: expect.stringContaining('say so with --target 192.0.2.1'),
  })
  const commands = readFileSync(file, 'utf8').replace(
    '{verify: {}}',
    '{verify: {}}], storm: [{brokerRestart: {down: 1s, stop: "false", start: "true"}}], do: [',
  )
  writeFileSync(file, commands.replace('do: [{verify: {}}], storm', 'storm').replace('do: [, ', 'do: ['))
  expect(await runHere(['fleet', 'run', file])).toMatchObject({
    code: 2,
    err: expect.stringContaining('--allow-commands'),
  })
})

test('a certificate file that is not there is 3', async () => {
  const file = scenario('tls.yaml', '[received.lost == 0]')
  writeFileSync(file, readFileSync(file, 'utf8').replace('count: 10', 'count: 10, tls: {ca: /nowhere/ca.pem}'))
  expect(await run(['fleet', 'run', file])).toMatchObject({ code: 3, err: expect.stringContaining('/nowhere/ca.pem') })
})
