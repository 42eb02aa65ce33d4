import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseTranscript } from '../../src/transcript/language/parse.ts'
import { endAll, run, runHere, start, startModule } from '../support/cli.ts'
import { dissect, tsharkMissing } from '../support/programs/tshark.ts'
import { until } from '../support/until.ts'

const folder = mkdtempSync(join(tmpdir(), 'atmqtt-redact-'))
const path = (name: string): string => join(folder, name)
const read = (name: string): string => readFileSync(path(name), 'latin1')

const contents = {
  payloads: ['temperature'],
  topics: ['kitchen', 'garden'],
  identity: ['my-client', 'my-user', '351602000330579', '460010222028133', '89860318760238610932'],
  location: ['9A5F', '03E1FAFA', '10.83.214.110'],
} as const
const everything = Object.values(contents).flat()

/** A publish that comes back, and what the device is and where. */
const session = (broker: string): readonly (readonly [string, string])[] => [
  ['AT+CGSN\r', 'OK'],
  ['AT+CIMI\r', 'OK'],
  ['AT+CICCID\r', 'OK'],
  ['AT+CEREG=2\r', 'OK'],
  ['AT+CEREG?\r', 'OK'],
  ['AT+CGPADDR=1\r', 'OK'],
  ['AT+CMQTTSTART\r', 'START: 0'],
  ['AT+CMQTTACCQ=0,"my-client"\r', 'OK'],
  ['AT+CMQTTWILLTOPIC=0,6\r', '>'],
  ['garden', 'OK'],
  ['AT+CMQTTWILLMSG=0,11,1\r', '>'],
  ['temperature', 'OK'],
  [`AT+CMQTTCONNECT=0,"${broker}",60,1,"my-user","s3cret-word"\r`, 'CONNECT: 0,0'],
  ['AT+CMQTTSUB=0,13,1\r', '>'],
  ['house/kitchen', 'SUB: 0,0'],
  ['AT+CMQTTTOPIC=0,13\r', '>'],
  ['house/kitchen', 'OK'],
  ['AT+CMQTTPAYLOAD=0,28\r', '>'],
  ['temperature\r\nOK\r\ntemperature', 'OK'],
  ['AT+CMQTTPUB=0,1,60\r', 'RXEND: 0'],
  ['AT+CMQTTDISC=0,60\r', 'DISC: 0,0'],
]

/** A connection to a line or a control port, and what has come over it since the last `send`. */
function dial(address: string) {
  const [host, port] = address.split(':')
  const socket = connect(Number(port), host)
  const heard = { text: '', all: '' }
  socket.on('data', (bytes) => {
    heard.text += bytes.toString('latin1')
    heard.all += bytes.toString('latin1')
  })
  const send = async (text: string, answer: string): Promise<void> => {
    heard.text = ''
    socket.write(text, 'latin1')
    await until(() => heard.text.includes(answer), `${text}: ${heard.text}`)
  }
  return { send, heard, close: () => socket.destroy() }
}

const all: Record<string, Readonly<Record<string, string>>> = {}

/** A session with a recorder between host and module, and everything on that is stored or told. */
async function recorded(name: string, redact: readonly string[]): Promise<void> {
  const files = ['--trace', path(`${name}.trace`), '--pcapng', path(`${name}.pcapng`)]
  const module = await startModule(...files, '--control', '127.0.0.1:0', ...redact)
  const control = dial(module.ready.control!)
  await control.send('{"op":"events"}\n', '"ok":true')
  const to = ['--to', path(`${name}.at`), '--pcapng', path(`${name}-record.pcapng`)]
  const recorder = start(['record', '--tcp', module.ready.tcp!, '--tcp-listen', '127.0.0.1:0', ...to, ...redact])
  const address = await until(() => /host {5}(\S+)/.exec(recorder.err())?.[1], `recorder; ${recorder.err()}`)
  const host = dial(address)
  for (const [text, answer] of session(module.ready.broker!.replace('mqtt:', 'tcp:'))) await host.send(text, answer)
  await control.send('{"op":"state"}\n', '"ok":true')
  host.close()
  control.close()
  for (const { child, ended } of [recorder, module]) {
    child.kill('SIGTERM')
    await ended
  }
  all[name] = {
    trace: read(`${name}.trace`),
    pcapng: read(`${name}.pcapng`),
    'events and state': control.heard.all,
    recording: read(`${name}.at`),
    'recording as pcapng': read(`${name}-record.pcapng`),
  }
}

beforeAll(async () => {
  await recorded('plain', [])
  await recorded('masked', ['--redact', Object.keys(contents).join(',')])
}, 120_000)
afterAll(() => {
  endAll()
  rmSync(folder, { recursive: true })
})

describe('module --redact and record --redact', () => {
  test('all four kinds are in nothing that is stored or told, and were there without', () => {
    const foundIn = (text: string) => everything.filter((found) => text.includes(found))
    for (const [place, text] of Object.entries(all.masked!)) {
      expect([place, foundIn(text), text.includes('s3cret')]).toEqual([place, [], false])
      expect([place, text.includes('AT+CMQTTPUB=0,1,60')]).toEqual([place, true])
    }
    for (const [place, text] of Object.entries(all.plain!))
      expect([place, foundIn(text)]).toEqual([place, everything.filter((found) => !isHole(place, found))])
  })
  /** Recordings never have the numbers of a device. */
  const isHole = (place: string, text: string): boolean => place.startsWith('recording') && /^\d{15,}$/.test(text)

  test('a line of a trace has a star for each byte, and is as before otherwise', () => {
    const lines = (name: string): readonly string[] =>
      all[name]!.trace!.replace(/^ *[\d.]+ |127\.0\.0\.1:\d+/gm, '').split('\n')
    expect(lines('masked')[0]).toBe(
      `${lines('plain')[0]}, payloads and topics and identity and location a * for each byte`,
    )
    expect(all.masked!.trace).toContain('< AT+CMQTTACCQ=0,"*********"\\r')
    expect(all.masked!.trace).toContain('topic="*************" payload="****************************"')
  })

  test('with nothing on, trace and recording are as before', () => {
    const plainOf = (text: string): string =>
      text.replace(/^(?:# Recorded.*|@at.*)\n|^ *[\d.]+ tcp 127\S+ /gm, '').replaceAll(/127\.0\.0\.1:\d+/g, 'HOST:PORT')
    const parts = (text: string, from: string, to: string) =>
      plainOf(text).slice(plainOf(text).indexOf(from)).split(to)[0]!
    expect(parts(all.plain!.trace!, '< AT+CMQTTCONNECT', '< AT+CMQTTTOPIC').replace(/^.*mqtt:.*\n/gm, '')).toBe(
      [
        '< AT+CMQTTCONNECT=0,"tcp://HOST:PORT",60,1,"my-user",***\\r\n',
        '> AT+CMQTTCONNECT=0,"tcp://HOST:PORT",60,1,"my-user",***\\r\\r\\nOK\\r\\n\n',
        '> \\r\\n+CMQTTCONNECT: 0,0\\r\\n\n',
        '< AT+CMQTTSUB=0,13,1\\r\n> AT+CMQTTSUB=0,13,1\\r\\r\\n>\\r\\n\n',
        '< house/kitchen\n> house/kitchen\\r\\nOK\\r\\n\n> \\r\\n+CMQTTSUB: 0,0\\r\\n\n',
      ].join(''),
    )
    expect(parts(all.plain!.recording!, '> AT+CMQTTWILLMSG', '> AT+CMQTTTOPIC').replace(/\n+/g, '\n')).toBe(
      [
        '> AT+CMQTTWILLMSG=0,11,1\n<< AT+CMQTTWILLMSG=0,11,1\\r\n<prompt\n<\n>> temperature\n< temperature\n< OK\n',
        '# {broker} was HOST:PORT\n> AT+CMQTTCONNECT=0,"tcp://{broker}",60,1,"my-user","{password:11}"\n',
        '<< AT+CMQTTCONNECT=0,"tcp://{broker:15}",60,1,"my-user","{password:11}"\\r\n<\n< OK\n<\n< +CMQTTCONNECT: 0,0\n',
        '> AT+CMQTTSUB=0,13,1\n<< AT+CMQTTSUB=0,13,1\\r\n<prompt\n<\n>> house/kitchen\n',
        '< house/kitchen\n< OK\n<\n< +CMQTTSUB: 0,0\n',
      ].join(''),
    )
  })

  test('the recording is a transcript whose holes have the length of what was there', () => {
    const { steps } = parseTranscript(all.masked!.recording!, 'masked.at')
    expect(steps.length).toBe(parseTranscript(all.plain!.recording!, 'plain.at').steps.length)
    for (const line of ['> AT+CMQTTACCQ=0,"{identity', '>> {topic2:13}', '>> {payload2:28}', '< {topic2:13}'])
      expect(all.masked!.recording).toContain(line)
    expect(all.masked!.recording).toMatch(/^# Recorded .*, without payloads, topics, identity, location\n/)
  })

  test('wrong words', async () => {
    const to = ['--tcp', '127.0.0.1:1', '--to', path('never.at')]
    expect(await run(['record', ...to, '--redact', 'payload'])).toMatchObject({
      code: 2,
      err: 'atmqtt: --redact payload: give some of payloads, topics, identity, location, with commas between.\n',
    })
  })
})

describe.skipIf(tsharkMissing)('a capture with content left out, read by tshark', () => {
  const numbers = (file: string, filter: string, field: string): readonly number[] =>
    dissect(path(file), filter, [field])
      .flatMap(([found]) => found!.split(',').map(Number))
      .sort((a, b) => a - b)
  const sum = (all: readonly number[]): number => all.reduce((total, one) => total + one, 0)

  test('packets and lines have the length that they had', () => {
    const lengths = (name: string) => ({
      packets: numbers(`${name}.pcapng`, 'mqtt', 'mqtt.len'),
      bytesOfTheLine: sum(numbers(`${name}.pcapng`, 'frame.encap_type == 45', 'frame.len')),
      recorded: numbers(`${name}-record.pcapng`, 'frame', 'frame.len'),
    })
    expect(lengths('masked').packets).toHaveLength(9)
    expect(lengths('masked')).toEqual(lengths('plain'))
  })

  test.each(['masked.pcapng', 'masked-record.pcapng'])(
    '%s: nothing is malformed, nothing of the content is there',
    (name) => {
      const file = path(name)
      expect(dissect(file, '_ws.expert.severity >= 0x600000 or _ws.malformed', ['_ws.expert.message'])).toEqual([])
      expect(dissect(file, 'tcp.checksum.status != 1 or ip.checksum.status != 1', ['frame.number'])).toEqual([])
      const contains = everything.map((text) => `frame contains "${text}"`).join(' or ')
      expect(dissect(file, contains, ['frame.number'])).toEqual([])
    },
  )

  test('the fields of packets', () => {
    const file = path('masked.pcapng')
    const stars = (length: number): string => '2a'.repeat(length)
    expect(
      dissect(file, 'mqtt.msgtype == 1', ['mqtt.clientid', 'mqtt.username', 'mqtt.willtopic', 'mqtt.willmsg']),
    ).toEqual([['*********', '*******', '******', stars(11)]])
    expect(dissect(file, 'mqtt.msgtype == 3', ['mqtt.topic', 'mqtt.msg'])).toEqual([
      ['*************', stars(28)],
      ['*************', stars(28)],
    ])
    expect(dissect(file, 'mqtt.msgtype == 8', ['mqtt.topic'])).toEqual([['*************']])
  })
})

test('--trace-limit with content left out: each file says so, none has any of it', async () => {
  const limit = ['--trace', path('limited.trace'), '--trace-limit', '4KiB', '--redact', 'payloads']
  const module = await startModule(...limit)
  const host = dial(module.ready.tcp!)
  for (const [text, answer] of session(module.ready.broker!.replace('mqtt:', 'tcp:')).slice(6, -1))
    await host.send(text, answer)
  for (let i = 0; i < 3; i++)
    for (const [text, answer] of [
      ['AT+CMQTTTOPIC=0,1\r', '>'],
      ['t', 'OK'],
      ['AT+CMQTTPAYLOAD=0,990\r', '>'],
      ['temperature'.repeat(90), 'OK'],
      ['AT+CMQTTPUB=0,1,60\r', 'PUB: 0,0'],
    ] as const)
      await host.send(text, answer)
  host.close()
  module.child.kill('SIGTERM')
  await module.ended
  for (const name of ['limited.trace', 'limited.trace.1']) {
    expect(read(name).length).toBeLessThanOrEqual(4096)
    expect(read(name)).toMatch(/^# atmqtt trace: .*, payloads a \* for each byte\n/)
    expect(read(name)).toContain('*'.repeat(990))
    expect(read(name)).not.toContain('temperature')
  }
})

test('record: --redact and --no-redact together are one sentence, exit 2', async () => {
  for (const both of [
    ['--redact', 'topics', '--no-redact'],
    ['--no-redact', '--redact', 'topics'],
  ])
    expect(await runHere(['record', '--port', '/dev/ttyUSB9', '--to', path('both.at'), ...both])).toEqual({
      code: 2,
      out: '',
      err: 'atmqtt: --no-redact writes everything, --redact leaves more out: give one of them.\n',
    })
})
