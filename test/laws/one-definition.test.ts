import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { secretParameters } from '../../src/at/commands/secrets.ts'
import { type Command, generalUrcs, mqttCommands, profiles, urcs } from '../../src/at/public.ts'
import { handlers } from '../../src/module/handlers/handlers.ts'
import { commandsOf } from '../../src/module/public.ts'
import { conformanceTexts } from '../support/conformance.ts'
import { pureModule } from '../support/pure-module.ts'
import { nodesOf, readSources, type Source } from './source.ts'

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
const codes = all
  .filter(({ path, isTest }) => /^(at|module)\//.test(path) && !isTest)
  .map((source) => ({ path: source.path, text: literalsOf(source) }))
/** Results that come later are printed where connections are kept. */
const advice = 'at/advice.ts'
const results = 'module/mqtt-service/connection.ts'

test.each(mqtt)('$name is named in one definition and at most one handler', ({ name }) => {
  const naming = codes.filter(({ text }) => new RegExp(`\\${name}\\b(?!")`).test(text)).map(({ path }) => path)
  const handler = naming.filter((path) => path.startsWith('module/handlers/'))
  expect(handler.length).toBeLessThanOrEqual(1)
  const others = naming.filter((path) => path !== results && path !== advice && !handler.includes(path))
  expect(others).toHaveLength(1)
  expect(others[0]).toMatch(/^at\/commands\//)
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

/** Secrets, results that come later, URCs, risk and models are read from definitions and profiles, not named again. */
test.each([
  ['at/commands/secrets.ts', 'at/syntax/near-name.ts', 'at/syntax/redact.ts', 'recording/secrets.ts'],
  ['faults/output.ts', 'driver/protocol/result-table.ts', 'driver/protocol/dialogue.ts'],
  ['conformance/sent-commands.ts', 'driver/setup/dialect/base-profile.ts'],
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
    const code = literalsOf(all.find((source) => source.path === path)!)
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
    expect(literalsOf(all.find((source) => source.path === path)!)).not.toMatch(/\bSIM7|\bA7|sim7/)
})
