import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type Profile, profiles } from '../../src/at/public.ts'
import type { DialFailure } from '../../src/io/net/dialer.ts'
import { word, writePacket } from '../support/mqtt-bytes.ts'
import { broker, type PureModule, pureModule, realModule, withoutResponseTimes } from '../support/pure-module.ts'
import { tagOf } from '../support/requirements/requirements.ts'

/** The table of profiles in `docs/reference/requirements/profiles.md`: what it says of each is what a module of that profile does. */
const page = readFileSync(new URL('../../conformance/requirements/80-profiles.md', import.meta.url), 'utf8')
const [head, ...rows] = page
  .slice(page.indexOf('\n| id | behaviour |'), page.indexOf('\n**'))
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| ---'))
  .map((line) => line.slice(2, -2).split(' | '))
const names = head!.slice(2, -1).map((cell) => cell.replaceAll('`', ''))

/** Lines of a reply, in order: `` `OK`, `+CMQTTSTART: 0` ``; none: `nothing`. */
function lines(text: string): string {
  const found = text.split('\r\n').filter((line) => line !== '')
  return found.length === 0 ? 'nothing' : found.map((line) => `\`${line}\``).join(', ')
}

/** CR LF and `>` in words. */
const bytes = (text: string): string =>
  text.replaceAll('\r\n', ' CR LF ').replace('>', ' `>` ').replace(/ +/g, ' ').trim()

/** The numbers that are accepted, as spans. */
function spans(accepted: (n: number) => boolean, limit: number): string {
  const found: [number, number][] = []
  for (let n = 0; n <= limit; n++) {
    if (!accepted(n)) continue
    if (found.at(-1)?.[1] === n - 1) found.at(-1)![1] = n
    else found.push([n, n])
  }
  return found.map(([from, to]) => (from === to ? from : `${from}–${to}`)).join(', ')
}

const start = (profile: Profile) => pureModule({ profile })
const started = (profile: Profile) => {
  const m = start(profile)
  m.at('+CMQTTSTART')
  return m
}
const acquired = (profile: Profile) => start(profile).acquired()
const connected = (profile: Profile) => start(profile).connected()
const refusedRange = (answer: string) => answer === '\r\nERROR\r\n'
const testLine = (m: PureModule, name: string) =>
  lines(m.at(`${name}=?`))
    .replace(/`\+\w+: /g, '`')
    .replace(', `OK`', '')

function discDefault(profile: Profile): number {
  const m = connected(profile).congested(true)
  m.at('+CMQTTDISC=0')
  for (let seconds = 0; ; seconds++, m.advance(1000))
    if (
      m.got() !== '' ||
      (m.state.service.mqtt.kind === 'started' && m.state.service.mqtt.clients[0].kind === 'acquired')
    )
      return seconds
}

const failureCode = (profile: Profile, reason: DialFailure): string =>
  failedConnect(profile, reason).replace(/^.*: 0,(\d+).*$/, '$1')

/** What the dialer is given for a TLS client. */
function dialledTls(profile: Profile) {
  const m = started(profile)
  m.at('+CMQTTACCQ=0,"me",1')
  m.at('+CMQTTCONNECT=0,"tcp://broker.example",60,1')
  return m.dialled[0]!.tls!
}

function failedConnect(profile: Profile, reason: DialFailure): string {
  const m = acquired(profile)
  const first = lines(m.at('+CMQTTCONNECT=0,"tcp://broker.example",60,1'))
  m.input({ type: 'failed', connection: m.connection, reason, detail: 'by the test' })
  return `${first}, then ${lines(m.got())}`
}

const withArgTopic = (profile: Profile) => {
  const m = acquired(profile)
  m.at('+CMQTTCFG="argtopic",0,1')
  return m.connected()
}
const received = (m: PureModule) => m.receives(writePacket(0x30, word(1), Buffer.from('t'), Buffer.from('hello'))).got()

const observed: Readonly<Record<string, (profile: Profile) => string>> = {
  prompt: (profile) => bytes(acquired(profile).at('+CMQTTWILLTOPIC=0,1')),
  'data echoed while echo is on': (profile) => {
    const m = acquired(profile)
    m.at('E1')
    return m.prompted('+CMQTTWILLTOPIC=0,5', 'topic').includes('topic') ? 'yes' : 'no'
  },
  '`CMQTTSUBTOPIC`, `CMQTTUNSUBTOPIC`': (profile) => {
    const answers = ['SUBTOPIC=0,1,0', 'UNSUBTOPIC=0,1'].map((typed) => connected(profile).at(`+CMQTT${typed}`))
    expect(answers[1]).toBe(answers[0])
    return answers[0]!.includes('>') ? 'there' : lines(answers[0]!)
  },
  'short SUB with nothing input': (profile) => {
    const m = connected(profile)
    const answer = lines(m.at('+CMQTTSUB=0'))
    return m.sent().length === 0 ? answer : `${answer}; sent`
  },
  'longest payload of PAYLOAD': (profile) => {
    for (let length = 11_000; ; length--)
      if (!refusedRange(connected(profile).at(`+CMQTTPAYLOAD=0,${length}`))) return String(length)
  },
  '`pub_timeout` of PUB': (profile) => spans((n) => !refusedRange(connected(profile).at(`+CMQTTPUB=0,0,${n}`)), 200),
  '`timeout` of DISC; default': (profile) =>
    `${spans((n) => !refusedRange(acquired(profile).at(`+CMQTTDISC=0,${n}`)), 200)}; ${discDefault(profile)}`,
  'START when started': (profile) => lines(started(profile).at('+CMQTTSTART')),
  'STOP when not started': (profile) => lines(start(profile).at('+CMQTTSTOP')),
  'START and STOP': (profile) =>
    [start(profile).at('+CMQTTSTART'), started(profile).at('+CMQTTSTOP')].map(lines).join('; '),
  'CONNECT fails after it was accepted': (profile) => failedConnect(profile, 'connect'),
  'TLS handshake or verification fails': (profile) => failureCode(profile, 'tls'),
  'TOPIC, PAYLOAD while not connected': (profile) => {
    const m = acquired(profile)
    const [topic, payload] = [m.prompted('+CMQTTTOPIC=0,1', 't'), acquired(profile).prompted('+CMQTTPAYLOAD=0,1', 'p')]
    expect(payload.replace('PAYLOAD', 'TOPIC')).toBe(topic)
    return topic.includes('OK') ? 'accepted' : lines(topic)
  },
  '`AT+CMQTTACCQ=0,"a",0,4`; `AT+CMQTTACCQ?`': (profile) => {
    const m = started(profile)
    return `${lines(m.at('+CMQTTACCQ=0,"a",0,4'))}; ${lines(m.at('+CMQTTACCQ?').split('\r\n')[1]!)}`
  },
  '`AT+CMQTTACCQ=?`': (profile) => testLine(start(profile), '+CMQTTACCQ'),
  '`AT+CMQTTCFG="version",0,4`': (profile) => lines(acquired(profile).at('+CMQTTCFG="version",0,4')),
  'CFG while connected': (profile) => lines(connected(profile).at('+CMQTTCFG="optimeout",0,60')),
  '`AT+CMQTTCONNECT=?`': (profile) => testLine(start(profile), '+CMQTTCONNECT'),
  '`AT+CMQTTDISC=?`': (profile) => testLine(start(profile), '+CMQTTDISC'),
  '`AT+CMQTTCFG="argtopic",0,1`': (profile) => lines(acquired(profile).at('+CMQTTCFG="argtopic",0,1')),
  '`AT+CMQTTSUB=0,"t",0` without it': (profile) => lines(connected(profile).at('+CMQTTSUB=0,"t",0')),
  '`AT+CMQTTSUB=0,"t",0` with it': (profile) => {
    const m = withArgTopic(profile)
    const answer = m.at('+CMQTTSUB=0,"t",0')
    return lines(answer + m.receives(broker.suback(1)).got())
  },
  '`AT+CMQTTPUB=0,"t",0,5` with it': (profile) => {
    const m = withArgTopic(profile)
    const answer = m.at('+CMQTTPUB=0,"t",0,5')
    return answer.includes('>') ? `prompt, ${lines(m.type('hello'))}` : lines(answer)
  },
  'a message received with it begins': (profile) => lines(received(withArgTopic(profile)).split('\r\n')[1]!),
  '`AT+CMQTTSTART=2`': (profile) => lines(start(profile).at('+CMQTTSTART=2')),
  '`AT+CMQTTSTOP=2` behind it': (profile) => {
    const m = start(profile)
    m.at('+CMQTTSTART=2')
    return lines(m.at('+CMQTTSTOP=2'))
  },
  '`AT+CMQTTCFG="cid"`': (profile) => lines(started(profile).at('+CMQTTCFG="cid"')),
  '`AT+CMQTTCFG="scid",1`': (profile) => lines(started(profile).at('+CMQTTCFG="scid",1')),
  '`AT+CSSLCFG=0`': (profile) => lines(start(profile).at('+CSSLCFG=0')).replace('+CSSLCFG: ', '').replace(', `OK`', ''),
  'keys of CSSLCFG beyond V1.01': (profile) => {
    const m = start(profile)
    const later = { password: '"a.pem"', ignorecertCN: '1', use_tickets: '1', ciphersuites: '0xC02F' }
    const there = Object.entries(later).filter(([key, value]) => !refusedRange(m.at(`+CSSLCFG="${key}",0,${value}`)))
    return there.map(([key]) => `\`${key}\``).join(', ') || 'none'
  },
  'boot lines, after a reset': (profile) => lines(start(profile).input({ type: 'reset' }).advance(300_000).got()),
  '`AT+CGMM`': (profile) => lines(start(profile).at('+CGMM')).replace(', `OK`', ''),
  '`AT+CGACT=1,1` while context 1 is active': (profile) => lines(start(profile).at('+CGACT=1,1')),
  '`AT+CIPCFG="CID",1`': (profile) => lines(start(profile).at('+CIPCFG="CID",1')),
  '`AT+CFUN=0` prints': (profile) => {
    const m = start(profile)
    m.at('+CGEREP=0')
    return lines(m.at('+CFUN=0').replace('\r\nOK\r\n', ''))
  },
  'real timing: first and last boot line after `AT+CRESET`': (profile) => {
    const m = realModule({ profile: withoutResponseTimes(profile) })
    m.at('+CRESET')
    const from = m.now
    return [profile.boot[0]!, profile.boot.at(-1)!]
      .map(({ text }) => `${(appears(m, text) - from) / 1000} s`)
      .join(', ')
  },
  "a file for TLS that is missing or can't be loaded": (profile) => failureCode(profile, 'certificate'),
  'a server whose first bytes are no TLS': (profile) => failureCode(profile, 'notTls'),
  'a server that closes before its first TLS record; behind it': (profile) =>
    `${failureCode(profile, 'tlsClosed')}; ${failureCode(profile, 'tlsCut')}`,
  'START while not registered': (profile) => {
    const m = start(profile).input({ type: 'network', coverage: 'down' })
    m.got()
    return lines(m.at('+CMQTTSTART'))
  },
  'START while context 1 has no address': (profile) => {
    const m = start({ ...profile, general: { ...profile.general, lockedContexts: [] } })
    m.at('+CGACT=0,1')
    return lines(m.at('+CMQTTSTART'))
  },
  'START without a SIM': (profile) => lines(pureModule({ profile, hasSim: false }).at('+CMQTTSTART')),
  'START while registered, before `PB DONE`': (profile) => {
    const booting = pureModule({ profile: withoutResponseTimes(profile), timing: 'real' })
    const m = booting.advance(profile.boot.at(-1)!.afterMs - 500)
    m.at('E0')
    expect(m.at('+CREG?')).toContain('+CREG: 0,1')
    return lines(m.at('+CMQTTSTART'))
  },
  'STOP while a client is acquired': (profile) => lines(acquired(profile).at('+CMQTTSTOP')),
  'CONNECT while connected': (profile) => lines(connected(profile).at('+CMQTTCONNECT=0,"tcp://broker.example",60,1')),
  'REL of a client that is not acquired': (profile) => lines(started(profile).at('+CMQTTREL=0')),
  'CONNECT to `ssl://broker.example`': (profile) =>
    lines(acquired(profile).at('+CMQTTCONNECT=0,"ssl://broker.example",60,1')),
  'PEM with CR LF; a stored certificate valid past 2049': (profile) => {
    const { pemCrLf, generalizedTime } = dialledTls(profile).reader!
    return `${pemCrLf}; ${generalizedTime}`
  },
  'longest list of certificates of a server, bytes': (profile) =>
    String(dialledTls(profile).reader!.maxChainBytes || 'any'),
  '`ignorelocaltime` 1; `AT+CCLK?` before the clock is set': (profile) => {
    const clock = pureModule({ profile, hasSim: false }).at('+CCLK?')
    const year = Number(/"(\d\d)/.exec(clock)?.[1])
    return `dates are ${dialledTls(profile).ignoreLocalTime ? 'not ' : ''}checked; ${year + (year < 70 ? 2000 : 1900)}`
  },
}

/** When a line comes, ms of the module's clock. */
function appears(m: PureModule, text: string): number {
  while (!m.got().includes(text)) m.advance(100)
  return m.now
}

test('every profile has a column, every row its observation', () => {
  expect(names).toEqual(Object.keys(profiles))
  expect(rows.map(([, row]) => row)).toEqual(Object.keys(observed))
})

describe.each(rows.map((row) => [row[1]!, tagOf([row[0]!]), row.slice(2, -1)] as const))('%s%s', (row, _, cells) => {
  test.each(names.map((name, column) => [name, cells[column]] as const))('%s: %s', (name, cell) => {
    expect(observed[row]!(profiles[name]!)).toBe(cell)
  })
})
