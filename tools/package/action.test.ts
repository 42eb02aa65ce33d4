import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { parse } from 'yaml'
import { archive } from './installed.ts'

interface Step {
  readonly name: string
  readonly if?: string
  readonly run?: string
  readonly env?: Readonly<Record<string, string>>
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>
  readonly outputs: Readonly<Record<string, { readonly value: string }>>
  readonly runs: { readonly steps: readonly Step[] }
}

const action: Action = parse(readFileSync(join(import.meta.dirname, '..', '..', 'action.yml'), 'utf8'))

let temp: string
beforeEach(() => {
  temp = mkdtempSync(join(tmpdir(), 'atmqtt-action-'))
  for (const name of ['output', 'env']) writeFileSync(join(temp, name), '')
})
afterEach(() => rmSync(temp, { recursive: true, force: true, maxRetries: 5 }))

const pairsIn = (name: string): Record<string, string> =>
  Object.fromEntries(
    readFileSync(join(temp, name), 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )

/** The shell steps of the action in their order, as a runner takes them; what each ended with. */
function runSteps(given: Readonly<Record<string, string>>): Readonly<Record<string, number | null>> {
  const inputs = {
    ...Object.fromEntries(Object.entries(action.inputs).map(([name, { default: value }]) => [name, value])),
    ...given,
  }
  const ended: Record<string, number | null> = {}
  for (const { name, run, if: condition, env = {} } of action.runs.steps) {
    const failed = Object.values(ended).some((code) => code !== 0)
    if (run === undefined || (failed && !condition?.includes('always()'))) continue
    const values = Object.entries(env).map(([key, value]) => {
      return [key, value.replace(/\$\{\{ inputs\.(\w+) \}\}/g, (_, input: string) => inputs[input] ?? '')]
    })
    const files = { RUNNER_TEMP: temp, GITHUB_OUTPUT: join(temp, 'output'), GITHUB_ENV: join(temp, 'env') }
    const result = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', run], {
      cwd: temp,
      env: { ...process.env, ...files, ...pairsIn('env'), ...Object.fromEntries(values) },
      encoding: 'utf8',
    })
    ended[name] = result.status
  }
  return ended
}

const isRunning = (pid: number): boolean => spawnSync('kill', ['-0', `${pid}`]).status === 0
const pid = (): number => Number(readFileSync(join(temp, 'atmqtt', 'module.pid'), 'utf8'))

test('the commands find a module; its addresses are outputs; it ends with them', () => {
  const run =
    'test -e "$ATMQTT_PTY"\nprintf "%s\\n" "$ATMQTT_TCP" "$ATMQTT_BROKER" > seen.txt\nnpx --prefix atmqtt atmqtt ctl network down'
  expect(runSteps({ package: archive, run })).toEqual({ Install: 0, Start: 0, Run: 0, Stop: 0 })
  const outputs = pairsIn('output')
  expect(Object.keys(outputs).sort()).toEqual(Object.keys(action.outputs).sort())
  for (const [name, { value }] of Object.entries(action.outputs))
    expect(value).toBe(`\${{ steps.start.outputs.${name} }}`)
  expect(readFileSync(join(temp, 'seen.txt'), 'utf8')).toBe(`${outputs.tcp}\n${outputs.broker}\n`)
  expect(isRunning(pid())).toBe(false)
})

test('commands that fail fail the job; the trace is there to be uploaded', () => {
  const run = 'printf "AT\\r" > "$ATMQTT_PTY"\nuntil grep -q AT "$RUNNER_TEMP/atmqtt/trace.txt"; do :; done\nexit 3'
  expect(runSteps({ package: archive, run })).toEqual({ Install: 0, Start: 0, Run: 3, Stop: 0 })
  expect(existsSync(pairsIn('output').trace!)).toBe(true)
})

test('a module that does not start says why', () => {
  const { Start, ...rest } = runSteps({ package: archive, options: '--tcp nowhere', run: 'true' })
  expect([Start, rest]).toEqual([1, { Install: 0, Stop: 0 }])
  expect(readFileSync(join(temp, 'atmqtt', 'module.log'), 'utf8')).toContain('--tcp nowhere')
})
