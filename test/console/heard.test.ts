import { expect, test } from 'vitest'
import type { DeviceState } from '../../src/console/device-state.ts'
import type { TimelineRow } from '../../src/console/protocol.ts'
import { serveLine } from '../../src/console/server/show-line.ts'

const say = (line: ReturnType<typeof serveLine>, side: 'host' | 'module', text: string): void => {
  for (const byte of Buffer.from(text, 'latin1')) line.hear(side, Uint8Array.of(byte))
}

test('the line of a real module, byte by byte: rows with chains, what it tells of the state, and no password', () => {
  const line = serveLine('/dev/ttyUSB2')
  const login = 'AT+CMQTTCONNECT=0,"tcp://b.example:1883",60,1,"anna","s3cret-pass"\r'
  const steps: readonly (readonly ['host' | 'module', string])[] = [
    ['host', 'AT+CMQTTSTART\r'],
    ['module', 'AT+CMQTTSTART\r\r\nOK\r\n\r\n+CMQTTSTART: 0\r\n'],
    ['host', 'AT+CMQTTACCQ=0,"m",0\r'],
    ['module', 'AT+CMQTTACCQ=0,"m",0\r\r\nOK\r\n'],
    ['host', login],
    ['module', `${login}\r\nOK\r\n\r\n+CMQTTCONNECT: 0,0\r\n`],
    ['host', 'AT+CMQTTTOPIC=0,3\r'],
    ['module', 'AT+CMQTTTOPIC=0,3\r\r\n>'],
    ['host', 'a/b'],
    ['module', 'a/b\r\nOK\r\n'],
    [
      'module',
      '\r\n+CMQTTRXSTART: 0,1,2\r\n\r\n+CMQTTRXTOPIC: 0,1\r\nt\r\n+CMQTTRXPAYLOAD: 0,2\r\nhi\r\n+CMQTTRXEND: 0\r\n',
    ],
  ]
  for (const [side, text] of steps) say(line, side, text)
  line.stop()
  const { history } = line.served.timeline
  const rows = [...history.rows(1, history.last)].map(({ json }) => JSON.parse(json) as TimelineRow)
  const lines = rows.flatMap((row) => (row.kind === 'at-in' || row.kind === 'at-out' ? [row] : []))
  const topic = lines.find(({ part, bytes }) => part === 'data' && bytes === 'a/b')!
  expect(lines.filter(({ chain }) => chain === topic.chain).map(({ part }) => part)).toEqual([
    'command',
    'echo',
    'prompt',
    'data',
    'echo',
    'final',
  ])
  const result = lines.find(({ bytes }) => bytes.includes('+CMQTTCONNECT: 0,0'))!
  expect(lines.filter(({ chain }) => chain === result.chain).map(({ part }) => part)).toEqual([
    'command',
    'echo',
    'final',
    'result',
  ])
  const { state } = line.served.timeline.stateAt(history.last) as { state: DeviceState }
  expect(state).toMatchObject({ inferred: true, service: 'started', clients: { 0: { kind: 'connected' } } })
  const message = lines.filter(({ bytes }) => /RX|^t$|hi/.test(bytes))
  expect(new Set(message.map(({ chain }) => chain)).size).toBe(1)
  expect(JSON.stringify(rows)).not.toContain('s3cret')
})

test('a result under a wrong name is in the chain of what waits for it', () => {
  const line = serveLine('/dev/ttyUSB2')
  say(line, 'host', 'AT+CMQTTSUB=0,1,1\r')
  say(line, 'module', 'AT+CMQTTSUB=0,1,1\r\r\n>')
  say(line, 'host', 't')
  say(line, 'module', 't\r\nOK\r\n\r\n+CMQTTSUBTOPIC: 0,0\r\n')
  line.stop()
  const { history } = line.served.timeline
  const rows = [...history.rows(1, history.last)].map(({ json }) => JSON.parse(json) as TimelineRow)
  const [command] = rows
  expect(command).toMatchObject({ kind: 'at-in', part: 'command', defers: true })
  const result = rows.find((row) => row.kind === 'at-out' && row.part === 'result')
  expect(result).toMatchObject({ bytes: '\r\n+CMQTTSUBTOPIC: 0,0\r\n', chain: command!.chain })
})
