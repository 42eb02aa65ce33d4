import type { Profile } from '../../../src/at/profiles/profile.ts'
import { bytesOf, textOf } from '../../../src/at/syntax/bytes.ts'
import type { Change } from './suite-target.ts'

/** A way to break a module from outside, and the case that has to notice. */
export interface Break {
  readonly what: string
  /** The file of the case, without `.at`, and its title. */
  readonly file: string
  readonly title: string
  readonly change?: Change
  readonly profile?: (profile: Profile) => Profile
}

/** What the module says goes through this; one character a byte, a piece as the module wrote it. */
const says =
  (edit: (text: string) => string): Change =>
  (line) =>
    void line.tap('in', { take: (bytes, pass) => pass(bytesOf(edit(textOf(bytes)))) })

const replaced = (from: string | RegExp, to: string): Change => says((text) => text.replaceAll(from, to))

/** What the host says goes through this; the echo is that of what it said. */
const hears =
  (edit: (text: string) => string): Change =>
  (line) => {
    let [said, heard] = ['', '']
    says((text) => text.replace(heard, () => said))(line)
    line.tap('out', {
      take(bytes, pass) {
        said = textOf(bytes)
        heard = edit(said)
        pass(bytesOf(heard))
      },
    })
  }

/** Before a command that fits `when`, the module hears `extra`, and what it says to that goes nowhere. */
const does =
  (when: RegExp, ...extra: readonly string[]): Change =>
  (line) => {
    let silent = false
    line.tap('in', { take: (bytes, pass) => silent || pass(bytes) })
    line.tap('out', {
      take(bytes, pass) {
        if (when.test(textOf(bytes))) {
          silent = true
          for (const text of extra) pass(bytesOf(text))
          silent = false
        }
        pass(bytes)
      },
    })
  }

/** The `n`th command that fits, counted from 1. */
const nth = (n: number, pattern: RegExp): RegExp => {
  let seen = 0
  const counting = { test: (text: string) => pattern.test(text) && ++seen === n }
  return counting as RegExp
}

const mqtt =
  (change: Partial<Profile['mqtt']>) =>
  (profile: Profile): Profile => ({
    ...profile,
    mqtt: { ...profile.mqtt, ...change },
  })

const line = (title: string) => ({ file: 'cases-line', title })

export const breaks: readonly Break[] = [
  {
    what: 'no CR LF in front of a response',
    ...line('OK alone, ERROR alone, byte for byte'),
    change: replaced('\r\nOK', 'OK'),
  },
  {
    what: 'LF in place of CR LF behind a line',
    ...line('A response, byte for byte'),
    change: replaced('+CMQTTDISC: 0,1\r\n', '+CMQTTDISC: 0,1\n'),
  },
  {
    what: 'no empty line before the final result',
    ...line('A code before ERROR, byte for byte'),
    change: replaced('0,20\r\n\r\nERROR', '0,20\r\nERROR'),
  },
  {
    what: 'a prompt without CR LF',
    ...line('A prompt and its data, byte for byte'),
    change: replaced('\r\n>\r\n', '>'),
  },
  {
    what: 'a prompt with a blank',
    ...line('A prompt and its data, byte for byte'),
    profile: (profile) => ({ ...profile, prompt: '\r\n> ' }),
  },
  {
    what: 'data behind a prompt are not echoed',
    ...line('A prompt and its data, byte for byte'),
    profile: (profile) => ({ ...profile, echoesData: false }),
  },
  {
    what: 'an echo without its CR',
    ...line('A response, byte for byte'),
    change: replaced('AT+CMQTTDISC?\r', 'AT+CMQTTDISC?'),
  },
  {
    what: 'ATE0 leaves echo on',
    ...line('Without echo, byte for byte'),
    change: hears((text) => text.replace('ATE0', 'AT')),
  },
  { what: 'names in capitals only', ...line('Names in any case'), change: hears((text) => text.replace(/^at/, 'xx')) },
  { what: '; ends a line', ...line('; joins commands'), change: hears((text) => text.replace(/;.*/, '')) },
  {
    what: 'a failure does not end the line',
    ...line('The first failure ends the line'),
    change: replaced('ERROR', 'OK'),
  },
  { what: 'A/ does nothing', ...line('A/ repeats the last line'), change: hears((text) => text.replace(/^a\/$/i, '')) },
  {
    what: 'MQTT errors as +CME ERROR',
    ...line('MQTT errors are no +CME ERROR'),
    change: replaced('\r\n\r\nERROR', '\r\n\r\n+CME ERROR: operation not allowed'),
  },
  {
    what: 'a result before OK',
    file: 'cases-2.2.01-start',
    title: 'START: OK, then the result',
    change: replaced('\r\nOK\r\n\r\n+CMQTTSTART: 0\r\n', '\r\n+CMQTTSTART: 0\r\n\r\nOK\r\n'),
  },
  {
    what: 'START when started is accepted',
    file: 'cases-2.2.01-start',
    title: 'START again: ERROR',
    change: replaced('\r\nERROR\r\n', '\r\nOK\r\n'),
  },
  {
    what: 'code 19 in place of 20',
    file: 'cases-2.2.04-rel',
    title: 'REL of a client that is not acquired: 20',
    change: replaced(': 0,20', ': 0,19'),
  },
  {
    what: 'code 20 in place of 19',
    file: 'cases-2.2.03-accq',
    title: 'ACCQ of an acquired client: 19',
    change: replaced(': 0,19', ': 0,20'),
  },
  {
    what: 'client IDs end at 127 bytes',
    file: 'cases-2.2.03-accq',
    title: 'A client ID of 128 bytes',
    change: hears((text) => text.replace(/"(.{128})"/, '"$1x"')),
  },
  {
    what: 'one client in +CMQTTDISC?',
    file: 'cases-2.2.09-disc',
    title: 'The read form with nothing connected',
    change: replaced('+CMQTTDISC: 1,1\r\n', ''),
  },
  {
    what: 'the clients in the other order',
    file: 'cases-2.2.09-disc',
    title: 'The read form',
    change: says((text) => text.replace(/(\+CMQTTDISC: 0,\d)\r\n(\+CMQTTDISC: 1,\d)/, '$2\r\n$1')),
  },
  {
    what: 'no user name in +CMQTTCONNECT?',
    file: 'cases-2.2.08-connect',
    title: 'The read form shows user name and password',
    change: says((text) => text.replace(/(\+CMQTTCONNECT: 0,"[^"]*",\d+,\d),"[^"]*","[^"]*"\r\n/, '$1\r\n')),
  },
  {
    what: 'no deferred result',
    file: 'cases-2.2.08-connect',
    title: 'CONNECT: OK, then the result',
    change: replaced('\r\n+CMQTTCONNECT: 0,0\r\n', ''),
  },
  {
    what: 'a deferred result twice',
    file: 'cases-2.2.12-pub',
    title: 'PUB of QoS 1: OK, then the result',
    change: replaced('\r\n+CMQTTPUB: 0,0\r\n', '\r\n+CMQTTPUB: 0,0\r\n\r\n+CMQTTPUB: 0,0\r\n'),
  },
  {
    what: 'payloads end at 4095 bytes',
    file: 'cases-2.2.11-payload',
    title: '4096 bytes',
    profile: mqtt({ maxPayloadBytes: 4095 }),
  },
  {
    what: 'payloads end at 4097 bytes',
    file: 'cases-2.2.11-payload',
    title: '4097 bytes',
    profile: mqtt({ maxPayloadBytes: 4097 }),
  },
  {
    what: 'pub_timeout begins at 59',
    file: 'cases-2.2.12-pub',
    title: 'A time-out of 59 s',
    profile: mqtt({ pubTimeout: [59, 180] }),
  },
  {
    what: 'pub_timeout ends at 179',
    file: 'cases-2.2.12-pub',
    title: 'The shortest and the longest time-out',
    profile: mqtt({ pubTimeout: [60, 179] }),
  },
  {
    what: 'a wrong range in the test form',
    file: 'cases-2.2.15-cfg',
    title: 'The test form',
    change: replaced('(20-120)', '(20-121)'),
  },
  {
    what: 'CONNACK 4 as 31',
    file: 'cases-2.2.08-connect',
    title: 'CONNACK 4: 30',
    change: replaced(': 0,30', ': 0,31'),
  },
  {
    what: 'CONNLOST 2 in place of 1',
    file: 'cases-4.2-urcs',
    title: 'CONNLOST 1: the server closes',
    change: replaced('CONNLOST: 0,1', 'CONNLOST: 0,2'),
  },
  {
    what: 'no NONET',
    file: 'cases-4.2-urcs',
    title: 'CONNLOST 3 and NONET: the context goes',
    change: replaced('\r\n+CMQTTNONET\r\n', ''),
  },
  {
    what: 'a wrong part length',
    file: 'cases-4.2-urcs',
    title: 'A payload of 1500 bytes is one part',
    change: replaced('RXPAYLOAD: 0,1500', 'RXPAYLOAD: 0,1499'),
  },
  {
    what: 'parts of 1520 bytes',
    file: 'cases-4.2-urcs',
    title: 'A payload of 1520 bytes is two parts',
    change: replaced(/RXPAYLOAD: 0,1500\r\n([^\r]*)\r\n\+CMQTTRXPAYLOAD: 0,20\r\n/g, 'RXPAYLOAD: 0,1520\r\n$1'),
  },
  {
    what: 'a payload line for an empty payload',
    file: 'cases-4.2-urcs',
    title: 'An empty message has no payload part',
    change: replaced('+CMQTTRXEND: 0', '+CMQTTRXPAYLOAD: 0,0\r\n\r\n+CMQTTRXEND: 0'),
  },
  {
    what: 'REL leaves the configuration',
    file: 'cases-2.2.15-cfg',
    title: 'REL sets it back',
    change: replaced('+CMQTTCFG: 0,1,120', '+CMQTTCFG: 0,0,60'),
  },
  {
    what: 'REL leaves the will',
    file: 'peer-connecting',
    title: 'REL clears the will',
    change: does(/CONNECT=/, 'AT+CMQTTWILLTOPIC=0,4\r', 'gone', 'AT+CMQTTWILLMSG=0,3,1\r', 'bye'),
  },
  {
    what: 'PUB leaves the payload',
    file: 'cases-2.2.11-payload',
    title: 'PUB uses the payload up',
    change: (opened) => does(nth(2, /CMQTTPUB=/), 'AT+CMQTTPAYLOAD=0,5\r', 'first')(opened),
  },
  {
    what: 'DISC leaves the binding',
    file: 'cases-2.2.05-sslcfg',
    title: 'DISC ends the binding, CONNECT does not',
    change: (opened) => does(nth(2, /SSLCFG\?/), 'AT+CMQTTSSLCFG=0,5\r')(opened),
  },
  {
    what: 'dup is 1 where it is left out',
    file: 'peer-publishing',
    title: 'PUB without dup and retained: neither is on the wire',
    change: hears((text) => text.replace(/(PUB=0,1,60)\r/, '$1,0,1\r')),
  },
  {
    what: 'MQTT 3.1.1 from the beginning',
    file: 'peer-connecting',
    title: 'Version 3 is MQTT 3.1 on the wire',
    change: does(/CONNECT=/, 'AT+CMQTTCFG="version",0,4\r'),
  },
  {
    what: 'no keep-alive',
    file: 'peer-connecting',
    title: 'PINGREQ when nothing was sent for the keep-alive time',
    change: hears((text) => text.replace(',5,1', ',50,1')),
  },
]
