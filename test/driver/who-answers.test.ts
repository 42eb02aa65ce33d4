import { expect, test } from 'vitest'
import { whoAnswers } from '../../src/driver/setup/who-answers.ts'
import { virtualClock } from '../../src/io/runtime/clock-virtual.ts'
import { replies, ScriptedPort } from '../support/driver/scripted-port.ts'
import { inVirtualTime } from '../support/virtual-time.ts'

/** What is found out about a port, and what was sent to it. */
async function found(port: ScriptedPort) {
  const clock = virtualClock()
  const speaker = await inVirtualTime(clock, whoAnswers(port, clock))
  expect([port.closed, clock.pending()]).toEqual([true, 0])
  return { speaker, sent: port.sent }
}

test('a module is known by its answers, and asked for its model', async () => {
  const port = new ScriptedPort(replies({ AT: '', 'AT+CGMM': 'SIM7672G-MNGV' }))
  expect(await found(port)).toEqual({
    speaker: { kind: 'module', model: 'SIM7672G-MNGV' },
    sent: ['AT\r', 'AT+CGMM\r'],
  })
})

test('a module that loses the first AT, as one does that finds out the speed', async () => {
  let first = true
  const answer = replies({ AT: '', 'AT+CGMM': '+CGMM: A7670E' })
  const port = new ScriptedPort((text) => {
    const lost = first
    first = false
    return lost ? '' : answer(text)
  })
  expect((await found(port)).speaker).toEqual({ kind: 'module', model: 'A7670E' })
})

test('positions are no module, whenever they come; nothing but AT is sent', async () => {
  const port = new ScriptedPort(() => '$GNGGA,,,,,,0,,,,,,,,*78\r\n')
  expect(await found(port)).toEqual({ speaker: { kind: 'sentences' }, sent: ['AT\r', 'AT\r'] })
})

test('what only echoes, refuses, or says nothing is no module', async () => {
  for (const answer of [(text: string) => text, () => '\r\nERROR\r\n', () => ''])
    expect((await found(new ScriptedPort(answer))).speaker).toEqual({ kind: 'silent' })
})
