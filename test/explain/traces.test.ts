import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { bytesOf } from '../../src/at/public.ts'
import { openTrace } from '../../src/control/public.ts'
import { explain } from '../../src/explain/explain.ts'
import { FaultyModule } from '../support/module/faulty-module.ts'
import { sessionOf } from './session.ts'
import { shapes } from './shapes/shapes.ts'

const told = (log: string | Uint8Array): readonly string[] =>
  explain(log).findings.map(({ id, severity }) => `${id} ${severity}`)
const header = '# atmqtt trace: seconds\n# profile a76xx, seed 7\n'
const rowsOf = (session: string): string => shapes.trace!(sessionOf(session)).split('\n').slice(1).join('\n')

/** The trace of a module whose host does what `plays` says. */
function traceOf(plays: (m: FaultyModule) => void): string {
  const folder = mkdtempSync(join(tmpdir(), 'atmqtt-explained-'))
  const m = new FaultyModule()
  const { module, clock, faults } = m
  const trace = openTrace(join(folder, 't'), module, { clock, faults, profile: 'sim767x' })
  plays(m)
  trace.close()
  const text = readFileSync(join(folder, 't'), 'utf8')
  rmSync(folder, { recursive: true })
  return text
}

describe('a prompt that is lost', () => {
  test('is seen where the host gives up at once, and the trace is whole', () => {
    const text = traceOf((m) => {
      m.connected()
      m.faults.start('prompt-lost')
      m.type('AT+CMQTTTOPIC=0,5\r')
    })
    expect(told(text)).toEqual(['prompt-missing warning', 'fault-injected note'])
    expect(told(text.replace(/.*# the trace ends here\n/, ''))).toEqual(['fault-injected note'])
  })

  test('is seen where data come blindly, and prompts do elsewhere', () => {
    const blind = '> AT+CMQTTPAYLOAD=0,5\n>> hello\n< OK\n> AT\n< OK'
    expect(told(header + rowsOf(`> AT+CMQTTTOPIC=0,1\n< >\n>> t\n< OK\n${blind}`))).toEqual(['prompt-missing warning'])
    expect(told(header + rowsOf(blind))).toEqual([])
  })
})

test('a trace names its profile, and a fault that touched nothing', () => {
  const text = traceOf((m) => {
    m.faults.start('prompt-lost')
    m.type('AT\r')
  }).replace('profile sim767x', 'profile a7670c-v11')
  expect(explain(text)).toMatchObject({ shape: 'trace', family: 'a76xx', profile: 'a7670c-v11' })
  expect(explain(text).findings).toMatchObject([
    { id: 'fault-injected', because: expect.stringContaining('fault prompt-lost touched nothing') },
  ])
})

describe('several runs in one log', () => {
  const begins = '> AT+CMQTTSTART\n< OK\n< +CMQTTSTART: 0\n> AT+CMQTTACCQ=0,"a",0\n< OK\n'
  const connects = (code: number): string =>
    `${begins}> AT+CMQTTCONNECT=0,"tcp://a.example:1883",60,1\n< OK\n@+2s\n< +CMQTTCONNECT: 0,${code}\n`
  const ends = '> AT+CMQTTREL=0\n< OK\n> AT+CMQTTSTOP\n< OK\n< +CMQTTSTOP: 0\n'
  const [bad, good] = [`${connects(25)}${ends}`, `${connects(0)}> AT+CMQTTDISC=0,60\n< OK\n< +CMQTTDISC: 0,0\n${ends}`]

  test('what a host tries again and brings to work is a note', () => {
    expect(told(header + rowsOf(bad + good))).toEqual(['dns note'])
  })

  test.each(['    0.000 # host gone from at0\n    0.000 # host at at0\n', '    0.000 # fresh\n'])(
    'another host, or a module made fresh, begins a run of its own: %j',
    (mark) => {
      expect(told(`${header}${rowsOf(bad)}\n${mark}${rowsOf(good)}`)).toEqual(['dns error'])
    },
  )

  test.each(['arrows', 'plain', 'espLog'])('a host that starts again begins a run: %s', (shape) => {
    const log = shapes[shape]!(sessionOf(`${bad}# rst:0x1 (POWERON_RESET)\n${good}`))
    expect(told(bytesOf(log))).toEqual(['dns error'])
  })

  test('so does START, or a start of the module, behind a session that worked and was ended in order', () => {
    const lost = `${connects(0)}> AT+CMQTTSUB=0,3,1\n< >\n>> a/b\n< OK\n< +CMQTTSUB: 0,1\n${ends}`
    for (const between of ['', '> AT+CRESET\n< OK\n< *ATREADY: 1\n'])
      expect(
        told(
          header +
            rowsOf(`${lost}${between}${connects(0)}> AT+CMQTTSUB=0,3,1\n< >\n>> a/b\n< OK\n< +CMQTTSUB: 0,0\n${ends}`),
        ),
      ).toContain('policy error')
  })
})

describe('what follows is not told', () => {
  test('the ladder shows TLS for a connection with TLS alone', () => {
    const rung = (type: number) =>
      explain(
        header +
          rowsOf(
            `> AT+CMQTTACCQ=0,"a",${type}\n< OK\n> AT+CMQTTCONNECT=0,"tcp://a.example:8883",60,1\n< OK\n< +CMQTTCONNECT: 0,0`,
          ),
      ).ladder.find((step) => step.rung === 'tls')!.state
    expect([rung(0), rung(1)]).toEqual(['unknown', 'works'])
  })

  test('DISC and REL that find nothing to end are a note', () => {
    const tidies = '> AT+CMQTTDISC=0,60\n< +CMQTTDISC: 0,11\n< ERROR\n> AT+CMQTTREL=0\n< +CMQTTREL: 0,20\n< ERROR\n'
    expect(told(header + rowsOf(tidies))).toEqual(['nothing-to-end note'])
    expect(told(header + rowsOf(`${tidies}> AT+CMQTTSTART\n< OK\n< +CMQTTSTART: 0`))).toEqual(['nothing-to-end note'])
  })
})

test('DISC, which takes no data, lacks no prompt', () => {
  const log = header + rowsOf('> AT+CMQTTSTART\n< OK\n< +CMQTTSTART: 0\n> AT+CMQTTDISC=0,60\n@+20s\n> AT\n< OK')
  expect(told(log)).not.toContainEqual(expect.stringContaining('prompt-missing'))
})

test('lost at equal intervals, each time after a while, is the network in between and no second client', () => {
  const life =
    '> AT+CMQTTCONNECT=0,"tcp://a.example:1883",600,1\n< OK\n< +CMQTTCONNECT: 0,0\n@+600s\n< +CMQTTCONNLOST: 0,2\n'
  expect(told(header + rowsOf(life.repeat(4)))).toEqual(['periodic-drop warning'])
})

test('a log that was put together of two, whose clock goes back, has no start that nobody asked for', () => {
  const start = '< *ATREADY: 1\n> AT\n< OK\n> AT+CSQ\n< +CSQ: 20,99\n< OK'
  const log = `${header}${rowsOf(`@+60s\n${start}`)}\n${rowsOf(start)}`
  expect(told(log)).toEqual([])
  expect(told(`${header}${rowsOf(`${start}\n@+60s\n${start}`)}`)).toEqual(['brown-out error'])
})

describe('data behind a prompt', () => {
  const publish = (data: string) =>
    `> AT+CMQTTSTART\n< OK\n< +CMQTTSTART: 0\n> AT+CMQTTPAYLOAD=0,4\n< >\n${data}\n< OK\n> AT+CMQTTPUB=0,1,60\n@+10s\n> AT\n< OK`

  test.each([
    ['as decimal numbers are as many bytes', 'arrows', '>> 50 49 46 53'],
    ['with the words of the host in front, where nothing tells who wrote them', 'plain', '# loop: 12 ms\n>> 21.5'],
    ['with the words of the host behind them', 'plain', '>> 21.5\n# loop: 12 ms'],
  ])('%s: they are as long as announced', (_, shape, data) => {
    expect(told(shapes[shape]!(sessionOf(publish(data))))).not.toContainEqual(expect.stringContaining('length'))
  })
})
