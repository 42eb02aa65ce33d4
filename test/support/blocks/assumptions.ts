/** What the pages take for granted, as data: names that stand for something of the reader's, and what stands for it here. */

/** What a name on a page becomes; a stage has each of them. */
export type Place =
  | 'module'
  | 'otherModule'
  | 'programPty'
  | 'folder'
  | 'moduleTcp'
  | 'moduleBroker'
  | 'moduleBrokerTls'
  | 'control'
  | 'brokerHost'
  | 'brokerAddress'
  | 'brokerTls'
  | 'emulator'
  | 'peer'

/** In this order: a longer name goes before a shorter one that is part of it. */
export const substitutions: readonly (readonly [RegExp, Place])[] = [
  // A module on a serial port: PTYs of modules that were started.
  [/\/dev\/ttyUSB2\b/g, 'module'],
  [/\/dev\/ttyUSB3\b/g, 'otherModule'],
  [/\/dev\/pts\/N\b/g, 'programPty'],
  [/\/tmp(?=\/)/g, 'folder'],
  // What `npm start` serves, on the ports that are free here.
  [/127\.0\.0\.1:7672\b/g, 'moduleTcp'],
  [/127\.0\.0\.1:7673\b/g, 'control'],
  [/127\.0\.0\.1:1883\b/g, 'moduleBroker'],
  [/127\.0\.0\.1:8883\b/g, 'moduleBrokerTls'],
  // Brokers elsewhere: mosquitto, and the TLS port of the module's broker.
  [/mqtts:\/\/cloud\.example\.com\b/g, 'brokerTls'],
  [/(?<=-h )broker\.example\.com\b/g, 'brokerHost'],
  [/\b(?:broker|home)\.example(?:\.com|\.net)?(?::1883)?\b/g, 'brokerAddress'],
  // An emulator that listens.
  [/127\.0\.0\.1:4555\b/g, 'emulator'],
  // The address at which a module finds the server of the suite that misbehaves.
  [/\bexample\.net:1884=0\.0\.0\.0:1884\b/g, 'peer'],
]

/** Commands that would take minutes: a part of them is run. */
export const narrowed: readonly (readonly [RegExp, string])[] = [
  [/^((?:npx )?atmqtt conformance --port .*)$/, '$1 2.2.3'],
  [/^(atmqtt conformance --memory)$/, '$1 2.2.3'],
  [/^(npx atmqtt sub .* -W) 10$/, '$1 1'],
]

/** Commands that serve until they are ended, with what they print when they are ready. */
export const serving: readonly (readonly [RegExp, RegExp])[] = [
  [/^(?:npx )?atmqtt module(?!.* -- )|^npm start/, /^Ctrl-C ends/m],
  [/ --as-module /, /ttyAT0/],
]

/** A host of the reader's: sends the lines of a session over the PTY or TCP port it is given, and waits for each OK. */
const host = (...lines: readonly string[]): string => `#!/usr/bin/env node
import { constants, openSync, writeSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { ReadStream } from 'node:tty'
const { ATMQTT_TCP } = process.env
const LISTEN = undefined
const path = process.argv[process.argv.indexOf('--modem') + 1]
const isPath = process.argv.includes('--modem')
let heard = ''
let wake = () => {}
const hear = (bytes) => { heard += bytes.toString('latin1'); wake() }
const opened = async () => {
  if (isPath) {
    const tty = openSync(path, constants.O_RDWR | constants.O_NOCTTY)
    new ReadStream(tty).on('data', hear)
    return { write: (text) => writeSync(tty, text) }
  }
  if (LISTEN) return new Promise((resolve) => {
    createServer((socket) => resolve(socket.on('data', hear))).listen(Number(LISTEN), '127.0.0.1')
  })
  const [name, port] = ATMQTT_TCP.split(':')
  return connect(Number(port), name).on('data', hear)
}
const line = await opened()
for (const [sent, wanted] of ${JSON.stringify(lines.map((each) => each.split(' -> ')))}) {
  heard = ''
  line.write(sent + '\\r')
  while (!heard.includes(wanted ?? '\\r\\nOK\\r\\n')) await new Promise((resolve) => { wake = resolve })
}
process.exit(0)
`

const short = host('AT', 'AT+CSQ', 'AT+CMQTTSTART -> +CMQTTSTART: 0', 'AT+CMQTTSTOP -> +CMQTTSTOP: 0')

/** Programs and files of the reader's that a page names; `{broker}` is mosquitto. */
export const readersFiles: Readonly<Record<string, string>> = {
  'run-my-firmware-tests': short,
  'run-tests.sh': short,
  'build/host-tests': short,
  'my-program': host(
    'AT',
    'AT+CMQTTSTART -> +CMQTTSTART: 0',
    'AT+CMQTTACCQ=0,"recorded"',
    'AT+CMQTTCONNECT=0,"tcp://{broker}",60,1,"user","secret" -> +CMQTTCONNECT: 0,0',
    'AT+CMQTTDISC=0,120 -> +CMQTTDISC: 0,0',
    'AT+CMQTTREL=0',
    'AT+CMQTTSTOP -> +CMQTTSTOP: 0',
  ),
  'run-qemu.sh': short.replace('LISTEN = undefined', 'LISTEN = process.env.LISTEN'),
}

/** Files that a page takes for granted. */
export const pageFiles: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'README.md': { 'session.at': '> AT\n< OK\n' },
  'docs/guide/no-message.md': { 'serial-monitor.log': 'AT+CMQTTSTART\nOK\n\n+CMQTTSTART: 7\n' },
  'docs/guide/explain.md': { 'serial-monitor.log': 'AT+CMQTTSTART\nOK\n\n+CMQTTSTART: 7\n' },
}

/** What a program of a page leaves to the reader: code in front of it and behind it. `has` is a text of the block. */
export interface Around {
  readonly page: string
  readonly has: string
  readonly before?: string
  readonly after?: string
}

export const around: readonly Around[] = [
  {
    page: 'docs/guide/driver.md',
    has: 'mqtt.connect(',
    before: "const options = { clientId: 'ported' }",
    after: "client.on('connect', () => client.publish('a', 'b', { qos: 1 }, () => client.end()))",
  },
  {
    page: 'docs/guide/driver.md',
    has: 'withWhere',
    after: "const client = connect('mqtt://broker.example.com')\nclient.on('connect', () => client.end())",
  },
  {
    page: 'docs/guide/driver.md',
    has: 'openDevice',
    after:
      "await Promise.all([home, cloud].map((client) => client.publishAsync('a', 'b', { qos: 1 })))\nawait device.close()",
  },
  { page: 'docs/guide/profiles.md', has: 'loadProfile', after: 'await module.close()' },
  { page: 'docs/reference/faults.md', has: 'startModule', after: 'await module.close()' },
]

/** What the host of the module has typed before a block. */
export const typedBefore: readonly { readonly page: string; readonly has: string; readonly lines: string }[] = [
  { page: 'docs/reference/control.md', has: '+CMQTTNONET', lines: 'AT+CMQTTSTART' },
]

/** Commands that end with another code than 0, and why. */
export const otherEnds: readonly { readonly has: string; readonly code: number; readonly why: string }[] = [
  { has: ' -v -W 10', code: 27, why: 'The time is over.' },
  { has: 'atmqtt explain ', code: 1, why: 'There is a finding.' },
  { has: '-- ./late-offline.sh ./status-host-random', code: 1, why: 'It is to fail.' },
]

/** What a person types to a program of a page, and what it answers. */
export interface Person {
  readonly has: string
  readonly typed: string
  readonly answer: string
}

export const typedInto: readonly Person[] = [{ has: 'socat ', typed: 'AT\n', answer: '\nOK\n' }]

/** Programs that a machine may lack: without them the blocks that name them are skipped, but for CI. */
export const programs: readonly (readonly [RegExp, string])[] = [
  [/\bsocat\b/, 'socat'],
  [/^make\b/m, 'cc'],
]
