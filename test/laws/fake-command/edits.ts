import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What adding a command does to one file: texts that are put behind a line. */
interface Edit {
  readonly file: string
  readonly added: readonly { readonly behind: string; readonly text: string }[]
}

/** `AT+CFAKE=<slot>,<password>`, added as any other command of the SIM would be. */
export const fakeCommand: readonly Edit[] = [
  {
    file: 'src/at/commands/general/sim-commands.ts',
    added: [
      { behind: '', text: "import { secret as secretText } from '../param.ts'\n" },
      {
        behind: 'export const simCommands = {\n',
        text: `  fake: command({
    ...general,
    name: '+CFAKE',
    title: 'A command that no module has',
    test: 'derived',
    read: { row: '<slot>' },
    write: { set: { params: { slot: oneOf(1, 2, 3, 4), password: secretText(text(4, 8)) }, outcome: 'final' } },
  }),\n`,
      },
    ],
  },
  {
    file: 'src/module/handlers/sim.ts',
    added: [
      { behind: 'export const simHandlers: GeneralHandlers<\n', text: "  | 'fake'\n  | " },
      {
        behind: '> = {\n',
        text: "  fake: { read: () => okWith('+CFAKE: 1'), set: (_, { slot }) => okWith('+CFAKE: ' + slot) },\n",
      },
    ],
  },
  {
    file: 'conformance/general-sim.at',
    added: [
      {
        behind: '@shows cme-4 cme-8 cme-11 cme-16 device-3\n',
        text: `
@shows gen-cfake-test
> AT+CFAKE=?
< +CFAKE: (1-4),(4-8)
< OK
@shows gen-cfake-read
> AT+CFAKE?
< +CFAKE: 1
< OK
@shows gen-cfake-write
> AT+CFAKE=2,"abcd"
< +CFAKE: 2
< OK
> AT+CFAKE=5,"abcd"
< ERROR
`,
      },
    ],
  },
]

/** The texts of the files, edited, by path. Throws where a text to put something behind is not there. */
export const applied = (root: string, edits: readonly Edit[]): ReadonlyMap<string, string> =>
  new Map(
    edits.map(({ file, added }) => {
      const before = readFileSync(join(root, file), 'utf8')
      return [join(root, file), added.reduce((text, { behind, text: more }) => put(text, file, behind, more), before)]
    }),
  )

function put(text: string, file: string, behind: string, more: string): string {
  const at = text.indexOf(behind)
  if (at < 0) throw new Error(`${file} does not have ${JSON.stringify(behind)}: fake-command/edits.ts is out of date.`)
  const end = at + behind.length
  return text.slice(0, end) + more + text.slice(end)
}
