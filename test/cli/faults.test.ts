import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { catalogue } from '../../src/faults/public.ts'
import { endAll, run, runHere, startModule } from '../support/cli.ts'
import { until } from '../support/until.ts'

const folder = mkdtempSync(join(tmpdir(), 'atmqtt-faults-'))
afterEach(endAll)
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, content: string): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

/** Sends to an AT port; gives what came once there are so many bytes. */
async function ask(address: string, text: string, bytes: number): Promise<string> {
  const [host, port] = address.split(':')
  const socket = connect({ host: host!, port: Number(port) })
  let got = ''
  socket.on('data', (chunk) => {
    got += chunk.toString('latin1')
  })
  socket.write(text, 'latin1')
  await until(() => got.length >= bytes, `${bytes} bytes after ${text}`)
  socket.destroy()
  return got
}

describe('atmqtt faults', () => {
  test('lists every fault with its sentence, parameters and reports', async () => {
    const { code, out } = await runHere(['faults'])
    expect(code).toBe(0)
    const lines = out.split('\n').map((line) => line.replace(/ {2,}/, '  '))
    expect(lines).toEqual(expect.arrayContaining(catalogue.map(({ name, title }) => `${name}  ${title}`)))
    expect(out).toContain('(downMs, upMs, announce; report 7)')
    expect(out).toContain('(no parameters; no report known)')
  })

  test('shows one', async () => {
    const { code, out } = await runHere(['faults', 'server-late'])
    expect(code).toBe(0)
    expect(out).toMatch(/^ {2}afterMs {2}whole number, 1\S+600000; default 30000: how late, ms$/m)
    expect(out).toContain('https://github.com/QuickSpot/walter-esp-idf/issues/175')
  })
})

describe('wrong usage is exit 2 and one sentence', () => {
  test.each([
    [['faults', 'rain'], 'There is no fault "rain"'],
    [['module', '--seed', '-1'], '--seed -1'],
    [['module', '--seed', '4294967296'], '--seed 4294967296'],
    [['module', '--faults', '/nonexistent'], "--faults /nonexistent can't be read"],
    [['module', '--faults', file('no.json', '{\n\n')], 'The schedule is no JSON'],
    [
      ['module', '--faults', file('bad.json', '{"faults":[{"fault":"rain","at":1}]}')],
      'Entry 1 of the schedule: There',
    ],
    [['ctl', 'fault', 'ok-lost', '{', '--control', '127.0.0.1:1'], 'the parameters are no JSON'],
    [['ctl', 'network', 'down', '{', '--control', '127.0.0.1:1'], 'the parameters are no JSON'],
    [['ctl', 'network', 'down', '[]', '--control', '127.0.0.1:1'], 'is no JSON object of its fields'],
    [['ctl', 'reset', '{"op":"power"}', '--control', '127.0.0.1:1'], 'is no JSON object of its fields'],
    [['ctl', 'reset', 'now', '--control', '127.0.0.1:1'], 'takes no value'],
    [['ctl', 'urc', 'x', '{}', '--control', '127.0.0.1:1'], 'takes no parameters'],
  ])('%j', async (args, part) => {
    const { code, out, err } = await (args[0] === 'module' ? run(args) : runHere(args))
    expect([code, out]).toEqual([2, ''])
    expect(err).toMatch(/^atmqtt: [^\n]+\n$/)
    expect(err).toContain(part)
  })
})

test('--faults and --seed: the same seed makes the same faults', async () => {
  const faults = [{ fault: 'bytes-corrupted', params: { probability: 0.2 }, at: 0 }]
  const path = file('corrupted.json', JSON.stringify({ seed: 1, faults }))
  const heard = await Promise.all(
    [['--seed', '5'], ['--seed', '5'], []].map(async (seed) => {
      const { ready } = await startModule('--faults', path, ...seed)
      expect((ready as unknown as { seed: number }).seed).toBe(seed.length > 0 ? 5 : 1)
      return ask(ready.tcp!, 'ATE0\rATI\rATI\r', 200)
    }),
  )
  expect(heard[0]).toBe(heard[1])
  expect(heard[0]).not.toBe(heard[2])
})

test('ctl starts, lists and ends faults', async () => {
  const { ready } = await startModule('--control', '127.0.0.1:0')
  const ctl = async (...args: string[]) => JSON.parse((await run(['ctl', ...args, '--control', ready.control!])).out)
  expect(await ctl('fault', 'urc-in-response', '{"urc":"RING"}')).toEqual({ ok: true, id: 1 })
  expect(await ask(ready.tcp!, 'AT+CSQ\r', 30)).toContain('\r\n+CSQ: 23,0\r\n\r\nRING\r\n\r\nOK\r\n')
  expect(await ctl('faults')).toMatchObject({ ok: true, faults: [{ id: 1, name: 'urc-in-response' }] })
  expect(await ctl('endFault', '1')).toEqual({ ok: true, ended: 1 })
  expect(await ctl('fault', 'rain')).toMatchObject({ ok: false })
  expect(await ask(ready.tcp!, 'AT+CSQ\r', 27)).toBe('AT+CSQ\r\r\n+CSQ: 23,0\r\n\r\nOK\r\n')
})
