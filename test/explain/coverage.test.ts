import { describe, expect, test } from 'vitest'
import { type Command, type Form, writeSign } from '../../src/at/commands/command.ts'
import { commandsOf } from '../../src/at/commands/commands-of.ts'
import type { Param } from '../../src/at/commands/param.ts'
import { cmeErrors, cmeErrorsA76xx, mqttErrors } from '../../src/at/errors.ts'
import type { Profile } from '../../src/at/profiles/profile.ts'
import { profilesForModel } from '../../src/at/profiles/profiles.ts'
import { bytesOf } from '../../src/at/syntax/bytes.ts'
import { explain } from '../../src/explain/explain.ts'
import { rules } from '../../src/explain/rules/rules.ts'
import { faultTable } from './score/fault-table.ts'
import { sessionOf } from './session.ts'
import { shapes } from './shapes/shapes.ts'

const ids = (session: string): readonly string[] =>
  explain(bytesOf(shapes.arrows!(sessionOf(session)))).findings.map(({ id }) => id)
const models = ['SIM7672G-MNGV', 'A7670E-FASE', 'SIM7600G-H']
/** Each model with the profile that it is read as. */
const families = models.map((model) => [model, profilesForModel(model)[0]!] as const)
const commands = (profile: Profile): readonly Command[] =>
  Object.values<Command>(commandsOf(profile)).filter(({ absent }) => !absent)
const ofService = ({ cite }: Command): boolean => cite.startsWith('2.2.') || cite === 'siblings'

describe('every code reaches a rule', () => {
  test.each(families)('%s: each <err> of each command of the MQTT service', (model, profile) => {
    const silent = commands(profile)
      .filter(ofService)
      .flatMap(({ name }) =>
        mqttErrors.flatMap((_, code) => {
          if (code === 0) return []
          const result = /START|STOP/.test(name) ? code : `0,${code}`
          const found = ids(`> AT+CGMM\n< ${model}\n< OK\n> AT${name}=0\n< ${name}: ${result}\n< ERROR`)
          return found.length > 0 ? [] : [`${name} ${code}`]
        }),
      )
    expect(silent).toEqual([])
  })

  test.each([cmeErrors, cmeErrorsA76xx])('each +CME ERROR, by number and in words', (errors) => {
    const silent = Object.entries(errors).flatMap(([code, words]) =>
      [code, words].filter((said) => ids(`> AT+CGATT=1\n< +CME ERROR: ${said}`).length === 0),
    )
    expect(silent).toEqual([])
  })

  test.each([
    'SM ERROR: Requested service option not subscribed',
    'EMM_CAUSE_PLMN_NOT_ALLOWED',
    'Missing or unknown APN',
    'User authentication failed',
    'Insufficient resources',
    'Network failure',
    '33',
  ])('+CEER: %s', (text) => {
    expect(ids(`> AT+CEER\n< +CEER: ${text}\n< OK`)).toContain('ceer')
  })

  test('what each fault of the catalogue may bring are rules', () => {
    const known = new Set(rules.map(({ id }) => id))
    const missing = Object.entries(faultTable).flatMap(([fault, { accepted }]) =>
      accepted.filter((id) => !known.has(id)).map((id) => `${fault}: ${id}`),
    )
    expect(missing).toEqual([])
  })
})

/** A value that fits, and one that does not where there is one that can be typed. */
function values({ limits }: Param<unknown>): readonly [good: string, bad?: string] {
  if (limits.kind === 'keyword') return [`"${limits.word}"`]
  if (limits.kind === 'hex') return ['0'.repeat(limits.digits)]
  if (limits.kind === 'number' && limits.spans.length === 0) return ['0']
  if (limits.kind === 'number')
    return [`${limits.spans[0]![0]}`, `${Math.max(...limits.spans.map(([, to]) => to)) + 1}`]
  const { minBytes, maxBytes, ending = '' } = limits
  const good = `"${'a'.repeat(Math.max(1, minBytes - ending.length))}${ending}"`
  return maxBytes > 200 ? [good] : [good, `"${'a'.repeat(maxBytes + 1)}${ending}"`]
}

const lineOf = (name: string, texts: readonly string[]): string => `AT${name}${writeSign(name)}${texts.join(',')}`

/** A form typed wrongly: a value out of its range, too many, a quote too few, curly quotes. */
function misuses({ name }: Command, form: Form): readonly string[] {
  const params = Object.values(form.params)
  const good = params.map((param) => values(param)[0])
  const outOfRange = params.flatMap((param, i) => {
    const bad = param.secret ? undefined : values(param)[1]
    return bad === undefined ? [] : [lineOf(name, good.with(i, bad))]
  })
  const line = lineOf(name, good)
  const quoted = line.includes('"') ? [line.replace('"', ''), line.replaceAll('"', '\xe2\x80\x9d')] : []
  return [...outOfRange, lineOf(name, [...good, '1', '1', '1', '1', '1']), ...quoted]
}

const ofLine = new Set(['args', 'quotes', 'other-dialect', 'scheme', 'typo', 'unknown-command', 'ccertdown-firmware'])
const formsOf = (command: Command): readonly Form[] =>
  Object.values<Form>(command.write ?? {}).filter(({ absent, onlyWith }) => !absent && !onlyWith)
/** Its text goes to the end of the line, or any number of values is a form of its own. */
const takesAll = new Set(['D', '+CMUX', 'S'])

describe('misuse of every form that takes values is told', () => {
  test.each(families)('%s', (model, profile) => {
    const told = commands(profile)
      .filter(({ name }) => name.startsWith('+') && !takesAll.has(name))
      .flatMap((command) => formsOf(command).flatMap((form) => misuses(command, form)))
      .map((line) => ({ line, found: ids(`> AT+CGMM\n< ${model}\n< OK\n> ${line}\n< ERROR`) }))
    const silent = told.filter(({ found }) => !found.some((id) => ofLine.has(id)))
    expect(told.length).toBeGreaterThan(250)
    expect(silent.map(({ line, found }) => `${line.slice(0, 70)}: ${found.join(' ')}`)).toEqual([])
  })

  test.each(families)('%s: a read form that a command does not have', (model, profile) => {
    const silent = commands(profile)
      .filter(({ name, read, write }) => name.startsWith('+') && !read && write)
      .filter(({ name }) => !ids(`> AT+CGMM\n< ${model}\n< OK\n> AT${name}?\n< ERROR`).some((id) => ofLine.has(id)))
    expect(silent.map(({ name }) => name)).toEqual([])
  })
})

describe('every rule', () => {
  const own = rules.filter(({ id }) => !/^err-\d+$/.test(id))

  test('has a near miss that must be silent, and examples that tests play in every shape', () => {
    expect(own.filter(({ nearMisses }) => nearMisses.length === 0).map(({ id }) => id)).toEqual([])
    expect(own.filter(({ examples }) => examples.length === 0).map(({ id }) => id)).toEqual([])
  })

  const switchesOff =
    /verify(?:ing)? off|"?authmode"?,\d,0|insecure|ignorelocaltime 1|without (?:checking|verification)/i
  test('a remedy that checks less says that it is for one try, or how to check again', () => {
    const remedies = rules.flatMap(({ id, do: todo }) => todo.map((text) => ({ id, text })))
    const less = remedies.filter(({ text }) => switchesOff.test(text))
    expect(less.map(({ id }) => id)).toContain('tls-handshake')
    const bad = less.filter(({ text }) => !/"authmode",\d,1.*(?:back|again)|"ignorelocaltime",\d,0/.test(text))
    expect(bad).toEqual([])
  })

  test('no remedy names a build of a firmware: it may be for another hardware', () => {
    const builds = /\b(?:[A-Z]?\d{4}B\d\d|LE\d\dB\d\d|B\d\d)|V\d+\.\d+\.\d+/
    const naming = rules.flatMap(({ id, do: todo }) =>
      todo.filter((text) => builds.test(text)).map((text) => `${id}: ${text}`),
    )
    expect(naming).toEqual([])
  })

  test('sources are places that can be looked up, and none is one that is kept for judging', () => {
    const kept = /T-SIM7600X|gasagna|botletics|elementzonline|forum|zigbee2mqtt|homie|sparkplug/i
    const here = rules.flatMap(({ sources }) => sources).filter((source) => kept.test(source))
    expect(here.filter((source) => !given.has(source))).toEqual([])
  })
})

/** As the list of causes names them; nobody has opened them here. */
const given = new Set([
  'gasagna/A76XX#11',
  'gasagna/A76XX#14',
  'botletics/SIM7000-LTE-Shield#50',
  'botletics/SIM7000-LTE-Shield#58',
  'elementzonline/Arduino-Sample-Codes#13',
  'elementzonline/Arduino-Sample-Codes#16',
  'https://forum.freematics.com/viewtopic.php?p=48217',
])
