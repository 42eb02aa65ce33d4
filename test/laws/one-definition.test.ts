import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { siblingCommands } from '../../src/at/commands/mqtt/sibling-commands.ts'
import { secretParameters } from '../../src/at/commands/secrets.ts'
import { type Command, generalUrcs, mqttCommands, profiles, urcs } from '../../src/at/public.ts'
import { handlers } from '../../src/module/handlers/handlers.ts'
import { commandsOf } from '../../src/module/public.ts'
import { conformanceTexts } from '../support/conformance/conformance.ts'
import { pureModule } from '../support/pure-module.ts'
import { nodesOf, parseSource, readSources, type Source } from './source.ts'

/** Adding a command is three files: definition, handler, transcript. What stands elsewhere would be a fourth. */
const profile = profiles.sim767x!
const mqtt = Object.values(mqttCommands(profile.mqtt))
/** Strings and patterns of a file: comments may name a command. */
const literalsOf = ({ tree }: Source): string =>
  nodesOf(tree)
    .filter((node) => ts.isLiteralExpression(node) || ts.isTemplateLiteralToken(node))
    .map((node) => node.getText())
    .join('\n')
const all = readSources(fileURLToPath(new URL('../../', import.meta.url)))
const literalsIn = (path: string): string => literalsOf(all.find((source) => source.path === path)!)
const codes = all
  .filter(({ path, isTest }) => /^(at|module)\//.test(path) && !isTest)
  .map((source) => ({ path: source.path, text: literalsOf(source) }))
/** Results that come later are printed where connections are kept. */
const advice = 'at/advice/'
const results = 'module/mqtt-service/connection.ts'

test.each(mqtt)('$name is named in one definition and at most one handler', ({ name }) => {
  const naming = codes.filter(({ text }) => new RegExp(`\\${name}\\b(?!")`).test(text)).map(({ path }) => path)
  const handler = naming.filter((path) => path.startsWith('module/handlers/'))
  expect(handler.length).toBeLessThanOrEqual(1)
  const others = naming.filter((path) => path !== results && !path.startsWith(advice) && !handler.includes(path))
  expect(others).toEqual([expect.stringMatching(/^at\/commands\/mqtt\/[a-z]+-commands\.ts$/)])
})

test('every form of every definition has its handler, and no handler is without a form', () => {
  const everyProfile = Object.values(profiles).map((each) => commandsOf(each))
  const forms = Object.entries<Command>(Object.assign({}, ...everyProfile)).map(
    ([key, { test: form, read, execute, write = {} }]) => [
      key,
      [
        ...(form === 'handled' ? ['test'] : []),
        ...(read ? ['read'] : []),
        ...(execute ? ['execute'] : []),
        ...Object.keys(write),
      ].sort(),
    ],
  )
  const handled = Object.entries(handlers).map(([key, runs]) => [key, Object.keys(runs).sort()])
  expect(Object.fromEntries(handled)).toEqual(Object.fromEntries(forms))
})

test('every command has a transcript that sends it', () => {
  const texts = conformanceTexts()
  for (const { name, cite } of mqtt) {
    const [, , section] = cite.split('.')
    const file = texts.find(({ fileName }) => fileName.startsWith(`2.2.${section!.padStart(2, '0')}-`))
    expect([name, file?.text.includes(`> AT${name}`)]).toEqual([name, true])
  }
})

test('every test form answers as the definition says, through the line', () => {
  for (const { name, test: form, absent = false } of Object.values(commandsOf(profile))) {
    const answer = pureModule().at(`${name}=?`)
    if (name.startsWith('+')) expect([name, answer.includes('ERROR')]).toEqual([name, absent || form === undefined])
  }
})

/** Where names of MQTT commands and URCs stand outside at/ and the handlers, each for a reason. */
const namedAgain: Readonly<Record<string, { readonly names: string; readonly reason: string }>> = {
  'cli/module/ready.ts': { names: 'CMQTTCONNECT', reason: 'advice to a person what to type next' },
  'cli/reference/commands.ts': { names: 'CMQTTPUB', reason: 'help text: an example of an argument' },
  'conformance/known-state.ts': {
    names: 'CMQTTDISC CMQTTREL CMQTTSTOP',
    reason: 'tidies up a module that may deviate from the definitions, which are what is judged',
  },
  'control/operations.ts': {
    names: 'CMQTTCONNLOST CMQTTNONET CMQTTSTART',
    reason: 'the page of the control port: what hosts see of an operation',
  },
  'driver/client/client-lifecycle.ts': {
    names: 'CMQTTPUB',
    reason: 'of results that come late, that of PUB alone acknowledges a message',
  },
  'driver/client/connecting.ts': {
    names: 'CMQTTACCQ CMQTTDISC',
    reason: 'reads rows: a definition has the form of a row as text, and no pattern for it',
  },
  'driver/client/recovery.ts': {
    names: 'CMQTTSTART',
    reason: 'the code 1 means something else for START than for other commands',
  },
  'driver/client/subscribe.ts': {
    names: 'CMQTTSUBTOPIC CMQTTUNSUBTOPIC',
    reason: 'commands of siblings, without a typed method',
  },
  'driver/commands/request.ts': {
    names: 'CMQTTSUB',
    reason: 'the one read form whose rows do not begin with its name',
  },
  'driver/protocol/prompt-cleanup.ts': {
    names: 'CMQTTDISC CMQTTSUB CMQTTUNSUB',
    reason: 'below the typed methods: undoes on the bare line what a prompt has taken',
  },
  'driver/setup/dialect/forms.ts': {
    names: 'CMQTTACCQ CMQTTCFG CMQTTCONNECT CMQTTDISC CMQTTPAYLOAD CMQTTPUB CMQTTSUBTOPIC',
    reason: 'chooses the definitions by what a firmware answers',
  },
  'driver/setup/dialect/questions.ts': {
    names: 'CMQTTACCQ CMQTTCFG CMQTTCONNECT CMQTTDISC CMQTTPAYLOAD CMQTTPUB CMQTTSUBTOPIC',
    reason: 'asks before it is known which definitions hold',
  },
  'faults/schedule.ts': { names: 'CMQTTPUB', reason: 'help text: an example of a pattern' },
  'fleet/shard/at-dialogue.ts': {
    names: 'CMQTTRX CMQTTRXEND',
    reason: 'a host as small as firmware: it reads the lines as they come',
  },
  'fleet/shard/lean-commands.ts': {
    names:
      'CMQTTACCQ CMQTTCONNECT CMQTTDISC CMQTTPAYLOAD CMQTTPUB CMQTTREL CMQTTSSLCFG CMQTTSTART CMQTTSUB CMQTTTOPIC CMQTTWILLMSG CMQTTWILLTOPIC',
    reason: 'a host as small as firmware: it types the commands that firmware types',
  },
  'fleet/shard/lean-host.ts': {
    names: 'CMQTTCONNLOST CMQTTNONET',
    reason: 'a host as small as firmware: it reads the lines as they come',
  },
  'fleet/shard/transcript-host.ts': {
    names: 'CMQTTPUB CMQTTRXEND',
    reason: 'counts what a transcript types and what the module answers to it',
  },
  'profile-file/profile-fields.ts': {
    names: 'CMQTTCFG CMQTTCONNECT CMQTTDISC CMQTTPAYLOAD CMQTTPUB CMQTTSUBTOPIC CMQTTUNSUBTOPIC',
    reason: 'descriptions of fields, for who writes a profile',
  },
}

const urcNamesOfMqtt = Object.values(urcs).map(({ name }) => name.slice(1))
const namesOfMqtt = [
  ...[...mqtt, ...Object.values(siblingCommands(profile.mqtt))].map(({ name }) => name.slice(1)),
  ...urcNamesOfMqtt,
]
const anyName = new RegExp(`\\b(?:${namesOfMqtt.join('|')})\\b|\\bCMQTTRX`, 'g')
const namesIn = (source: Source): string =>
  [...new Set([...literalsOf(source).matchAll(anyName)].map(([name]) => name))].sort().join(' ')

/**
 * Causes are told of single commands: what a rule looks for is what a person would look for in a log. And a module that
 * may deviate from the definitions is asked, as in a transcript, in the words of the line.
 */
const namesThem = /^(at|module\/handlers|explain|conformance\/learn)\//

test('no source outside at/, the handlers, the rules of explain/ and the questions to real modules names an MQTT command or URC, but those that are listed', () => {
  const naming = all
    .filter(({ path, isTest }) => !isTest && !namesThem.test(path))
    .map((source) => [source.path, namesIn(source)])
    .filter(([, found]) => found !== '')
  expect(naming).toEqual(Object.entries(namedAgain).map(([path, { names }]) => [path, names]))
  for (const { reason } of Object.values(namedAgain)) expect(reason).toMatch(/\w+ \w+ \w+/)
})

test.each([
  ["const a = 'AT+CMQTTPUB=0,1,60'", 'CMQTTPUB'],
  ['const a = /^\\+CMQTTCONNLOST: /', 'CMQTTCONNLOST'],
  ['const a = `AT+CMQTTREL=0`', 'CMQTTREL'],
  ["const a = text.startsWith('+CMQTTRX')", 'CMQTTRX'],
  ["const a = '+CMQTT'", ''],
  ['// AT+CMQTTPUB', ''],
])('names are looked for in text and patterns: %s', (text, found) => {
  expect(namesIn(parseSource({ path: 'driver/x.ts', text }))).toBe(found)
})

/** Secrets, results that come later, URCs, risk and models are read from definitions and profiles, not named again. */
test.each([
  ['at/commands/secrets.ts', 'at/syntax/near-name.ts', 'at/syntax/redact.ts', 'recording/secrets.ts'],
  ['faults/output.ts', 'driver/protocol/result-table.ts', 'driver/protocol/dialogue.ts'],
  ['conformance/sent-commands.ts', 'driver/setup/dialect/probe-dialect.ts'],
])('%s, … repeat nothing of a definition', (...paths) => {
  const commandNames = [
    ...secretParameters.keys(),
    ...mqtt.map(({ name }) => name.slice(1)),
    'NETOPEN',
    'CPOF',
    'SIMEI',
  ]
  const urcNames = [...Object.values(urcs), ...Object.values(generalUrcs)].map(({ name }) => name)
  for (const path of paths) {
    const code = literalsIn(path)
    expect([path, commandNames.filter((name) => new RegExp(`\\b${name}\\b`).test(code))]).toEqual([path, []])
    expect([path, urcNames.filter((name) => code.includes(`${name}:`) || code.includes(`'${name}'`))]).toEqual([
      path,
      [],
    ])
    expect([path, /\bSIM7|\bA7/.test(code)]).toEqual([path, false])
  }
})

test('no model is named where a module is asked what it is', () => {
  for (const path of ['conformance/probe-module.ts', 'driver/setup/dialect/probe-dialect.ts'])
    expect(literalsIn(path)).not.toMatch(/\bSIM7|\bA7|sim7/)
})
