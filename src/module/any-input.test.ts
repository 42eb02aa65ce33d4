import fc from 'fast-check'
import { expect, test } from 'vitest'
import { throughJson } from '../../test/support/frozen.ts'
import { word, writePacket, writePublish } from '../../test/support/mqtt-bytes.ts'
import { broker, PureModule, realModule } from '../../test/support/pure-module.ts'
import { type Profile, profiles } from '../at/public.ts'
import { type Input, initialState, step, type TimingMode } from './public.ts'

/** One thing that happens to a module, of every kind that there is. */
type Happening = (m: PureModule) => void

const lines = [
  '+CMQTTSTART',
  '+CMQTTSTOP',
  '+CMQTTACCQ=0,"a"',
  '+CMQTTACCQ=1,"b"',
  '+CMQTTREL=0',
  '+CMQTTCONNECT=0,"tcp://a.bc",60,0',
  '+CMQTTCONNECT=1,"tcp://a.bc",60,1',
  '+CMQTTTOPIC=0,1',
  '+CMQTTPUB=0,0,60',
  '+CMQTTPUB=0,1,60',
  '+CMQTTPUB=0,2,180',
  '+CMQTTSUB=0,1,1',
  '+CMQTTSUB=1,1,1',
  '+CMQTTUNSUB=0,1,0',
  '+CMQTTSUB=0;+CMQTTPUB=0,0,60;+CMQTTDISC=0',
  '+CMQTTDISC=0,60',
  '+CMQTTDISC=1,0',
  '+CGACT=0,1',
  '+CMQTTSUBTOPIC=0,1,1',
  '+CMQTTUNSUBTOPIC=0,1',
  '+CMQTTSUB=0',
  '+CMQTTUNSUB=0',
  '+CMQTTCFG="argtopic",0,1,1',
  '+CMQTTSUB=0,"t",1',
  '+CMQTTPUB=0,"t",1,1',
  '+CMQTTSTART=2',
  '+CMQTTCFG="scid",1,3',
  '+CNSMOD=1;+CSQ;+CNOTHING',
  '+CGATT=0',
  '+CGATT=1',
  '+COPS=2',
  '+COPS=0',
  '+CFUN=4',
  '+CFUN=1',
  '+CFUN=0',
  '+CRESET',
  '+NETOPEN',
  '+CLCK="SC",1,"1234"',
  '+CPIN=1234',
]
const packets = [
  broker.connack(),
  broker.connack(4),
  ...[1, 2, 3].flatMap((id) => [broker.puback(id), broker.pubrec(id), broker.pubcomp(id), broker.pubrel(id)]),
  ...[1, 2, 3].flatMap((id) => [broker.suback(id), broker.suback(id, 0x80), broker.unsuback(id)]),
  writePacket(0x90, word(1), 0, 0x80),
  broker.pingresp(),
  ...[0, 1, 2].map((qos) => writePublish({ topic: Buffer.from('t'), payload: Buffer.from('pp'), qos, packetId: 7 })),
  Buffer.of(0xf0, 0),
  Buffer.of(0x30),
]

const line = fc.constantFrom(1, 2)
const near = fc.nat(2)
/** One of the connections dialled last; they may have ended. */
const connectionOf = (m: PureModule, back: number) => m.dialled.at(-1 - back)?.connection ?? 99
const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.tuple(fc.constantFrom(...lines), line).map(
      ([text, id]): Happening =>
        (m) =>
          void m.input(bytes(id, `AT${text}\r`)),
    ),
  },
  {
    weight: 5,
    arbitrary: fc.tuple(fc.constantFrom('t', 'tt', '\r', 'AT\r'), line).map(
      ([text, id]): Happening =>
        (m) =>
          void m.input(bytes(id, text)),
    ),
  },
  {
    weight: 8,
    arbitrary: fc.tuple(fc.constantFrom(...packets), near).map(
      ([packet, back]): Happening =>
        (m) =>
          void m.receives(packet, connectionOf(m, back)),
    ),
  },
  {
    weight: 4,
    arbitrary: near.map(
      (back): Happening =>
        (m) =>
          void m.opened(connectionOf(m, back)).receives(broker.connack(), connectionOf(m, back)),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.boolean(), near).map(
      ([on, back]): Happening =>
        (m) =>
          void m.congested(on, connectionOf(m, back)),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom('closed', 'reset'), near).map(
      ([how, back]): Happening =>
        (m) =>
          void m.ended(how, connectionOf(m, back)),
    ),
  },
  {
    weight: 1,
    arbitrary: near.map(
      (back): Happening =>
        (m) =>
          void m.input({ type: 'failed', connection: connectionOf(m, back), reason: 'dns', detail: '' }),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(1, 20_000, 60_000, 120_000).map(
      (ms): Happening =>
        (m) =>
          void m.advance(ms),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('up', 'down', 'silent').map(
      (coverage): Happening =>
        (m) =>
          void m.input({ type: 'network', coverage }),
    ),
  },
)

/** Things of the whole device that come with a result each, if any is due: no power cuts. */
const deviceHappening: fc.Arbitrary<Happening> = fc.oneof(
  fc.constantFrom('insert', 'remove', 'busy', 'idle').map(
    (action): Happening =>
      (m) =>
        void m.input({ type: 'sim', action }),
  ),
  fc.constantFrom('home', 'roaming', 'denied').map(
    (admits): Happening =>
      (m) =>
        void m.input({ type: 'radio', change: { admits } }),
  ),
)

const anything = fc.oneof({ weight: 12, arbitrary: happening }, { weight: 1, arbitrary: deviceHappening })

const bytes = (id: number, text: string) => ({ type: 'bytes', line: id, bytes: Buffer.from(text, 'latin1') }) as const
const count = (text: string, what: RegExp) => (text.match(what) ?? []).length

/** With everything that a profile can have. */
const all: Profile = {
  ...profiles.a76xx!,
  mqtt: { ...profiles.a76xx!.mqtt, contexts: 15 },
  replies: { 'AT+CNSMOD=*': ['+CNSMOD: 1', 'OK', { afterMs: 500, urc: '+LATER' }] },
}

function ready(profile: Profile, timing: TimingMode): PureModule {
  const m = (timing === 'real' ? realModule({ profile }) : new PureModule({ profile })).advance(30_000).attach(2)
  m.type('ATE0\r')
  m.advance(1000)
  m.got(2)
  m.at('+CMQTTSTART')
  m.at('+CMQTTACCQ=0,"a"')
  if (timing === 'real') m.advance(5000)
  m.got()
  return m
}

/** The end of everything: prompts time out, the network goes. */
const settle = (m: PureModule) => m.advance(500_000).input({ type: 'network', coverage: 'down' }).advance(500_000)

test.each([
  ['sim767x', 'instant', profiles.sim767x!, 2000],
  ['all of a76xx', 'instant', all, 2000],
  ['sim767x', 'real', profiles.sim767x!, 500],
  ['all of a76xx', 'real', all, 500],
] as const)(
  '%s, timing %s: whatever happens, nothing throws, and nothing is answered twice or never',
  (_, timing, profile, numRuns) => {
    fc.assert(
      fc.property(fc.array(anything, { maxLength: 40 }), fc.nat(2), (happenings, phase) => {
        const m = ready(profile, timing)
        const other = ready(profile, timing)
        for (const [i, happens] of happenings.entries()) {
          happens(m)
          happens(other)
          if (i % 3 === phase) other.state = throughJson(other.state)
        }
        for (const one of [m, other]) settle(one)
        const out = m.got(1) + m.got(2)
        expect(other.got(1) + other.got(2)).toBe(out)
        const refusedConnects = count(out, /\+CMQTTCONNECT: \d,(12|13|14|19|20)\r\n\r\nERROR/g)
        expect(count(out, /\+CMQTTCONNECT: \d,\d+/g) - refusedConnects).toBe(m.dialled.length)
        expect(count(out, /\+CMQTTRXSTART/g)).toBe(count(out, /\+CMQTTRXEND/g))
        for (const { mode, held, heldBytes } of m.state.lines)
          expect([mode.kind, held.length, heldBytes]).toEqual(['command', 0, 0])
        for (const id of [1, 2]) {
          m.input(bytes(id, '\rAT\r')).advance(100)
          expect(m.got(id).endsWith('\r\nOK\r\n')).toBe(true)
        }
      }),
      { numRuns },
    )
  },
)

test.each([
  ['sim767x', 'instant', profiles.sim767x!],
  ['all of a76xx', 'real', all],
] as const)('%s, timing %s: whatever has happened, a fresh module is as one that starts now', (_, timing, profile) => {
  fc.assert(
    fc.property(fc.array(anything, { maxLength: 40 }), (happenings) => {
      const m = ready(profile, timing)
      m.at('&W;+CGDCONT=2,"IP","other"')
      for (const happens of happenings) happens(m)
      m.input({ type: 'fresh' })
      const { nextConnection } = m.state.service
      const begun = initialState(m.config, m.now)
      const inputs: readonly Input[] = [1, 2].flatMap((id) => [
        { type: 'attach', line: id, name: `line ${id}` },
        { type: 'host', line: id, present: true },
      ])
      const anew = inputs.reduce((state, input) => step(m.config, state, input, m.now).state, begun)
      expect(m.state).toEqual({ ...anew, service: { ...anew.service, nextConnection } })
    }),
    { numRuns: 300 },
  )
})
