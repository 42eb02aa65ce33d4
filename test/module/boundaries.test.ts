import { describe, expect, test } from 'vitest'
import { matchWrite } from '../../src/at/commands/command.ts'
import {
  bytesOf,
  type Command,
  commandsOf,
  type Form,
  mqttCommands,
  type Param,
  type Profile,
  profiles,
  writeSign,
} from '../../src/at/public.ts'
import { parseCommand } from '../../src/at/syntax/parse-line.ts'
import { generalForms } from '../../src/conformance/general-requirements.ts'
import { ERROR, type PureModule, pureModule } from '../support/pure-module.ts'
import { tagOf } from '../support/requirements/requirements.ts'

type Values = Readonly<Record<string, string>>
interface Case {
  readonly typed: string
  readonly accepted: boolean
}

/** A value in the middle of what a parameter takes, and values at and around its limits, as typed. */
function around(
  key: string,
  { limits, optional }: Param<unknown>,
): readonly (readonly [typed: string, good: boolean])[] {
  const absent = [['', optional]] as const
  if (limits.kind === 'keyword')
    return [[`"${limits.word.toUpperCase()}"`, true], [limits.word, true], ['"nonsense"', false], ...absent]
  if (limits.kind === 'text') {
    const { minBytes, maxBytes } = limits
    const lengths = [minBytes - 1, minBytes, maxBytes, maxBytes + 1].filter((length) => length >= 0)
    const ofLength = (length: number) => (key === 'serverAddress' ? address(length) : 'x'.repeat(length))
    return [
      ...absent,
      ...lengths.map((length) => [`"${ofLength(length)}"`, length >= minBytes && length <= maxBytes] as const),
    ]
  }
  if (limits.kind === 'hex')
    return [...absent, ['0x0000', true], ['0xFFFF', true], ['0x10000', false], ['"0xC02F"', false]]
  const holds = (value: number) => limits.spans.some(([from, to]) => value >= from && value <= to)
  const numbers = limits.spans.flatMap(([from, to]) => [from - 1, from, to, to + 1])
  const strange = ['4294967296', '99999999999999999999', '1.0', '0x1', 'a', '+1'].map(
    (typed) => [typed, false] as const,
  )
  const first = limits.spans[0]![0]
  return [
    ...numbers.map((n) => [String(n), holds(n)] as const),
    ...strange,
    ...absent,
    [`"${first}"`, false],
    [` ${first} `, true],
  ]
}

const address = (length: number): string => `tcp://${'h'.repeat(Math.max(0, length - 6))}`

function plainValue(key: string, { limits }: Param<unknown>): string {
  if (limits.kind === 'keyword') return `"${limits.word}"`
  if (limits.kind === 'text') return key === 'serverAddress' ? '"tcp://broker"' : '"good"'
  return limits.kind === 'hex' ? '0xC02F' : String(limits.spans[0]![0])
}

/** Every parameter at its limits with good others, fewer and more parameters, one form of a command. */
function casesOf({ name }: Command, form: Form): readonly Case[] {
  const params = Object.entries(form.params)
  const plain: Values = Object.fromEntries(params.map(([key, param]) => [key, plainValue(key, param)]))
  const line = (values: readonly string[]) => `${name}=${values.join(',')}`
  const all = params.map(([key]) => plain[key]!)
  const cases = params.flatMap(([key, param], at) =>
    around(key, param).map(([typed, good]) => ({
      typed: line(all.with(at, typed)),
      accepted: good && !lonely(form, key, typed),
    })),
  )
  const needed = params.filter(([, { optional }]) => !optional).length
  const fewest = Math.max(needed, Math.min(form.minParams ?? 0, params.length))
  for (let count = 0; count < params.length; count++)
    cases.push({ typed: line(all.slice(0, count)), accepted: count >= fewest })
  return [
    ...cases,
    { typed: line(all), accepted: true },
    { typed: line([...all, '0']), accepted: false },
    { typed: line([...all, '']), accepted: false },
  ]
}

/** Empty, while another parameter that is given needs it. */
const lonely = ({ requires = {} }: Form, key: string, typed: string): boolean =>
  typed === '' && Object.values(requires).includes(key)

/** A module in which a good write form of this command is not answered ERROR. */
function ready(name: string, profile: Profile = profiles.sim767x!, typed = ''): PureModule {
  if (name === '+CMQTTSTART') return pureModule({ profile })
  if (name === '+CMQTTSTOP') {
    const m = pureModule({ profile })
    m.at(typed.replace('STOP', 'START'))
    return m
  }
  if (name === '+CMQTTACCQ') {
    const m = pureModule({ profile })
    m.at('+CMQTTSTART')
    return m
  }
  if (['+CMQTTPUB', '+CMQTTSUB', '+CMQTTUNSUB', '+CMQTTDISC', '+CMQTTSUBTOPIC', '+CMQTTUNSUBTOPIC'].includes(name)) {
    const m = pureModule({ profile }).acquired(0).acquired(1)
    for (const index of [0, 1]) m.at(`+CMQTTCFG="argtopic",${index},1`)
    m.connected(0).connected(1)
    for (const index of [0, 1]) m.prompted(`+CMQTTTOPIC=${index},1`, 't')
    return m
  }
  return pureModule({ profile }).acquired(0).acquired(1)
}

/** The short forms of SUB and UNSUB take what looks like too few parameters of the long ones. */
const isShortForm = ({ name }: Command, typed: string): boolean =>
  (name === '+CMQTTSUB' || name === '+CMQTTUNSUB') && /=\s*[01]\s*(,\s*[01]?\s*)?$/.test(typed)

const definitions: readonly Command[] = Object.values<Command>(mqttCommands(profiles.sim767x!.mqtt))

describe.each(definitions.filter(({ write = {} }) => Object.values(write).some(({ absent }) => !absent)))(
  '$name',
  (definition) => {
    describe.each(Object.entries(definition.write!).filter(([, { absent }]) => !absent))('%s', (_, form) => {
      test.each(casesOf(definition, form))('AT$typed is accepted: $accepted', ({ typed, accepted }) => {
        const m = ready(definition.name)
        const before = m.state
        const answer = m.at(typed)
        const expected = accepted || isShortForm(definition, typed)
        expect([typed, answer !== ERROR && !answer.includes('ERROR')]).toEqual([typed, expected])
        if (!expected) expect({ ...m.state, lines: [] }).toEqual({ ...before, lines: [] })
      })
    })
  },
)

/** The forms that the note does not have. */
const laterForms = ['sim767x-v106', 'a76xx', 'sim7600'].flatMap((name) => {
  const first = commandsOf(profiles.sim767x!)
  return Object.entries(commandsOf(profiles[name]!))
    .filter(([, command]) => command.name.startsWith('+CMQTT'))
    .flatMap(([key, command]) =>
      Object.entries(command.write ?? {})
        .filter(([, { absent, refusedWith }]) => !absent && !refusedWith)
        .filter(([form]) => first[key] === undefined || first[key].write![form]!.absent)
        .map(([form]) => ({ profile: name, command, form })),
    )
})

/** What fits another form of the same command is none of the form that is tried. */
const fitsOther = (command: Command, form: string, typed: string): boolean => {
  const { tokens } = parseCommand(bytesOf(`AT${typed}`), 2) ?? { tokens: [] }
  const matched = matchWrite(command, tokens)
  return matched !== undefined && matched.form !== form
}

describe.each(laterForms)('$profile: $command.name $form', ({ profile, command, form }) => {
  test('is accepted in its limits and nowhere else', () => {
    const cases = casesOf(command, command.write![form]!).filter(({ typed }) => !fitsOther(command, form, typed))
    for (const { typed, accepted } of cases) {
      const answer = ready(command.name, profiles[profile], typed).at(typed)
      expect([typed, answer.includes('ERROR')]).toEqual([typed, !accepted])
    }
    expect(cases.length).toBeGreaterThan(5)
  })
})

test('the later forms', () => {
  expect(laterForms.map(({ profile, form }) => `${profile} ${form}`)).toEqual([
    'sim767x-v106 onContext',
    'sim767x-v106 onContext',
    'sim767x-v106 cid',
    'sim767x-v106 scid',
    'a76xx publishQuoted',
    'a76xx subscribeQuoted',
    'a76xx unsubscribeQuoted',
    'a76xx argTopic',
    'a76xx input',
    'a76xx input',
    'sim7600 acquireWithVersion',
    'sim7600 input',
    'sim7600 input',
  ])
})

test('every parameter of every write form was tried', () => {
  const forms = definitions.flatMap((definition) =>
    Object.values(definition.write ?? {})
      .filter(({ absent }) => !absent)
      .map((form) => casesOf(definition, form)),
  )
  expect(forms).toHaveLength(17)
  expect(forms.flat().length).toBeGreaterThan(400)
})

/** What the ranges alone do not say: a value that is in them may be none all the same. */
const special: Readonly<Record<string, string>> = {
  '+SIMEI': '490154203237518',
  '+CPIN': '"1234"',
  '+CCLK': '"26/11/27,10:00:00+00"',
  '+CGDCONT': '"IP"',
  '+CSCS': '"GSM"',
  '+CDNSCFG': '"1.1.1.1"',
  '+CPSMS': '"00100001"',
  '+CNTP': '"pool.ntp.org"',
}

describe('general commands take their ranges and no more', () => {
  const ranges = generalForms().filter(({ kind }) => kind === 'range')
  test.each(ranges.map((one) => [`AT${one.command.name}${tagOf([one.requirement.id])}`, one] as const))(
    '%s',
    (_, { command, form, profile }) => {
      const sign = writeSign(command.name)
      const typed = (values: readonly string[]) => `${command.name}${sign}${values.join(',')}`
      const answer = (line: string) => pureModule({ profile: profiles[profile]! }).at(line)
      const params = Object.entries(form!.params).filter(
        ([, { limits }]) => limits.kind !== 'number' || limits.spans.length > 0,
      )
      const plain = params.map(([key, param]) =>
        param.limits.kind === 'text' && special[command.name] ? special[command.name]! : plainValue(key, param),
      )
      const bad = params
        .flatMap(([key, param], at) =>
          around(key, param).flatMap(([value, good]) => (good ? [] : [[value, plain.with(at, value)] as const])),
        )
        .filter(([value, values]) =>
          command.name.startsWith('+')
            ? !fitsOther(command, keyOf(command, form!), typed(values))
            : /^\d+$/.test(value),
        )
      for (const [, values] of bad) expect([typed(values), answer(typed(values))]).toEqual([typed(values), ERROR])
      expect([typed(plain), answer(typed(plain)) === ERROR]).toEqual([typed(plain), false])
    },
  )
})

const keyOf = ({ write = {} }: Command, form: Form): string => Object.keys(write).find((key) => write[key] === form)!

describe('the ends of the ranges, written out by hand', () => {
  test.each([
    ['+CMQTTWILLTOPIC=0,0', false],
    ['+CMQTTWILLTOPIC=0,1', true],
    ['+CMQTTWILLTOPIC=0,1024', true],
    ['+CMQTTWILLTOPIC=0,1025', false],
    ['+CMQTTPAYLOAD=0,4096', true],
    ['+CMQTTPAYLOAD=0,4097', false],
    ['+CMQTTWILLMSG=0,1024,2', true],
    ['+CMQTTWILLMSG=0,1,3', false],
    ['+CMQTTPUB=0,0,59', false],
    ['+CMQTTPUB=0,0,60', true],
    ['+CMQTTPUB=0,0,180', true],
    ['+CMQTTPUB=0,0,181', false],
    ['+CMQTTDISC=0,0', true],
    ['+CMQTTDISC=0,1', false],
    ['+CMQTTDISC=0,59', false],
    ['+CMQTTDISC=0,180', true],
    ['+CMQTTDISC=0,181', false],
    ['+CMQTTSSLCFG=1,9', true],
    ['+CMQTTSSLCFG=1,10', false],
    ['+CMQTTCFG="optimeout",0,19', false],
    ['+CMQTTCFG="optimeout",0,20', true],
    ['+CMQTTCFG="optimeout",0,120', true],
    ['+CMQTTCFG="optimeout",0,121', false],
    ['+CMQTTCFG="version",0,2', false],
    ['+CMQTTCFG="version",0,5', false],
    ['+CMQTTCONNECT=0,"tcp://a.b",64800,1', true],
    ['+CMQTTCONNECT=0,"tcp://a.b",64801,1', false],
    ['+CMQTTCONNECT=0,"tcp://a.b",0,1', false],
    ['+CMQTTCONNECT=0,"tcp://ab",60,1', false],
  ])('AT%s is accepted: %s', (typed, accepted) => {
    expect(ready(typed.split('=')[0]!).at(typed).includes('ERROR')).toBe(!accepted)
  })
})
