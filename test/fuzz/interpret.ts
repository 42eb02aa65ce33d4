import { profiles } from '../../src/at/profiles/profiles.ts'
import { bytesOf, concat, textOf } from '../../src/at/syntax/bytes.ts'
import { createModuleConfig, initialState, type ModuleConfig, type ModuleState } from '../../src/module/public.ts'
import { throughJson } from '../support/frozen.ts'
import { claim, claimSame, plain } from './claim.ts'
import { ModuleBench } from './module-bench.ts'

/** Behind it, in an input, something happens: one letter, and bytes up to the next mark. */
export const mark = 0xfe

export const profileNames: readonly string[] = Object.keys(profiles)

const devices: readonly ModuleConfig[] = profileNames.flatMap((name) =>
  (['instant', 'real'] as const).map((timing) => createModuleConfig(profiles[name]!, { timing })),
)

type Happening = (bench: ModuleBench, bytes: Uint8Array) => void

const coverages = ['up', 'down', 'silent'] as const
const simActions = ['insert', 'remove', 'busy', 'idle'] as const
const admissions = ['home', 'roaming', 'denied'] as const
const first = (bytes: Uint8Array): number => bytes[0] ?? 0
const oneOf = <T>(list: readonly T[], bytes: Uint8Array): T => list[first(bytes) % list.length]!

/** What happens, by its letter; an event without one is typed by the first host. */
const happenings: Readonly<Record<string, Happening>> = {
  l: (bench, bytes) => bench.command(bytes.filter((byte) => ![0x08, 0x0a, 0x0d].includes(byte))),
  h: (bench, bytes) => bench.typed(bytes),
  i: (bench, bytes) => bench.input({ type: 'bytes', line: 2, bytes }),
  r: (bench, bytes) => bench.input({ type: 'received', connection: bench.connection, bytes }),
  R: (bench, bytes) => bench.input({ type: 'received', connection: bench.connection - 1, bytes }),
  o: (bench) => bench.input({ type: 'connected', connection: bench.connection }),
  f: (bench) => bench.input({ type: 'failed', connection: bench.connection, reason: 'dns', detail: '' }),
  c: (bench) => bench.input({ type: 'ended', connection: bench.connection, how: 'closed' }),
  x: (bench) => bench.input({ type: 'ended', connection: bench.connection, how: 'reset' }),
  g: (bench) => bench.input({ type: 'congested', connection: bench.connection, congested: true }),
  G: (bench) => bench.input({ type: 'congested', connection: bench.connection, congested: false }),
  t: (bench, bytes) => bench.advance(first(bytes) * 100),
  T: (bench, bytes) => bench.advance(first(bytes) * 1000),
  n: (bench, bytes) => bench.input({ type: 'network', coverage: oneOf(coverages, bytes) }),
  s: (bench, bytes) => bench.input({ type: 'sim', action: oneOf(simActions, bytes) }),
  a: (bench, bytes) => bench.input({ type: 'radio', change: { admits: oneOf(admissions, bytes) } }),
  p: (bench, bytes) => bench.input({ type: 'power', on: first(bytes) % 2 === 1 }),
  z: (bench) => bench.input({ type: 'reset' }),
  w: (bench, bytes) => bench.input({ type: 'host', line: 1, present: first(bytes) % 2 === 1 }),
  d: (bench, bytes) => bench.stored(first(bytes) % 2 === 0),
}

/**
 * The whole interpreter, with lines, network, servers and time around it. The first byte: profile and timing; the
 * second: whether and where the state goes through JSON. Each command has one final result; the state is data, is bounded, and goes
 * on alike from JSON; when everything has had its time, the module answers.
 */
export function interpret(input: Uint8Array): void {
  const [head = 0, fork = 0] = input
  const device = devices[head % devices.length]!
  const events = eventsOf(input.subarray(2))
  const bench = new ModuleBench(device, begin(device))
  let other: ModuleBench | undefined
  events.forEach((event, i) => {
    if (fork % 4 === 3 && i === (fork >> 2) % events.length) other = bench.copied(throughJson(bench.state))
    for (const one of [bench, other]) if (one) happen(one, event)
    claimBounded(bench.state, input.length)
  })
  for (const one of [bench, other]) if (one) settle(one)
  if (!other) return
  claimSame(other.said(), bench.said(), 'from JSON, it says')
  claim(plain(other.state) === plain(bench.state), 'from JSON, the state becomes another')
}

const begun = new Map<ModuleConfig, ModuleState>()

/** Booted, with two lines. */
function begin(device: ModuleConfig): ModuleState {
  const state = begun.get(device) ?? boot(device)
  begun.set(device, state)
  return state
}

function boot(device: ModuleConfig): ModuleState {
  const bench = new ModuleBench(device, initialState(device))
  for (const line of [1, 2]) {
    bench.input({ type: 'attach', line, name: `${line}` })
    bench.input({ type: 'host', line, present: true })
  }
  bench.advance(60_000)
  return bench.state
}

function eventsOf(bytes: Uint8Array): readonly Uint8Array[] {
  const events: Uint8Array[] = []
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(mark, at)
    const stop = end < 0 ? bytes.length : end
    if (stop > at) events.push(bytes.slice(at, stop))
    at = stop + 1
  }
  return events
}

export function happenAll(bench: ModuleBench, events: readonly Uint8Array[]): void {
  for (const event of events) happen(bench, event)
}

function happen(bench: ModuleBench, event: Uint8Array): void {
  const does = happenings[String.fromCharCode(event[0]!)]
  // A copy: what is typed may be kept, and the one that goes on from JSON must not share it.
  if (does) does(bench, event.slice(1))
  else bench.typed(event.slice())
}

function claimBounded({ lines, schedule, service }: ModuleState, inputLength: number): void {
  for (const { scan, last, typeAhead, heldBytes } of lines) {
    claim(scan.partial.length <= 3073 && last.length <= 3073, 'more than a line is kept of a line')
    claim(typeAhead.length <= inputLength, 'more is kept than was typed')
    claim(heldBytes <= 1 << 20, 'too much is held back')
  }
  claim(schedule.urcs.length <= inputLength, 'more is to come than was asked for')
  claim(service.nextConnection <= inputLength + 1, 'it dials by itself')
}

/** Everything has its time; then the network goes, and everything has its time again. */
function settle(bench: ModuleBench): void {
  bench.input({ type: 'host', line: 1, present: true })
  for (const coverage of ['up', 'down'] as const) {
    bench.input({ type: 'network', coverage })
    // A command that waited may ask the store as well.
    do bench.advance(500_000)
    while (bench.stored(true))
  }
  if (bench.state.cellular.power.kind !== 'on') return
  for (const { id, mode, held, heldBytes, typeAhead } of bench.state.lines) {
    claimSame(
      [mode.kind, held.length, heldBytes, typeAhead.length],
      ['command', 0, 0, 0],
      `line ${id} comes to rest as`,
    )
    answers(bench, id)
  }
}

function answers(bench: ModuleBench, line: number): void {
  bench.input({ type: 'bytes', line, bytes: bytesOf('\r') })
  bench.advance(5000)
  const { settings } = bench.state.lines.find(({ id }) => id === line)!
  const from = bench.written(line).length
  bench.input({ type: 'bytes', line, bytes: bytesOf('AT\r') })
  bench.advance(5000)
  const echo = settings.echo ? 'AT\r' : ''
  const ok = settings.quiet !== 0 ? '' : settings.verbose ? '\r\nOK\r\n' : '0\r'
  claimSame(textOf(concat(bench.written(line).slice(from))), echo + ok, `at last, line ${line} is answered`)
}
