import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { profiles } from '../../src/at/public.ts'
import { chooseProfile } from '../../src/launch/profile-choice.ts'
import { UsageError } from '../../src/launch/usage-error.ts'
import { loadProfile } from '../../src/profile-file/public.ts'
import { endAll, runHere, start } from '../support/cli.ts'
import { until } from '../support/until.ts'

const folder = mkdtempSync(join(tmpdir(), 'atmqtt-profiles-'))
afterAll(() => rmSync(folder, { recursive: true }))
afterEach(endAll)

let files = 0
function file(content: unknown, name = `profile${files++}.json`): string {
  const path = join(folder, name)
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

describe('atmqtt profiles', () => {
  test('a byte order mark is skipped', async () => {
    const { code, out } = await runHere(['profiles', file('\ufeff{"extends":"sim767x"}')])
    expect([code, out.includes('identity.model')]).toEqual([0, true])
  })

  test('lists the profiles; NAME shows every value with its meaning', async () => {
    const list = await runHere(['profiles'])
    expect(list).toMatchObject({ code: 0, err: '' })
    expect(list.out.split('\n').map((line) => line.split(/\s/)[0])).toEqual([...Object.keys(profiles), ''])
    const page = await runHere(['profiles', 'a76xx'])
    expect(page).toMatchObject({ code: 0, err: '' })
    expect(page.out).toMatch(/^mqtt\.pubTimeout +\[1,180\] +pub_timeout of AT\+CMQTTPUB, seconds$/m)
    expect(page.out).toMatch(/^prompt +"\\r\\n>" +what opens a prompt$/m)
  })

  test('--json prints what --profile accepts: saved, edited, shown again', async () => {
    const { out } = await runHere(['profiles', 'sim7600', '--json'])
    expect(loadProfile(JSON.parse(out))).toEqual(profiles.sim7600)
    const edited = file({ ...JSON.parse(out), name: 'ours', replies: { 'AT+CNSMOD=1': ['OK'] } })
    const again = await runHere(['profiles', edited, '--json'])
    expect(loadProfile(JSON.parse(again.out))).toEqual({
      ...profiles.sim7600,
      name: 'ours',
      replies: { 'AT+CNSMOD=1': ['OK'] },
    })
  })
})

test("a module with a user's profile: values, replies, the warning for commands that neither profile knows", async () => {
  const path = file(
    {
      extends: 'sim767x',
      identity: { model: 'SIM7652E' },
      replies: { 'AT+CNMP=2': ['OK'], 'AT+CGNSSPWR=*': ['OK', { afterMs: 20, urc: '+CGNSSPWR: READY!' }] },
    },
    'my board.json',
  )
  const cli = start(['module', '--stdio', '--no-tcp', '--no-pty', '--no-broker', '--profile', path])
  cli.child.stdin.write('ATE0\rAT+CGMM\rAT+CNMP=2\rAT+CGNSSPWR=1\rAT+CUSD=1\rAT+CUSD?\r')
  await until(() => cli.out().includes('READY!') && cli.out().includes('ERROR\r\n\r\nERROR'), 'replies')
  expect(cli.out().replace('\r\n+CGNSSPWR: READY!\r\n', '')).toBe(
    'ATE0\r\r\nOK\r\n\r\nSIM7652E\r\n\r\nOK\r\n\r\nOK\r\n\r\nOK\r\n\r\nERROR\r\n\r\nERROR\r\n',
  )
  cli.child.stdin.end()
  expect(await cli.ended).toBe(0)
  const warnings = cli
    .err()
    .split('\n')
    .filter((line) => line.includes('AT+CUSD'))
  expect(warnings).toHaveLength(1)
  expect(JSON.parse(warnings[0]!).msg).toContain(
    'AT+CUSD is no command of the profile my-board: it was answered ERROR. To have it answered, ' +
      'put a line into a profile of your own: "replies": { "AT+CUSD=*": ["OK"] }',
  )
})

describe('a profile that can’t be used: exit 2, one line that says why', () => {
  test('through the command line', async () => {
    const path = file({ extends: 'sim767x', mqtt: { pubTimeout: 60 } })
    for (const args of [
      ['module', '--profile', path],
      ['profiles', path],
      ['commands', '--profile', path],
    ]) {
      const { code, out, err } = await runHere(args)
      expect([code, out]).toEqual([2, ''])
      expect(err).toMatch(/^atmqtt: .*"mqtt\.pubTimeout" is 60: it must be two whole numbers .*\.\n$/)
    }
  })

  const messageOf = async (text: string): Promise<string> => {
    try {
      await chooseProfile('--profile', text)
    } catch (error) {
      expect(error).toBeInstanceOf(UsageError)
      return (error as Error).message
    }
    return 'accepted'
  }
  test('an unknown name', async () => {
    const allowed = 'give one of sim767x, sim767x-v106, a76xx, a7670c-v11, sim7600, or a file that ends in .json.'
    for (const name of ['sim800', 'toString', '']) expect(await messageOf(name)).toBe(`--profile ${name}: ${allowed}`)
  })
  test('a file that does not exist, is a folder, or is not JSON', async () => {
    expect(await messageOf('/nowhere/x.json')).toMatch(
      /^--profile \/nowhere\/x\.json can't be read \(ENOENT.*\): .*\.$/,
    )
    expect(await messageOf(file('{"extends":\n"sim767x",}'))).toMatch(/ is no JSON \([^\n]*\): mend it, .*\.$/)
    expect(await messageOf(file(''))).toMatch(/ is no JSON \(/)
    expect(await messageOf(file('1'))).toMatch(/: A profile must be a JSON object/)
  })
  test('valid ones', async () => {
    expect(await messageOf('sim7600')).toBe('accepted')
    expect(await chooseProfile('--profile', file({ extends: 'sim7600' }, 'A b.JSON'))).toEqual({
      profile: { ...profiles.sim7600, name: 'A-b' },
      base: 'sim7600',
    })
  })
})
