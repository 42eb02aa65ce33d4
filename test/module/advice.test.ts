import { describe, expect, test } from 'vitest'
import { adviceFor, adviceText, ownAdvice } from '../../src/at/advice.ts'
import { mqttErrors, type Profile, profiles } from '../../src/at/public.ts'
import { broker, type PureModule, pureModule } from '../support/pure-module.ts'

type Meaning = RegExp | { readonly a76xx?: RegExp; readonly sim7600?: RegExp; readonly others?: RegExp }

const notAcquired = /^the client is not acquired.*; acquire it first/
const notConnected = /^the client is not connected.*connect again\.$/
const busy = /^an earlier command of this client has no result yet.*; wait for that result/
const connecting =
  /^the client is connect(ed, connect)?ing.*; wait for|; disconnect it and wait|; send the settings between/
const utf8 = /^the topic is not UTF-8; send UTF-8/
const topic = /^a topic to publish to may hold no \+ and no #/
const filter = /^a wildcard of the filter does not fill its level/
const started = /^the MQTT service is started already.*go on with it.*or end it/
const stopped = /^the MQTT service is not started; nothing has to be stopped/
const held = /^a client is still acquired.*; disconnect and release both/
const connected = /^the client is connected already; use the connection as it is, or disconnect/
const mayHaveArrived = /the message may have arrived; .*decide whether to send it a second time/

/** What a code means behind a command, written down from the note and from logs of hardware, not from the table. */
const meanings: Readonly<Record<string, Meaning>> = {
  'START 1': { a76xx: /^the packet data are not up yet; wait for PB DONE and for an address \(AT\+CGPADDR\)/ },
  'START 7': /^there is no mobile network; wait until AT\+CEREG\? tells 1 or 5/,
  'START 9': /^the mobile network refuses the data connection; .*APN/,
  'START 23': started,
  'START ERROR': { sim7600: /^this firmware does not have it/, others: started },
  'STOP 9': stopped,
  'STOP 19': held,
  'STOP 21': held,
  'STOP ERROR': { sim7600: /^this firmware does not have it/, others: stopped },
  'ACCQ 19': /^the client is acquired already.*; use it as it is/,
  'ACCQ ERROR': /^the MQTT service is not started, or/,
  'REL 14': connecting,
  'REL 20': /^the client is not acquired; nothing has to be released/,
  'SSLCFG ERROR': /^the MQTT service is not started, the client is connected, or/,
  'CFG 13': /^the client is connected; send the settings between/,
  'CFG 14': connecting,
  'CFG 20': notAcquired,
  'CFG ERROR': /^the client is not acquired, or is connected already, or/,
  'WILLTOPIC 2': utf8,
  'WILLTOPIC 12': topic,
  'WILLTOPIC 14': connecting,
  'WILLTOPIC 20': notAcquired,
  'WILLMSG 14': connecting,
  'WILLMSG 20': notAcquired,
  'CONNECT 3': /^no TCP connection.*check host and port/,
  'CONNECT 6': /^the server closed the connection.*policy/,
  'CONNECT 9': /^the mobile network refuses the data connection of this client; .*APN/,
  'CONNECT 12': /^the address of the server does not begin with tcp:\/\/.*; write tcp:\/\/HOST:PORT/,
  'CONNECT 13': connected,
  'CONNECT 14': connecting,
  'CONNECT 15': /^the connection could not be set up.*enableSNI.*client ID/,
  'CONNECT 17': /^the server did not answer in time; check that this port speaks MQTT/,
  'CONNECT 19': connected,
  'CONNECT 20': notAcquired,
  'CONNECT 24': /^what the server answered is no MQTT; check the port/,
  'CONNECT 25': /^the name of the server was not found; check its spelling.*APN/,
  'CONNECT 26': /^the server closed the connection before it accepted it; check the port.*client ID/,
  'CONNECT 27': {
    sim7600: /MQTT; the default is 3\.1; give 4, .* fourth parameter of AT\+CMQTTACCQ/,
    others: /MQTT; the default is 3\.1; .*AT\+CMQTTCFG="version",0,4/,
  },
  'CONNECT 28': /^the server does not take this client ID; use another one/,
  'CONNECT 29': /can not serve just now; try again later/,
  'CONNECT 30': /^user name or password is wrong, or missing; check both/,
  'CONNECT 31': /^the server does not allow this client to connect/,
  'CONNECT 32': {
    a76xx: /^the TLS handshake failed: (?!.*no TLS).*clock.*no chain over 4\.5 KB/,
    others: /^the TLS handshake failed: .*the port speaks no TLS; .*clock.*that the port speaks TLS/,
  },
  'CONNECT 33': /^a file that authmode needs is not named/,
  'CONNECT 34': {
    a76xx:
      /^at once: a file that authmode needs is missing or can not be loaded; after a while: the port speaks no TLS/,
    others: /^the TLS session could not be opened/,
  },
  'CONNECT ERROR': /^the MQTT service is not started, or/,
  'DISC 11': /^the client is not connected; nothing has to be disconnected/,
  'DISC 14': connecting,
  'DISC 20': /^the client is not acquired; nothing has to be disconnected/,
  'DISC 35': /counts as disconnected all the same; release it/,
  'TOPIC 2': utf8,
  'TOPIC 11': notConnected,
  'TOPIC 12': topic,
  'TOPIC 14': busy,
  'TOPIC 20': notAcquired,
  'PAYLOAD 11': notConnected,
  'PAYLOAD 14': busy,
  'PAYLOAD 20': notAcquired,
  'PUB 2': utf8,
  'PUB 6': mayHaveArrived,
  'PUB 11': notConnected,
  'PUB 12': { sim7600: /no #, or the topic stands in quotes/, others: topic },
  'PUB 14': busy,
  'PUB 16': mayHaveArrived,
  'PUB 17': mayHaveArrived,
  'PUB 18': /^no topic was input since the last PUB; input one for each PUB/,
  'PUB 20': notAcquired,
  'SUB 1': /^the server refused the subscription; check at the server/,
  'SUB 2': utf8,
  'SUB 6': /^the connection ended.*connect and subscribe again.*policy/,
  'SUB 11': notConnected,
  'SUB 12': { sim7600: /is not the last one, or the topic stands in quotes/, others: filter },
  'SUB 14': /^an earlier command of this client has no result yet, or a message is just coming in/,
  'SUB 17': /the connection stays; subscribe again/,
  'SUB 18': /^the short form found no topic/,
  'SUB 20': notAcquired,
  'UNSUB 2': utf8,
  'UNSUB 6': /^the connection ended.*the subscription may still be there/,
  'UNSUB 11': notConnected,
  'UNSUB 12': { sim7600: /is not the last one, or the topic stands in quotes/, others: filter },
  'UNSUB 14': busy,
  'UNSUB 17': /the connection stays; unsubscribe again/,
  'UNSUB 18': /^the short form found no topic/,
  'UNSUB 20': notAcquired,
  'SUBTOPIC 2': utf8,
  'SUBTOPIC 11': notConnected,
  'SUBTOPIC 12': filter,
  'SUBTOPIC 14': busy,
  'SUBTOPIC 20': notAcquired,
  'UNSUBTOPIC 2': utf8,
  'UNSUBTOPIC 11': notConnected,
  'UNSUBTOPIC 12': filter,
  'UNSUBTOPIC 14': busy,
  'UNSUBTOPIC 20': notAcquired,
}

const codeOf = (text: string): number | 'ERROR' => (text === 'ERROR' ? text : Number(text))
const everyProfile = Object.values(profiles).map((profile) => [profile.name, profile] as const)

describe.each(everyProfile)('%s', (_, { family }) => {
  test.each(Object.entries(meanings))('%s', (what, meaning) => {
    const [command, code] = what.split(' ') as [string, string]
    const expected = meaning instanceof RegExp ? meaning : (meaning[family as 'a76xx'] ?? meaning.others)
    if (expected) expect(adviceText(`+CMQTT${command}`, codeOf(code), family)).toMatch(expected)
  })
})

const quoted = '0,"a/b",1'
const writes: readonly string[] = [
  'ACCQ=0,"a"',
  'REL=0',
  'WILLTOPIC=0,2',
  'WILLMSG=0,2,0',
  'CONNECT=0,"tcp://a.bc",60,1',
  'CONNECT=0,"ssl://a.bc",60,1',
  'DISC=0,60',
  'TOPIC=0,2',
  'PAYLOAD=0,2',
  'PUB=0,1,60',
  `PUB=${quoted},1`,
  'SUB=0,2,1',
  'SUB=0',
  `SUB=${quoted}`,
  'UNSUB=0,2,0',
  'UNSUB=0',
  'UNSUB=0,"a/b"',
  'CFG="checkUTF8",0,1',
  'SUBTOPIC=0,2,1',
  'UNSUBTOPIC=0,2',
]
/** Good, a wildcard, and no UTF-8. */
const data = ['ab', 'a#', '\xc0\x80']

type Prepare = (profile: Profile) => PureModule
const booted: Prepare = (profile) => pureModule({ profile }).advance(60_000)
const states: Readonly<Record<string, Prepare>> = {
  stopped: booted,
  'stopped, no network': (profile) => booted(profile).input({ type: 'network', coverage: 'down' }),
  'stopped, APN refused': (profile) => {
    const m = booted(profile)
    m.at('+CGDCONT=1,"IP","refused"')
    m.at('+CGACT=0,1')
    return m
  },
  started: (profile) => {
    const m = booted(profile)
    m.at('+CMQTTSTART')
    return m
  },
  acquired: (profile) => booted(profile).acquired(),
  connecting: (profile) => booted(profile).attach(2).connecting(0, '60,1', 2),
  connected: (profile) => booted(profile).connected(),
  operating: (profile) => {
    const m = booted(profile).connected()
    m.prompted('+CMQTTTOPIC=0,1', 't')
    m.at('+CMQTTPUB=0,1,60')
    return m
  },
  disconnecting: (profile) => {
    const m = booted(profile).attach(2).connected().congested(true)
    m.at('+CMQTTDISC=0,60', 2)
    return m
  },
}

/** What happens to an operation or a connection under way. */
const events: readonly ((m: PureModule) => unknown)[] = [
  (m) => m.ended('closed'),
  (m) => m.ended('reset'),
  (m) => m.advance(200_000),
  (m) => m.input({ type: 'network', coverage: 'down' }),
  (m) => m.receives(broker.connack(0)),
  ...[1, 2, 3, 4, 5, 6].map((code) => (m: PureModule) => m.receives(broker.connack(code))),
  (m) => m.receives(broker.suback(1, 0x80)),
  ...(['dns', 'connect', 'tls', 'certificate', 'notTls', 'tlsTimeout', 'tlsClosed', 'tlsCut', 'refused'] as const).map(
    (reason) => (m: PureModule) => m.input({ type: 'failed', connection: m.connection, reason, detail: '' }),
  ),
]

const operations = ['SUB=0,2,1', 'UNSUB=0,2,0', 'PUB=0,1,60', 'DISC=0,60']

/** `CONNECT 32` of `+CMQTTCONNECT: 0,32`; of a START with `<cid>` it would be the first number. */
function failuresIn(text: string): readonly string[] {
  const results = text.matchAll(/\+CMQTT([A-Z]+): (?:[01],)?(\d+)\r/g)
  const failed = [...results].filter(([, command, code]) => code !== '0' && command !== 'CONNLOST')
  return failed.map(([, command, code]) => `${command} ${code}`)
}

/** Every failure that the module gives by itself, in every state, for every form, and behind every event. */
function failuresOf(profile: Profile): ReadonlySet<string> {
  const found = new Set<string>()
  const note = (text: string) => {
    for (const what of failuresIn(text)) found.add(what)
  }
  for (const prepare of Object.values(states)) {
    for (const command of ['START', 'STOP', ...writes])
      for (const bytes of data) {
        const m = prepare(profile)
        m.got()
        const answer = m.at(`+CMQTT${command}`)
        note(answer.includes('>') ? m.type(bytes) : answer)
      }
    for (const event of events) {
      const m = prepare(profile)
      m.got()
      event(m)
      note(m.got() + m.got(2))
    }
  }
  for (const operation of operations)
    for (const event of events) {
      const m = booted(profile).connected()
      m.prompted('+CMQTTTOPIC=0,1', 't')
      if (m.at(`+CMQTT${operation}`).includes('>')) m.type('ab')
      event(m)
      note(m.got())
    }
  return found
}

describe.each(everyProfile)('%s', (_, profile) => {
  test('every <err> that a command can bring has advice of its own, whose meaning is written down here', () => {
    const failures = [...failuresOf(profile)].sort()
    expect(failures.length).toBeGreaterThan(50)
    expect(failures.filter((what) => !(what in meanings))).toEqual([])
    const own = failures.filter((what) => {
      const [command, code] = what.split(' ') as [string, string]
      return ownAdvice(`+CMQTT${command}`, Number(code), profile.family)
    })
    expect(own).toEqual(failures)
  })
})

test('a code that a command is not known to give has advice that is true behind any command', () => {
  for (const code of mqttErrors.keys()) {
    if (code === 0) continue
    expect(ownAdvice('+CMQTTPAYLOAD', code, 'sim767x') !== undefined).toBe([11, 14, 20].includes(code))
    expect(adviceFor('+CMQTTPAYLOAD', code, 'sim767x').meaning).toMatch(/^(?!.*undefined)\w+ \w+/)
  }
  expect(adviceText('+CMQTTPUB', 99, 'sim767x')).toBe(
    'the note does not have this code; see the manual of the firmware.',
  )
  expect(adviceText('+CSQ', 'ERROR', 'sim767x')).not.toContain('MQTT')
})

test('each clause stands behind a colon: no capital, no full stop', () => {
  for (const what of Object.keys(meanings))
    for (const { family } of Object.values(profiles)) {
      const [command, code] = what.split(' ') as [string, string]
      const { meaning, remedy } = adviceFor(`+CMQTT${command}`, codeOf(code), family)
      for (const clause of [meaning, remedy]) expect(clause).toMatch(/^(AT|[a-z]).*[^.]$/s)
    }
})
