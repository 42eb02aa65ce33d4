import { array, assert, asyncProperty, constantFrom, oneof, string, uint8Array } from 'fast-check'
import { expect, test } from 'vitest'
import { textOf } from '../src/at/public.ts'
import { bringOnline, Modem } from '../src/driver/public.ts'
import { virtualClock } from '../src/io/clock-virtual.ts'
import { ScriptedPort } from './support/scripted-port.ts'
import { inVirtualTime } from './support/virtual-time.ts'

const words = [
  '\r\nOK\r\n',
  '\r\nERROR\r\n',
  '\r\n>\r\n',
  '\r\n>',
  '\r\n+CMEE: 1\r\n\r\nOK\r\n',
  '\r\n+CPIN: READY\r\n\r\nOK\r\n',
  '\r\n+CEREG: 0,1\r\n\r\nOK\r\n',
  '\r\n+CME ERROR: 4294967296\r\n',
  '\r\n+CMQTTCONNECT: 0,0\r\n',
  '\r\nOK\r\n\r\n+CMQTTSUB: 0,0\r\n',
  '\r\nOK\r\n\r\n+CMQTTPUB: 0,999\r\n',
  '\r\n+CMQTTRXSTART: 0,1024,4294967295\r\n',
  '\r\n+CMQTTRXSTART: 0,3,10240\r\n+CMQTTRXTOPIC: 0,3\r\n',
  '\r\n+CMQTTRXPAYLOAD: 0,65536\r\n',
  '+CMQTTRXEND: 0\r\n',
  '\r\nQCRDY\r\n',
  'x'.repeat(9000),
]
const said = oneof(
  { weight: 4, arbitrary: constantFrom(...words) },
  { weight: 1, arbitrary: string() },
  {
    weight: 1,
    arbitrary: uint8Array({ maxLength: 50 }).map((bytes) => textOf(bytes)),
  },
)

/** Everything a program would do, one after the other, whatever fails. */
async function session(modem: Modem, clock: ReturnType<typeof virtualClock>): Promise<number> {
  const { mqtt } = modem
  const steps: readonly (() => Promise<unknown>)[] = [
    () => bringOnline(modem, clock, { networkTimeout: 10, attempts: 1 }),
    () => mqtt.start(),
    () => mqtt.acquire({ clientIndex: 0, clientId: 'x' }),
    () => mqtt.connect({ clientIndex: 0, serverAddress: 'tcp://host', keepaliveTime: 60, cleanSession: 1 }),
    () => mqtt.subscribe({ clientIndex: 0, qos: 1 }, 'a/b'),
    () => mqtt.topic({ clientIndex: 0 }, 'a/b'),
    () => mqtt.payload({ clientIndex: 0 }, 'hello'),
    () => mqtt.publish({ clientIndex: 0, qos: 1, pubTimeout: 60 }),
    () => modem.info(),
  ]
  let settled = 0
  for (const step of steps)
    settled += await step().then(
      () => 1,
      (error: unknown) => (error instanceof Error ? 1 : 0),
    )
  return settled
}

test('a hostile module: every promise settles, within an hour of its time, and nothing is left over', async () => {
  await assert(
    asyncProperty(array(said, { minLength: 1, maxLength: 20 }), async (script) => {
      const clock = virtualClock()
      let n = 0
      const port = new ScriptedPort(() => script[n++ % script.length]!)
      const modem = new Modem({ port, clock })
      expect(await inVirtualTime(clock, session(modem, clock), 2000)).toBe(9)
      expect(clock.now()).toBeLessThan(3_600_000)
      expect(modem.chat.closed).toBe(false)
      await modem.close()
      expect(clock.pending()).toBe(0)
    }),
    { numRuns: 80 },
  )
})
