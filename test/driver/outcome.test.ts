import { expect, test } from 'vitest'
import { adviceText } from '../../src/at/advice.ts'
import { type MqttError, mayHaveBeenDone } from '../../src/driver/commands/errors.ts'
import { Modem } from '../../src/driver/commands/modem.ts'
import { rules } from '../../src/explain/rules/rules.ts'
import { virtualClock } from '../../src/io/runtime/clock-virtual.ts'
import { replies, ScriptedPort } from '../support/driver/scripted-port.ts'
import { inVirtualTime } from '../support/virtual-time.ts'

const publish = (modem: Modem) => modem.mqtt.publish({ clientIndex: 0, qos: 1, pubTimeout: 60 })

/** How a PUB ends that the module answers like this, and how much later. */
async function published(answer: string, meanwhile?: (port: ScriptedPort) => void) {
  const clock = virtualClock()
  const port = new ScriptedPort((text) => (text.startsWith('AT+CMQTTPUB') ? answer : replies({})(text)))
  const modem = new Modem({ port, clock })
  clock.after(1000, () => meanwhile?.(port))
  const error: unknown = await inVirtualTime(clock, publish(modem)).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  return { error, seconds: clock.now() / 1000 }
}

test('a publish that was acknowledged', async () => {
  expect((await published('\r\nOK\r\n\r\n+CMQTTPUB: 0,0\r\n')).error).toBeUndefined()
})

test.each([
  ['refused', '\r\n+CMQTTPUB: 0,11\r\n\r\nERROR\r\n', { name: 'MqttError', code: 11, accepted: false }],
  [
    'refused with a code that is a time-out elsewhere',
    '\r\n+CMQTTPUB: 0,17\r\n\r\nERROR\r\n',
    { code: 17, accepted: false },
  ],
  ['a bare ERROR', '\r\nERROR\r\n', { name: 'RefusedError' }],
  ['a result that says so', '\r\nOK\r\n\r\n+CMQTTPUB: 0,1\r\n', { name: 'MqttError', code: 1, accepted: true }],
  ['+CME ERROR', '\r\n+CME ERROR: 30\r\n', { name: 'CmeError', code: 30, meaning: 'no nw service' }],
  ['+CME ERROR in words', '\r\n+CME ERROR: no nw service\r\n', { name: 'CmeError', code: 30 }],
])('a publish that has failed: %s', async (_, answer, like) => {
  const { error } = await published(answer)
  expect(error).toMatchObject(like)
  expect(mayHaveBeenDone(error)).toBe(false)
})

test.each<[string, string, object, ((port: ScriptedPort) => void)?]>([
  ['no acknowledgement in time', '\r\nOK\r\n\r\n+CMQTTPUB: 0,17\r\n', { code: 17, accepted: true }],
  ['the connection ended first', '\r\nOK\r\n\r\n+CMQTTPUB: 0,6\r\n', { code: 6, accepted: true }],
  ['no answer', '', { name: 'UnknownOutcomeError', missing: 'final' }],
  ['no result', '\r\nOK\r\n', { name: 'UnknownOutcomeError', missing: 'result' }],
  ['the port went away', '\r\nOK\r\n', { missing: 'closed' }, (port) => port.unplug()],
])('a publish whose outcome is not known: %s', async (_, answer, like, meanwhile) => {
  const { error, seconds } = await published(answer, meanwhile)
  expect(error).toMatchObject(like)
  expect(mayHaveBeenDone(error)).toBe(true)
  expect(seconds).toBeLessThan(100)
})

test.each([
  ['\r\n+CMQTTPUB: 0,11\r\n\r\nERROR\r\n', ['err-11'], adviceText('+CMQTTPUB', 11, 'sim767x')],
  ['\r\nERROR\r\n', ['args'], adviceText('+CMQTTPUB', 'ERROR', 'sim767x')],
  ['\r\n+CME ERROR: 10\r\n', ['sim-absent', 'cme-error'], undefined],
])('an error carries the ids of causes and the advice of the one table: %j', async (answer, causes, advice) => {
  const { error } = await published(answer)
  expect(error).toMatchObject({ causes: expect.arrayContaining(causes), ...(advice && { advice }) })
  for (const id of (error as MqttError).causes) expect(rules.some((rule) => rule.id === id)).toBe(true)
})

test('a publish that was never sent has failed', async () => {
  const modem = new Modem({ port: new ScriptedPort(), clock: virtualClock() })
  await modem.close()
  const error = await publish(modem).catch((reason: unknown) => reason)
  expect(error).toMatchObject({ name: 'PortClosedError', command: 'AT+CMQTTPUB' })
  expect(mayHaveBeenDone(error)).toBe(false)
})

test('a result that comes late is told, by command and client', async () => {
  const clock = virtualClock()
  const port = new ScriptedPort((text) => (text.startsWith('AT+CMQTTPUB') ? '\r\nOK\r\n' : replies({})(text)))
  const modem = new Modem({ port, clock })
  const late: unknown[] = []
  modem.chat.on('late', (...what) => late.push(what))
  await inVirtualTime(clock, publish(modem)).catch(() => {})
  port.say('\r\n+CMQTTPUB: 0,0\r\n')
  expect(late).toEqual([['+CMQTTPUB', 0, 0]])
})

test('a command that the module would refuse as busy waits; the other client does not', async () => {
  const clock = virtualClock()
  const port = new ScriptedPort(() => '\r\nOK\r\n')
  const modem = new Modem({ port, clock })
  const first = publish(modem)
  const second = publish(modem)
  const other = modem.mqtt.publish({ clientIndex: 1, qos: 0, pubTimeout: 60 })
  const raw = modem.command('AT+CSQ')
  await raw
  expect(port.sent).toEqual(['AT+CMQTTPUB=0,1,60\r', 'AT+CMQTTPUB=1,0,60\r', 'AT+CSQ\r'])
  port.say('\r\n+CMQTTPUB: 1,0\r\n')
  await other
  port.say('\r\n+CMQTTPUB: 0,0\r\n')
  await first
  await inVirtualTime(clock, Promise.race([second, new Promise<void>((resolve) => void clock.after(100, resolve))]))
  expect(port.sent.at(-1)).toBe('AT+CMQTTPUB=0,1,60\r')
  expect(port.sent).toHaveLength(4)
  port.say('\r\n+CMQTTPUB: 0,0\r\n')
  await second
})
