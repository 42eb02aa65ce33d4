import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { ERROR, OK, said } from '../support/pure-module.ts'
import { complaintsOf, loadedWith } from './fake-command/built.ts'
import { applied, fakeCommand } from './fake-command/edits.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const edits = fakeCommand
const texts = applied(root, edits)

test('adding a command is three files: definition, handler, transcript', () => {
  expect(edits.map(({ file }) => file.replace(/[^/]*$/, '')).map((folder) => folder.split('/')[1])).toEqual([
    'at',
    'module',
    '',
  ])
  expect(edits.map(({ file }) => file.split('.').at(-1))).toEqual(['ts', 'ts', 'at'])
  expect(texts.size).toBe(3)
})

describe('a command that is added', () => {
  let probe: typeof import('./fake-command/probe.ts')
  beforeAll(async () => {
    probe = await loadedWith(root, texts)
  }, 180_000)

  test.each([
    ['+CFAKE=?', said('+CFAKE: (1-4),(4-8)') + OK],
    ['+CFAKE?', said('+CFAKE: 1') + OK],
    ['+CFAKE=2,"abcd"', said('+CFAKE: 2') + OK],
    ['+cfake=4,abcdefgh', said('+CFAKE: 4') + OK],
    ['+CFAKE=0,"abcd"', ERROR],
    ['+CFAKE=5,"abcd"', ERROR],
    ['+CFAKE=2,"abc"', ERROR],
    ['+CFAKE=2,"abcdefghi"', ERROR],
    ['+CFAKE=2', ERROR],
    ['+CFAKE', ERROR],
  ])('AT%s is answered', (typed, answer) => {
    expect(probe.pureModule().at(typed)).toBe(answer)
  })

  test('its transcript is played, and shows its requirements', async () => {
    const [path, text] = [...texts].at(-1)!
    const transcript = probe.parseTranscript(text, path)
    const forms = probe.generalForms().filter(({ command, kind }) => command.name === '+CFAKE' && kind !== 'range')
    expect(transcript.shows).toEqual(expect.arrayContaining(forms.map(({ requirement }) => requirement.id)))
    expect(await probe.play(transcript, { line: probe.memoryHost(), cut: probe.whole, values: {} })).toBeGreaterThan(0)
  })

  test('the reference has its row and its page', () => {
    const commands = probe.commandsOf(probe.profiles.sim767x!)
    expect(probe.generalTable({ sim767x: probe.profiles.sim767x! })).toContain(
      '| `AT+CFAKE=1,"xxxx"` | A command that no module has | real | documented | all | `+CFAKE: 1`<br>`OK` |',
    )
    expect(probe.commandPage(commands.fake!)).toContain('string of 4 to 8 bytes')
  })

  test('the boundary tests try its forms and its ranges', () => {
    const kinds = probe.generalForms().filter(({ command }) => command.name === '+CFAKE')
    expect(kinds.map(({ kind }) => kind)).toEqual(['test', 'read', 'write', 'range'])
  })

  test('the driver has a method for it', async () => {
    const { modem, sent, close } = probe.drivenModule()
    const { fake } = modem.general as unknown as Record<string, (values: object) => Promise<readonly string[]>>
    expect(await fake!({ slot: 3, password: 'abcd' })).toEqual(['+CFAKE: 3'])
    expect(sent()).toContain('AT+CFAKE=3,"abcd"\r')
    await expect(fake!({ slot: 5, password: 'abcd' })).rejects.toThrow('slot')
    await close()
  })

  test('its secret is hidden', () => {
    expect(probe.redactLine('AT+CFAKE=2,"abcd"')).toBe('AT+CFAKE=2,***')
  })
})

describe('the compiler', () => {
  const handlers = [join(root, edits[1]!.file), join(root, 'src/module/handlers/handlers.ts')]
  const call = join(root, 'test/laws/fake-command/typed-call.ts')
  const withCall = new Map([
    ...texts,
    [
      call,
      `import { drivenModule } from '../../support/driver/driven-module.ts'
const { general } = drivenModule().modem
export const right = () => general.fake({ slot: 4, password: 'abcd' })
// @ts-expect-error there are four slots
export const wrong = () => general.fake({ slot: 5, password: 'abcd' })
// @ts-expect-error the password is missing
export const missing = () => general.fake({ slot: 1 })
`,
    ],
  ])

  test('takes the handler and the typed method', () => {
    expect(complaintsOf(root, [...handlers, call], withCall)).toEqual([])
  })

  test('refuses a definition without its handler', () => {
    const [definition] = texts
    expect(complaintsOf(root, handlers, new Map([definition!])).join()).toContain("'fake' is missing")
  })
})
