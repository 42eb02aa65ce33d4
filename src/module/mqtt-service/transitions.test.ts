import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { broker, OK, type PureModule, pureModule, realModule, said } from '../../../test/support/pure-module.ts'

/** Kind of the service while it is stopped, else of client 0. */
const where = ({ state: { service } }: PureModule): string =>
  service.mqtt.kind === 'started' ? service.mqtt.clients[0].kind : service.mqtt.kind

const reach: Readonly<Record<string, () => PureModule>> = {
  stopped: () => pureModule(),
  free: () => {
    const m = pureModule()
    m.at('+CMQTTSTART')
    return m
  },
  acquired: () => pureModule().acquired(),
  connecting: () => pureModule().connecting(),
  connected: () => pureModule().connected(),
  disconnecting: () => {
    const m = pureModule().attach(2).connected().congested(true)
    m.at('+CMQTTDISC=0,60', 2)
    return m
  },
}

const events: Readonly<Record<string, (m: PureModule) => unknown>> = {
  START: (m) => m.at('+CMQTTSTART'),
  STOP: (m) => m.at('+CMQTTSTOP'),
  ACCQ: (m) => m.at('+CMQTTACCQ=0,"a"'),
  REL: (m) => m.at('+CMQTTREL=0'),
  CONNECT: (m) => m.at('+CMQTTCONNECT=0,"tcp://a.bc",60,1'),
  DISC: (m) => m.at('+CMQTTDISC=0'),
  'DISC, socket full': (m) => m.attach(2).congested(true).at('+CMQTTDISC=0,60', 2),
  'CONNACK 0': (m) => m.receives(broker.connack()),
  'CONNACK 5': (m) => m.receives(broker.connack(5)),
  drained: (m) => m.congested(false),
  FIN: (m) => m.ended('closed'),
  RST: (m) => m.ended('reset'),
  'time-out': (m) => m.advance(200_000),
  'network down': (m) => m.input({ type: 'network', coverage: 'down' }),
  reset: (m) => m.input({ type: 'reset' }),
}

/** Where an event leads; what is not here leads nowhere. */
const diagram: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  stopped: { START: 'free' },
  free: { STOP: 'stopped', ACCQ: 'acquired', 'network down': 'stopped', reset: 'stopped' },
  acquired: { REL: 'free', CONNECT: 'connecting', 'network down': 'stopped', reset: 'stopped' },
  connecting: {
    'CONNACK 0': 'connected',
    'CONNACK 5': 'acquired',
    FIN: 'acquired',
    RST: 'acquired',
    'time-out': 'acquired',
    'network down': 'stopped',
    reset: 'stopped',
  },
  connected: {
    DISC: 'acquired',
    'DISC, socket full': 'disconnecting',
    'CONNACK 0': 'acquired',
    'CONNACK 5': 'acquired',
    FIN: 'acquired',
    RST: 'acquired',
    'time-out': 'acquired',
    'network down': 'stopped',
    reset: 'stopped',
  },
  disconnecting: {
    drained: 'acquired',
    FIN: 'acquired',
    RST: 'acquired',
    'time-out': 'acquired',
    'network down': 'stopped',
    reset: 'stopped',
  },
}

describe.each(Object.keys(reach))('%s', (from) => {
  test.each(Object.keys(events))('%s', (event) => {
    const m = reach[from]!()
    expect(where(m)).toBe(from)
    const before = m.state.service.mqtt
    m.got()
    events[event]!(m)
    expect(where(m)).toBe(diagram[from]![event] ?? from)
    if (diagram[from]![event] === undefined && event !== 'time-out') expect(m.state.service.mqtt).toEqual(before)
    if (event !== 'reset') m.got()
    m.input({ type: 'host', line: 1, present: false }).input({ type: 'host', line: 1, present: true })
    expect(m.at('').endsWith(OK)).toBe(true)
  })
})

test('every state has a transition to another, and one from another', () => {
  const targets = new Set(Object.values(diagram).flatMap((exits) => Object.values(exits)))
  expect([...targets].sort()).toEqual(Object.keys(reach).sort())
})

/** Transitions of a line: from, to, event, a module in the first state, and what makes the event happen. */
const lineTransitions: readonly (readonly [string, string, string, () => PureModule, (m: PureModule) => unknown])[] = [
  ['command', 'data', 'prompt', () => pureModule().acquired(), (m: PureModule) => m.at('+CMQTTTOPIC=0,1')],
  ['data', 'command', 'last byte of the data', () => prompted(), (m: PureModule) => m.type('t')],
  ['data', 'command', 'time-out', () => prompted(), (m: PureModule) => m.advance(120_000)],
  [
    'data',
    'data',
    'host leaves',
    () => prompted(),
    (m: PureModule) => m.input({ type: 'host', line: 1, present: false }),
  ],
  ['data', 'command', 'reset', () => prompted(), (m: PureModule) => m.input({ type: 'reset' })],
  [
    'command',
    'executing',
    'command whose result comes later',
    () => congested(),
    (m: PureModule) => m.at('+CMQTTPUB=0,0,60'),
  ],
  ['executing', 'command', 'result', () => executing(), (m: PureModule) => m.congested(false)],
  [
    'executing',
    'data',
    'result, then a prompt that was typed ahead',
    () => executing(),
    (m: PureModule) => m.type('AT+CMQTTTOPIC=0,1\r') + m.congested(false).got(),
  ],
  ['executing', 'command', 'reset', () => executing(), (m: PureModule) => m.input({ type: 'reset' })],
  [
    'executing',
    'executing',
    'host leaves',
    () => executing(),
    (m: PureModule) => m.input({ type: 'host', line: 1, present: false }),
  ],
  ['command', 'working', 'command, timing real', () => real(), (m: PureModule) => m.at('+CSQ')],
  ['working', 'command', 'response time over', () => working(), (m: PureModule) => m.advance(1000)],
  [
    'working',
    'data',
    'response time over: prompt',
    () => working('+CMQTTTOPIC=0,1'),
    (m: PureModule) => m.advance(100),
  ],
  [
    'working',
    'executing',
    'response time over: result comes later',
    () => working('+CMQTTPUB=0,0,60'),
    (m: PureModule) => m.advance(100),
  ],
  ['working', 'command', 'reset', () => working(), (m: PureModule) => m.input({ type: 'reset' })],
  [
    'working',
    'working',
    'host leaves',
    () => working(),
    (m: PureModule) => m.input({ type: 'host', line: 1, present: false }),
  ],
  [
    'data',
    'working',
    'last byte of the data, timing real',
    () => working('+CMQTTTOPIC=0,1').advance(100),
    (m: PureModule) => m.type('t'),
  ],
]

describe('the line: command, executing, working, data', () => {
  const mode = (m: PureModule) => m.state.lines[0]!.mode.kind
  test.each(lineTransitions)('%s → %s: %s', (from, to, _, given, happens) => {
    const m = given()
    expect(mode(m)).toBe(from)
    happens(m)
    expect(mode(m)).toBe(to)
  })
})

function congested(): PureModule {
  const m = pureModule().connected().congested(true)
  m.prompted('+CMQTTTOPIC=0,1', 't')
  return m
}

function prompted() {
  const m = pureModule().acquired()
  m.at('+CMQTTTOPIC=0,1')
  return m
}

function executing() {
  const m = congested()
  m.at('+CMQTTPUB=0,0,60')
  return m
}

/** Commands take their time; client 0 is connected, its socket is full and a topic is staged. */
function real() {
  const m = realModule().connected().advance(5000)
  m.opened().receives(broker.connack()).congested(true)
  m.at('+CMQTTTOPIC=0,1')
  m.type('t')
  return m.advance(5000)
}

function working(command = '+CSQ') {
  const m = real()
  m.at(command)
  return m
}

/** The transitions as a Mermaid diagram: one arrow for all events that lead from one state to another. */
function mermaid(start: string, transitions: readonly (readonly [from: string, to: string, event: string])[]): string {
  const arrows = new Map<string, readonly string[]>()
  for (const [from, to, event] of transitions) {
    const arrow = `${from} --> ${to}`
    if (from !== to) arrows.set(arrow, [...(arrows.get(arrow) ?? []), event.replaceAll(':', ',')])
  }
  const rows = [...arrows].map(([arrow, events]) => `  ${arrow}: ${events.join(' / ')}`)
  return ['```mermaid', 'stateDiagram-v2', `  [*] --> ${start}`, ...rows, '```'].join('\n')
}

const exits = Object.entries(diagram).flatMap(([from, byEvent]) =>
  Object.entries(byEvent).map(([event, to]) => [from, to, event] as const),
)

test.each([
  ['client', mermaid('stopped', exits)],
  [
    'line',
    mermaid(
      'command',
      lineTransitions.map(([from, to, event]) => [from, to, event] as const),
    ),
  ],
])(
  'docs/reference/states.md shows the transitions that are walked here: %s (UPDATE=1 npm test writes it)',
  (name, shown) => {
    const file = new URL('../../../docs/reference/states.md', import.meta.url)
    const page = readFileSync(file, 'utf8')
    const [begin, end] = [`<!-- ${name}: generated, \`npm test\` compares -->\n`, `<!-- /${name} -->`]
    const fresh = `${page.slice(0, page.indexOf(begin))}${begin}\n${shown}\n\n${page.slice(page.indexOf(end))}`
    if (process.env.UPDATE) writeFileSync(file, fresh)
    expect(page).toBe(fresh)
  },
)

describe('network loss', () => {
  const ways: readonly (readonly [string, (m: PureModule) => string])[] = [
    ['AT+CGACT=0,1', (m) => m.at('+CGACT=0,1').slice(OK.length)],
    ['AT+CGACT=0', (m) => m.at('+CGACT=0').slice(OK.length)],
    ['coverage', (m) => m.input({ type: 'network', coverage: 'down' }).got()],
  ]
  test.each(ways)('%s: 6, CONNLOST 3 per client, NONET once [conn-36 life-27]', (_, lose) => {
    const m = pureModule().connected(0).connected(1)
    for (const index of [1, 0]) m.prompted(`+CMQTTUNSUB=${index},1,0`, 't')
    const lost = (index: number) => said(`+CMQTTUNSUB: ${index},6`) + said(`+CMQTTCONNLOST: ${index},3`)
    expect(lose(m)).toBe(`${lost(0)}${lost(1)}${said('+CMQTTNONET')}`)
    expect(where(m)).toBe('stopped')
  })
  test.each(ways)(
    '%s: NONET with no client connected, nothing with the service stopped [conn-37 conn-39]',
    (_, lose) => {
      expect(lose(reach.acquired!())).toBe(said('+CMQTTNONET'))
      expect(lose(pureModule())).toBe('')
    },
  )
  test('another context carries no MQTT', () => {
    const m = reach.connected!()
    m.at('+CGDCONT=2,"IP","x"')
    expect(m.at('+CGACT=1,2;+CGACT=0,2')).toBe(OK)
    expect(where(m)).toBe('connected')
  })
  test('silence is no loss', () => {
    const m = reach.connected!().input({ type: 'network', coverage: 'silent' })
    expect([m.got(), where(m)]).toEqual(['', 'connected'])
    expect(m.effects).toContainEqual({ type: 'coverage', silent: true })
  })
})
