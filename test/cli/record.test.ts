import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { textOf } from '../../src/at/syntax/bytes.ts'
import { nodeClock } from '../../src/io/runtime/clock-node.ts'
import { openSerialPort } from '../../src/io/transports/serial.ts'
import { faulty } from '../../src/io/wrappers/faulty.ts'
import { parseTranscript } from '../../src/transcript/language/parse.ts'
import { playTranscript } from '../../src/transcript/player/play.ts'
import { bin, endAll, run, start, startModule, watch } from '../support/cli.ts'
import { type Mosquitto, mosquittoMissing, startMosquitto } from '../support/programs/mosquitto.ts'
import { until } from '../support/until.ts'

const folder = mkdtempSync(join(tmpdir(), 'atmqtt-record-'))
afterEach(endAll)
afterAll(() => rmSync(folder, { recursive: true }))
const path = (name: string): string => join(folder, name)

/** What a firmware does: a login, a will, payloads of JSON and of any bytes, its IMEI in names. */
const firmware = (broker: string): string => `# firmware
> AT+CGSN
< {imei:15}
< OK
> AT+CMQTTSTART
< OK
< +CMQTTSTART: 0
> AT+CMQTTACCQ=0,"dev-{imei}"
< OK
> AT+CMQTTCONNECT=0,"tcp://${broker}",60,1,"sensor","s3cret-word"
< OK
< +CMQTTCONNECT: 0,0
> AT+CMQTTSUB=0,9,1
<prompt
>> simcommsg
< OK
< +CMQTTSUB: 0,0
> AT+CMQTTTOPIC=0,9
<prompt
>> simcommsg
< OK
> AT+CMQTTPAYLOAD=0,24
<prompt
>> {"t":21.5}\\x00\\xff\\r\\nAT\\r\\n\\\\\\x7bx:1}
< OK
> AT+CMQTTPUB=0,1,60
< OK
~ +CMQTTRXSTART: 0,9,24
~ +CMQTTRXTOPIC: 0,9
~~ simcommsg
~ +CMQTTRXPAYLOAD: 0,24
~~ {"t":21.5}\\x00\\xff\\r\\nAT\\r\\n\\\\\\x7bx:1}
~ +CMQTTRXEND: 0
< +CMQTTPUB: 0,0
~
> AT+CMQTTDISC=0,120
< OK
< +CMQTTDISC: 0,0
> AT+CMQTTREL=0
< OK
> AT+CMQTTSTOP
< OK
< +CMQTTSTOP: 0
`

/** Runs the firmware on a PTY; what it got. */
async function runFirmware(pty: string, broker: string): Promise<string> {
  const program = faulty(await openSerialPort({ path: pty }))
  let got = ''
  program.tap('in', {
    take(bytes, pass) {
      got += textOf(bytes)
      pass(bytes)
    },
  })
  try {
    await playTranscript(parseTranscript(firmware(broker), 'firmware.at'), program, { clock: nodeClock, quietMs: 20 })
  } finally {
    await program.close()
  }
  return got
}

/** What a program of before has left behind. */
async function echoOff(pty: string): Promise<void> {
  const program = await openSerialPort({ path: pty })
  await playTranscript(parseTranscript('> ATE0\n< OK\n', 'before.at'), program, { clock: nodeClock })
  await program.close()
}

describe.skipIf(mosquittoMissing)('a session with mosquitto through the PTY', () => {
  let mosquitto: Mosquitto
  beforeAll(async () => {
    mosquitto = await startMosquitto('', { logins: { sensor: 's3cret-word' } })
  })
  afterAll(() => mosquitto.stop())

  test('plays back both ways, byte for byte', async () => {
    const modulePty = path('ttyModule')
    await startModule('--no-broker', '--no-tcp', '--pty', modulePty)
    await echoOff(modulePty)
    const recording = path('session.at')
    const recorder = start(['record', '--port', modulePty, '--pty', path('ttyHost'), '--to', recording])
    await until(() => recorder.err().includes('Recording.') && existsSync(path('ttyHost')), recorder.err())
    const heard = await runFirmware(path('ttyHost'), mosquitto.address)
    recorder.child.kill('SIGTERM')
    expect(await recorder.ended).toBe(0)

    const text = readFileSync(recording, 'utf8')
    for (const secret of ['s3cret-word', '351602000330579']) expect(text).not.toContain(secret)
    expect(text).toContain('\n@strict\n@echo off\n')
    expect(text).toContain(`# {broker} was ${mosquitto.address}\n`)
    expect(text).toContain('> AT+CMQTTCONNECT=0,"tcp://{broker}",60,1,"sensor","{password:11}"\n')
    expect(text).toContain('> AT+CMQTTACCQ=0,"dev-{imei:15}"\n')

    const memory = await run([
      ...['play', recording, '--memory', '--broker', mosquitto.address],
      ...['--set', 'password=s3cret-word'],
    ])
    expect(memory.out).toMatch(/\n1 passed, 0 failed, 0 skipped\n$/)
    const there = ['--port', modulePty, '--broker', mosquitto.address]
    const host = await run(['play', recording, ...there, '--set', 'password=s3cret-word'])
    expect(host.out).toMatch(/\n1 passed, 0 failed, 0 skipped\n$/)
    const compared = await run(['compare', recording, ...there, '--with', 'memory', '--set', 'password=s3cret-word'])
    expect(compared).toMatchObject({ code: 0, out: expect.stringMatching(/\n1 same, 0 different, 0 skipped\n$/) })

    const standIn = start([
      'play',
      recording,
      '--as-module',
      '--pty',
      path('ttyStandIn'),
      '--set',
      'imei=351602000330579',
    ])
    await until(() => standIn.out().includes('answers on'), 'the stand-in')
    expect(await runFirmware(path('ttyStandIn'), mosquitto.address)).toBe(heard)
    expect(await standIn.ended).toBe(0)

    const wrong = await run(['play', recording, ...there, '--set', 'password=another-word'])
    expect(wrong.code).toBe(1)
    expect(wrong.out).toContain('> +CMQTTCONNECT: 0,0')
  })
})

test("the guide's next line: a session with the broker of the module plays in memory, whatever echo was", async () => {
  const modulePty = path('ttyOwn')
  const { ready } = await startModule('--no-tcp', '--pty', modulePty)
  await echoOff(modulePty)
  const recording = path('own.at')
  const recorder = start(['record', '--port', modulePty, '--pty', path('ttyOwnHost'), '--to', recording])
  await until(() => recorder.err().includes('Recording.') && existsSync(path('ttyOwnHost')), recorder.err())
  await runFirmware(path('ttyOwnHost'), ready.broker!.replace('mqtt://', ''))
  recorder.child.kill('SIGTERM')
  expect(await recorder.ended).toBe(0)
  const played = await run(['play', recording, '--memory', '--set', 'password=s3cret-word'])
  expect(played.out).toMatch(/\n1 passed, 0 failed, 0 skipped\n$/)
})

describe('record', () => {
  test('a host over TCP; -- CMD gets the address, and its exit code is passed on', async () => {
    const module = await startModule()
    const program = `const [host, port] = process.env.ATMQTT_TCP.split(':');
      const socket = require('net').connect(port, host, () => socket.write('AT+NOSUCH;+CPIN="1234"\\r'));
      socket.on('data', (bytes) => /OK|ERROR/.test(bytes) && process.exit(7))`
    const file = path('tcp.at')
    const args = ['record', '--tcp', module.ready.tcp!, '--tcp-listen', '127.0.0.1:0', '--no-redact', '--to', file]
    expect(await run([...args, '--', process.execPath, '-e', program])).toMatchObject({ code: 7, out: '' })
    expect(readFileSync(file, 'utf8')).toMatch(
      /^# Recorded by atmqtt .*\n@strict\n@echo on\n\n@at \d+\.\d{6}\n> AT\+NOSUCH;\+CPIN="1234"\n@at .*\n<< AT\+NOSUCH;\+CPIN="1234"\\r\n<\n< ERROR\n$/,
    )
    const again = await run(args)
    expect(again).toMatchObject({ code: 3, err: expect.stringContaining('is there already') })
  })

  /** A host that sends `AT` until it has had so many answers, through a recorder that has no room. */
  const host = (answers: number): string => `const [host, port] = process.env.ATMQTT_TCP.split(':');
    let left = ${answers}
    const socket = require('net').connect(port, host, () => socket.write('AT\\r'))
    socket.on('data', (bytes) => {
      if (!/OK/.test(bytes)) return
      if (--left === 0) process.exit(7)
      socket.write('AT\\r')
    })`

  test.skipIf(process.platform === 'win32')(
    'a disk that fills up: host and module go on, it says so, exit 3',
    async () => {
      const module = await startModule()
      const to = path('full.at')
      const args = ['record', '--tcp', module.ready.tcp!, '--tcp-listen', '127.0.0.1:0', '--to', to]
      // Blocks of 512 bytes or of 1024: it depends on the shell.
      const limited = `ulimit -f 2; exec "$0" "$@"`
      const recorder = watch(
        spawn('sh', ['-c', limited, process.execPath, bin, ...args, '--', process.execPath, '-e', host(100)]),
      )
      expect(await recorder.ended).toBe(3)
      expect(recorder.err()).toMatch(
        /atmqtt: the recording ends here: its file can't be written \(EFBIG[^\n]*\)\. Host and module go on\.\n$/,
      )
      expect(recorder.err().match(/ends here/g)).toHaveLength(1)
      const text = readFileSync(to, 'utf8')
      expect(text.endsWith('\n')).toBe(true)
      expect(parseTranscript(text, to).steps.length).toBeGreaterThan(10)
    },
  )

  test.skipIf(!existsSync('/dev/full'))('a capture without room: the recording goes on, exit 3', async () => {
    const module = await startModule()
    const to = path('capture.at')
    const args = ['record', '--tcp', module.ready.tcp!, '--tcp-listen', '127.0.0.1:0', '--to', to]
    // Not through `run`, which reads what a program has captured: /dev/full has no end.
    const program = ['--pcapng', '/dev/full', '--', process.execPath, '-e', host(3)]
    const recorder = watch(spawn(process.execPath, [bin, ...args, ...program]))
    const [code, err] = [await recorder.ended, recorder.err()]
    expect([code, err]).toEqual([3, expect.stringMatching(/^atmqtt: the capture ends here: .*ENOSPC/)])
    expect(parseTranscript(readFileSync(to, 'utf8'), to).steps.length).toBeGreaterThan(5)
  })

  const wrong: readonly (readonly [readonly string[], number, string])[] = [
    [['--to', 'x.at'], 2, 'needs one module'],
    [
      ['--tcp', '127.0.0.1:1', '--to', 'x', '--pty', '/tmp/x', '--tcp-listen', '127.0.0.1:0'],
      2,
      'one line for the host',
    ],
    [['--port', '/dev/nothing-here', '--to', 'x.at'], 3, 'no serial device'],
  ]

  test('wrong usage, and a module that is not there', async () => {
    const ended = await Promise.all(wrong.map(([args]) => run(['record', ...args])))
    for (const [i, [, code, sentence]] of wrong.entries())
      expect(ended[i]).toMatchObject({ code, err: expect.stringContaining(sentence) })
  })
})
