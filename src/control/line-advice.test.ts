import { once } from 'node:events'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { afterEach, expect, test } from 'vitest'
import type { AdvisedCause, Adviser } from '../at/adviser.ts'
import { callControl } from './control-client.ts'
import { startControl } from './control-server.ts'
import { LineAdvice } from './line-advice.ts'
import { rig, silentLog } from './testing.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

const cause: AdvisedCause = {
  id: 'refused',
  title: 'A command is refused',
  severity: 'error',
  confidence: 0.9,
  because: 'ERROR came.',
  do: ['Mend it.'],
}

/** Finds a cause in the first ERROR. */
class Attentive implements Adviser {
  readonly heard: string[] = []
  #told = false

  hear(side: 'host' | 'module', text: string): void {
    this.heard.push(`${side} ${text}`)
  }

  news(): readonly AdvisedCause[] {
    const found = this.report().findings
    const fresh = this.#told ? [] : found
    this.#told = found.length > 0
    return fresh
  }

  report() {
    return { findings: this.heard.some((text) => text.includes('ERROR')) ? [cause] : [] }
  }
}

async function advised() {
  const made = rig()
  const advisers = new Map<string, Attentive>()
  const newAdviser = (line: string): Adviser => {
    const adviser = new Attentive()
    advisers.set(line, adviser)
    return adviser
  }
  const advice = new LineAdvice(made.module, { clock: made.clock, newAdviser })
  const options = { host: '127.0.0.1', port: 0, module: made.module, clock: made.clock, log: silentLog }
  const control = await startControl({ ...options, advice })
  closers.push(() => control.close())
  return { ...made, advisers, advice, control, options }
}

test('an adviser hears both sides of its line, and no secret', async () => {
  const { type, advisers } = await advised()
  type('AT+CPIN="4711"\r')
  expect([...advisers.keys()]).toEqual(['at0'])
  const heard = advisers.get('at0')!.heard.join('')
  expect(heard).toContain('host AT+CPIN=***\r')
  expect(heard).toContain('module ')
  expect(heard).not.toContain('4711')
})

test('the operation explain: what is known of each line', async () => {
  const { type, control } = await advised()
  type('AT\r')
  expect(await callControl(control, { op: 'explain' })).toEqual({
    ok: true,
    lines: [{ line: 'at0', report: { findings: [] } }],
  })
  type('AT+NONSENSE\r')
  expect(await callControl(control, { op: 'explain' })).toEqual({
    ok: true,
    lines: [{ line: 'at0', report: { findings: [cause] } }],
  })
})

test('without an adviser the operation is refused with what to do', async () => {
  const { options } = await advised()
  const control = await startControl(options)
  closers.push(() => control.close())
  expect(await callControl(control, { op: 'explain' })).toEqual({
    ok: false,
    error: 'This module explains nothing: start it with --explain.',
  })
})

test('whoever takes events gets an event "advice" when a cause becomes known, once', async () => {
  const { type, control, clock } = await advised()
  const socket = connect({ host: '127.0.0.1', port: control.port })
  closers.push(() => socket.destroy())
  await once(socket, 'connect')
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]()
  const next = async () => JSON.parse((await lines.next()).value)
  socket.write('{"op":"events"}\n')
  expect(await next()).toEqual({ ok: true })
  type('AT+NONSENSE\rAT+NONSENSE\r')
  socket.write('{"op":"state"}\n')
  const events: Record<string, unknown>[] = []
  for (let got = await next(); got.event !== undefined; got = await next()) events.push(got)
  expect(events.filter(({ event }) => event === 'advice')).toEqual([
    { event: 'advice', ms: clock.now(), line: 'at0', ...cause },
  ])
  expect(events.filter(({ event }) => event === 'line').length).toBeGreaterThan(1)
})

test('whoever leaves is told nothing more', async () => {
  const { type, advice } = await advised()
  const told: string[] = []
  const stop = advice.watch(({ id }) => told.push(id))
  stop()
  type('AT+NONSENSE\r')
  expect(told).toEqual([])
})
