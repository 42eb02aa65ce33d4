import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Content, contents } from '../../src/at/commands/content.ts'
import { type Profile, profiles } from '../../src/at/public.ts'
import { bytesOf, textOf } from '../../src/at/syntax/bytes.ts'
import { EventFeed, openTrace, viewState, watchBytes } from '../../src/control/public.ts'
import type { ConnectionEvents, Dialer } from '../../src/io/net/dialer.ts'
import { virtualClock } from '../../src/io/runtime/clock-virtual.ts'
import { hostedLine } from '../../src/io/testing/memory-host.ts'
import { memoryStore } from '../../src/io/tls/certificate-store.ts'
import { cell } from '../../src/module/cellular/cell.ts'
import { Module } from '../../src/module/public.ts'
import { emptyParser, encode, type Packet, parse } from '../../src/mqtt/public.ts'
import { openCapture } from '../../src/recording/capture-file.ts'
import { Recorder } from '../../src/recording/recorder.ts'
import { silentLog } from '../support/silent-log.ts'

/** What a host sends, and what of it is content. */
interface Sent {
  readonly text: string
  readonly found: readonly string[]
}

/** A position and a subscriber's number, as hardware would give them. */
const fix = ['3113.343286', '12121.234064']
const phone = '+491701234567'
const answers = [`+CGPSINFO: ${fix[0]},N,${fix[1]},E,250311,072809.3,44.1,0.0,0`, 'OK']
const replies = {
  'AT+CGPSINFO': answers,
  'AT+CGNSSINFO': [`+CGNSSINFO: 2,09,05,00,${fix[0]},N,${fix[1]},E,131117,091918.0,32.9,0.0,255.0,1.1,0.8,0.7`, 'OK'],
  'AT+CNUM': [`+CNUM: "","${phone}",145`, 'OK'],
  'AT+CLBS': [`${fix[0]},${fix[1]}`, 'OK'],
}

const value = fc.stringMatching(/^[A-Za-z0-9]{12,16}$/)
/** What stands between the recognisable parts of data. */
const joint = fc.constantFrom(
  '',
  '/',
  '\r\n',
  '"',
  '","',
  '\r',
  '>',
  '\r\nOK\r\n',
  '\r\n+CMQTTRXEND: 0\r\n',
  ';',
  '+',
  '{"a":',
)
const data = fc.tuple(value, joint, value).map(([a, between, b]) => ({ text: `${a}${between}${b}`, found: [a, b] }))
const plain = fc.tuple(value, value).map(([a, b]) => ({ text: `${a}/${b}`, found: [a, b] }))

const prompted = (name: string, behind = '') =>
  (name.includes('TOPIC') || name.includes('SUB') ? plain : data).map(
    ({ text, found }): Sent => ({ text: `AT+${name}=0,${text.length}${behind}\r${text}`, found }),
  )
const withTopic = fc
  .constantFrom(
    'CMQTTSUB=0,#,1',
    'CMQTSUB=0,#,1',
    'CMQTTUNSUB=0,#',
    'CMQTTTOPIC=0,#',
    'CMQTTPUB=0,#,1,3\rabc',
    'CFOO=#',
  )
  .chain((form) => plain.map(({ text, found }): Sent => ({ text: `AT+${form.replace('#', `"${text}"`)}\r`, found })))
/** A host that sends data though the module has refused the command, or waits for less. */
const unasked = fc
  .tuple(fc.constantFrom('AT+CMQTTPAYLOAD=1,20\r', 'AT+CMQTTPAYLOAD=0,4\r', 'AT+CMQTTTOPIC=0,0\r', ''), data)
  .map(([command, { text, found }]): Sent => ({ text: `${command}${text}\r`, found }))
const connect = fc.tuple(value, value).map(
  ([user, client]): Sent => ({
    text: `AT+CMQTTACCQ=0,"${client}",0\rAT+CMQTTCONNECT=0,"tcp://b.example:1883",60,1,"${user}","secret123456"\r`,
    found: [user, client],
  }),
)
const reads = fc
  .constantFrom(
    ...[
      '+CMQTTACCQ?',
      '+CMQTTCONNECT?',
      '+CMQTTSUB?',
      '+CGSN',
      '+GSN',
      '+CIMI',
      '+CICCID',
      '+SIMEI?',
      'I',
      '+SIMCOMATI',
    ],
    ...[
      '+CREG=2;+CGREG=2;+CEREG=2',
      '+CREG?;+CEREG?;+CGREG?',
      '+CPSI?',
      '+CGPADDR',
      '+CGPADDR=1',
      '+CGCONTRDP',
      '+IPADDR',
    ],
    ...['+NETOPEN', '+CGPSINFO', '+CGNSSINFO', '+CNUM', '+CLBS', '+CGDCONT=2,"IP","internet","10.98.76.54";+CGDCONT?'],
    ...['E0', 'E1', '+CFUN=0', '+CFUN=1', '+CMQTTCFG="argtopic",0,1,1', `+CMGS="${phone}"`, `D${phone};`],
  )
  .map((text): Sent => ({ text: `AT${text}\r`, found: ['10.98.76.54'] }))

const session = fc.record({
  profile: fc.constantFrom(...Object.keys(profiles)),
  began: fc.boolean(),
  sent: fc.array(
    fc.oneof(
      { weight: 2, arbitrary: connect },
      {
        weight: 4,
        arbitrary: fc.constantFrom('CMQTTTOPIC', 'CMQTTPAYLOAD', 'CMQTTWILLTOPIC').chain((name) => prompted(name)),
      },
      { weight: 2, arbitrary: fc.constantFrom('CMQTTWILLMSG', 'CMQTTSUB').chain((name) => prompted(name, ',1')) },
      { weight: 1, arbitrary: fc.constant({ text: 'AT+CMQTTPUB=0,1,60\r', found: [] }) },
      { weight: 2, arbitrary: withTopic },
      { weight: 2, arbitrary: unasked },
      { weight: 8, arbitrary: reads },
    ),
    { minLength: 1, maxLength: 12 },
  ),
  received: fc.array(fc.tuple(plain, data), { maxLength: 3 }),
  sizes: fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 20 }),
  urcs: fc.array(fc.boolean(), { minLength: 1, maxLength: 7 }),
})
type Session = typeof session extends fc.Arbitrary<infer T> ? T : never

/** Of the module and the network, whatever is sent. */
const fixed = ({ identity }: Profile): readonly string[] => [
  ...[identity.imei, identity.imsi, identity.iccid.slice(0, 18), ...fix, phone],
  ...[cell.area, cell.identity, `${cell.identityNumber}`, '10.83.214'].filter((text) => text.length > 3),
]

/** Any eight characters in a row. */
const windows = (text: string): readonly string[] =>
  text.length <= 8 ? [text] : Array.from({ length: text.length - 7 }, (_, at) => text.slice(at, at + 8))

test('payloads, topics, identity and location of any session are in nothing that is stored or told, where they are left out', () => {
  const folder = mkdtempSync(join(tmpdir(), 'atmqtt-contents-'))
  try {
    fc.assert(
      fc.property(session, (given) => {
        const places = play(folder, given, contents)
        const sent = given.sent.flatMap(({ found }) => found)
        const came = given.received.flatMap(([topic, payload]) => [...topic.found, ...payload.found])
        const all = [...sent, ...came, ...fixed(profiles[given.profile]!)].flatMap(windows)
        const seen = all.flatMap((text) =>
          Object.entries(places).flatMap(([place, shown]) =>
            shown.includes(text) ? [`${text} in ${place}: ${shown.slice(-4000)}`] : [],
          ),
        )
        expect(seen.slice(0, 1)).toEqual([])
      }),
      { numRuns: Number(process.env.RUNS ?? 300) },
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
}, 3_600_000)

/** All that anybody may see of a session. */
function play(
  folder: string,
  { profile: name, began, sent, received, sizes, urcs }: Session,
  leftOut: readonly Content[],
) {
  const profile = profiles[name]!
  const clock = virtualClock()
  const server: ConnectionEvents[] = []
  const module = new Module({
    profile: { ...profile, replies: { ...profile.replies, ...replies } },
    clock,
    dialer: answering(server),
    log: silentLog,
    certificates: memoryStore(),
  })
  const { moduleEnd, host } = hostedLine()
  module.attach(moduleEnd, 'at0')
  host.open()
  const recorded = { text: '', units: '' }
  const recorder = new Recorder({
    redact: true,
    leftOut,
    write: (text) => {
      recorded.text += text
    },
    onUnit: (_, bytes) => {
      recorded.units += textOf(bytes)
    },
  })
  host.onData((bytes) => recorder.take('module', bytes, clock.now()))
  const told: string[] = []
  new EventFeed(module, clock, leftOut).watch((event) => told.push(JSON.stringify(event)))
  const paths = { trace: join(folder, 'trace'), capture: join(folder, 'capture') }
  rmSync(paths.trace, { force: true })
  const trace = openTrace(paths.trace, module, { clock, profile: 'sim767x', leftOut })
  const capture = openCapture({ path: paths.capture, application: 'test', epochMs: 0, onFailure() {} })
  const captured = { line: '', mqtt: '' }
  watchBytes(
    module,
    {
      line(name, direction, bytes) {
        captured.line += textOf(bytes)
        capture.line(name, direction, bytes, clock.now())
      },
      mqtt(connection, direction, bytes) {
        captured.mqtt += textOf(bytes)
        capture.mqtt(connection, direction, bytes, clock.now())
      },
      ended: (connection, isTold) => capture.ended(connection, isTold, clock.now()),
    },
    leftOut,
  )
  clock.advance(30_000)
  const typed = `${began ? 'AT+CMQTTSTART\r' : ''}${sent.map(({ text }) => text).join('')}`
  let messages = received
  for (let at = 0, i = 0; at < typed.length; i++) {
    const size = sizes[i % sizes.length]!
    const bytes = bytesOf(typed.slice(at, at + size))
    recorder.take('host', bytes, clock.now())
    host.write(bytes)
    at += size
    if (urcs[i % urcs.length]) module.urc(`+CLIP: "${phone}",145`)
    const connection = server.at(-1)
    if (connection && i % 3 === 0) {
      for (const [topic, payload] of messages.slice(0, 1)) send(connection, topic.text, payload.text)
      messages = messages.slice(1)
    }
  }
  const state = JSON.stringify(viewState(module.state(), leftOut))
  clock.advance(600_000)
  trace.close()
  capture.close()
  recorder.finish()
  return {
    events: told.join('\n'),
    trace: readFileSync(paths.trace, 'latin1'),
    pcapng: readFileSync(paths.capture, 'latin1'),
    'pcapng, lines': captured.line,
    'pcapng, MQTT': captured.mqtt,
    state,
    recording: recorded.text,
    'recording, without times': recorded.text.replace(/^@at.*\n/gm, ''),
    'recording as pcapng': recorded.units,
  }
}

function send(server: ConnectionEvents, topic: string, payload: string): void {
  server.data(
    encode({
      type: 'publish',
      topic: bytesOf(topic),
      payload: bytesOf(payload),
      qos: 0,
      packetId: 0,
      retain: false,
      dup: false,
    }),
  )
}

/** A server that accepts everything. */
const answering = (server: ConnectionEvents[]): Dialer => ({
  dial(_, events) {
    server.push(events)
    let parser = emptyParser
    events.connected()
    return {
      write(bytes) {
        const parsed = parse(parser, bytes, { version: 4, maxPacketBytes: 1 << 20 })
        parser = parsed.parser
        for (const packet of parsed.packets) answer(events, packet)
        return true
      },
      pause() {},
      resume() {},
      close() {},
      destroy() {},
    }
  },
})

function answer(server: ConnectionEvents, packet: Packet): void {
  if (packet.type === 'connect') server.data(encode({ type: 'connack', sessionPresent: false, returnCode: 0 }))
  if (packet.type === 'publish' && packet.qos === 1) server.data(encode({ type: 'puback', packetId: packet.packetId }))
  if (packet.type === 'subscribe')
    server.data(encode({ type: 'suback', packetId: packet.packetId, granted: packet.filters.map(({ qos }) => qos) }))
}
