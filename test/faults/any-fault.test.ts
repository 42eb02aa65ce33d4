import fc from 'fast-check'
import { expect, test } from 'vitest'
import { profiles } from '../../src/at/public.ts'
import { catalogue } from '../../src/faults/public.ts'
import { FaultyModule } from '../support/module/faulty-module.ts'

/** Stands where a command is given, so that its reply is not taken for the end of what came before. */
const separator = '|'

/** Commands of one host, which gives data when it is asked, and waits for each final result. */
class CarefulHost {
  readonly module: FaultyModule
  readonly commands: string[] = []
  output = ''

  constructor(module: FaultyModule) {
    this.module = module
  }

  /** Gives a command, unless the last one has no final result yet. */
  give(command: string): void {
    if (this.#mode().kind !== 'command') return
    this.commands.push(command)
    this.output += `${this.module.got()}${separator}${this.module.at(command)}`
    const mode = this.#mode()
    if (mode.kind === 'data') this.output += this.module.type('t'.repeat(mode.wanted))
  }

  wait(ms: number): void {
    this.output += this.module.advance(ms)
  }

  #mode() {
    return this.module.module.state().lines[0]!.mode
  }
}

type Happening =
  | { readonly give: string }
  | { readonly start: string }
  | { readonly stop: string }
  | { readonly wait: number }
  | { readonly publish: number }

const commands = [
  '+CMQTTSTART',
  '+CMQTTACCQ=0,"me"',
  '+CMQTTACCQ=1,"you",1',
  '+CMQTTCONNECT=0,"tcp://server",600,0',
  '+CMQTTCONNECT=0,"tcp://server",600,1',
  '+CMQTTCONNECT=1,"tcp://server",600,0',
  '+CMQTTTOPIC=0,1',
  '+CMQTTPAYLOAD=0,2',
  '+CMQTTPUB=0,0,60',
  '+CMQTTPUB=0,1,60',
  '+CMQTTPUB=0,2,180',
  '+CMQTTSUB=0,1,2',
  '+CMQTTUNSUB=0,1,0',
  '+CMQTTDISC=0,60',
  '+CMQTTDISC=1,0',
  '+CMQTTREL=0',
  '+CMQTTSTOP',
  '+CPIN?',
  '+CSQ',
  '+CGATT=1',
]
/** All that damage nothing on the line and cut no power: then every command has its results. */
const faults = catalogue
  .filter(
    ({ group, name }) =>
      group !== 'bytes' && group !== 'response' && !/^(power-cut|spontaneous-reboot|stop-reboots)$/.test(name),
  )
  .map(({ name }) => name)

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ give: fc.constantFrom(...commands) }) },
  { weight: 3, arbitrary: fc.record({ start: fc.constantFrom(...faults) }) },
  { weight: 3, arbitrary: fc.record({ stop: fc.constantFrom(...faults) }) },
  { weight: 3, arbitrary: fc.record({ wait: fc.constantFrom(1, 3000, 70_000, 200_000) }) },
  { weight: 1, arbitrary: fc.record({ publish: fc.nat(2) }) },
)

function happen(host: CarefulHost, what: Happening): void {
  const { faults, server } = host.module
  if ('give' in what) host.give(what.give)
  if ('start' in what) faults.start(what.start)
  if ('stop' in what) faults.stop(what.stop)
  if ('wait' in what) host.wait(what.wait)
  if ('publish' in what) server.publish('t', 'pp', what.publish)
}

const finals = /\r\n(OK|ERROR|\+CME ERROR: [^\r]*)\r\n/g
/** Results that are no part of a refusal. */
const results = (output: string, name: string): number =>
  output.match(new RegExp(`\\r\\n\\${name}: (?:\\d,)?\\d+\\r\\n(?!\\r\\nERROR)`, 'g'))?.length ?? 0

const deferred = ['START', 'STOP', 'CONNECT', 'DISC', 'PUB', 'SUB', 'UNSUB'].map((name) => `+CMQTT${name}`)

function check({ module, commands: given, output }: CarefulHost): void {
  const got = [...output.matchAll(finals)].map(([, final]) => final!)
  expect(got).toHaveLength(given.length)
  for (const name of deferred) {
    const accepted = given.filter((command, i) => command.split('=')[0] === name && got[i] === 'OK')
    expect([name, results(output, name)]).toEqual([name, accepted.length])
  }
  const [line] = module.module.state().lines
  expect([line!.mode.kind, line!.held.length, line!.typeAhead.length]).toEqual(['command', 0, 0])
  expect(module.module.state().defects).toEqual([])
  expect(module.at('')).toBe('\r\nOK\r\n')
}

/** From anywhere to a message there and back. */
function cleanRound(module: FaultyModule): void {
  for (const command of ['DISC=0,60', 'DISC=1,60', 'REL=0', 'REL=1', 'STOP']) {
    module.at(`+CMQTT${command}`)
    // A half-open connection whose buffer is full holds DISC until its time-out.
    module.advance(60_000)
  }
  module.server.published.length = 0
  expect(module.acquired().connect()).toContain('\r\n+CMQTTCONNECT: 0,0\r\n')
  expect(module.publish(2)).toBe('\r\nOK\r\n\r\n+CMQTTPUB: 0,0\r\n')
  expect(module.server.published).toContain('t p')
}

test.each(['sim767x', 'a76xx'])(
  '%s: whatever happens, every command has its results, and all is well afterwards',
  (name) => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 40 }), fc.nat(), (happenings, seed) => {
        const host = new CarefulHost(new FaultyModule({ seed, profile: profiles[name]! }).connected())
        for (const what of happenings) happen(host, what)
        host.module.faults.stopAll()
        host.wait(800_000)
        check(host)
        cleanRound(host.module)
      }),
      { numRuns: 1000 },
    )
  },
)
