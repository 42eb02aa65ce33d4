import { type Command, type Form, type FormMark, gradeOf, playedOf, writeSign } from '../../src/at/commands/command.ts'
import { commandsOf, type Param, type Profile } from '../../src/at/public.ts'
import { type PureModule, pureModule } from './pure-module.ts'

/** What an example of a write form needs where the first values of its parameters are none, by name and form. */
const examples: Readonly<Record<string, string>> = {
  'V set': '0',
  '+SIMEI set': '490154203237518',
  '+CPIN enter': '"1234"',
  '+CLCK lock': '"SC",2',
  '+COPS select': '0',
  '+CGDCONT define': '1,"IP","internet"',
  '+CGAUTH set': '1,1,"secret","user"',
  '+CGACT activate': '1,1',
  '+CGATT attach': '1',
  '+CFUN set': '1',
  '+CCLK set': '"26/11/27,10:00:00+00"',
  '+IPR set': '115200',
  '+CSCS set': '"GSM"',
  '+CDNSGIP look': '"localhost"',
  '+CDNSCFG set': '"1.1.1.1"',
  '+CPING ping': '"localhost",1',
  '+CNTP set': '"pool.ntp.org",0',
  '+CEDRXS set': '2,4,"0101"',
  '+CGSOCKCONT define': '1,"IP","internet"',
  '+CIPCCFG set': '10,0,0,0,1,0,75000',
  '+CIPTIMEOUT set': '75000,15000,15000',
}

/** Names that hosts send and no profile has, because real modules have not: seen on hardware, or in no manual. */
const refusedNames = ['+CCID', '+CIPSENDMODE=0', '+CLTS=1', '+CIPSHUT', '+IPR=0']

interface Row {
  /** As typed, without `AT`. */
  readonly typed: string
  readonly title: string
  readonly mark: string
  readonly grade: string
  readonly profile: string
  readonly reply: string
}

/** Profile × form × reply × grade of every general command, in Markdown: the replies are those that modules give. */
export function generalTable(profiles: Readonly<Record<string, Profile>>): string {
  const rows = Object.entries(profiles).flatMap(([name, profile]) => rowsOf(name, profile))
  const groups = new Map<string, Row[]>()
  for (const row of rows) {
    const key = [row.typed.split(/[=?]/)[0], row.typed, row.reply, row.mark, row.grade].join('\0')
    groups.set(key, [...(groups.get(key) ?? []), row])
  }
  const order = new Map(rows.map(({ typed }, at) => [typed, at] as const).reverse())
  const count = Object.keys(profiles).length
  const lines = [...groups.values()]
    .map((same) => ({
      row: same[0]!,
      where: same.length === count ? 'all' : same.map((one) => one.profile).join(', '),
    }))
    .sort((a, b) => order.get(a.row.typed)! - order.get(b.row.typed)!)
    .map(
      ({ row, where }) =>
        `| \`AT${row.typed}\` | ${row.title} | ${row.mark} | ${row.grade} | ${where} | ${row.reply} |`,
    )
  const head = ['| form | what it is | mark | known from | profiles | reply |', '| --- | --- | --- | --- | --- | --- |']
  return [...head, ...lines].join('\n')
}

function rowsOf(name: string, profile: Profile): readonly Row[] {
  const row = (typed: string, title: string, mark: string, grade: string): Row => {
    const reply = replyTo(profile, typed)
    return { typed, title, mark: reply === '`ERROR`' ? '–' : mark, grade, profile: name, reply }
  }
  const known = Object.values<Command>(commandsOf(profile))
    .filter(({ grade }) => grade !== undefined)
    .flatMap((command) =>
      formsOf(command).map(({ typed, form }) =>
        row(typed, command.title, markOf(command, typed, form), gradeOf(command, form)!),
      ),
    )
  return [...known, ...refusedNames.map((typed) => row(typed, 'not there', '–', 'observed'))]
}

/** What `=?` tells is printed and no more. */
const markOf = (command: Command, typed: string, form: FormMark | undefined): string =>
  typed.endsWith('=?') && command.test !== 'handled' ? 'printed' : playedOf(command, form)

interface TypedForm {
  readonly typed: string
  readonly form?: FormMark
}

function formsOf(command: Command): readonly TypedForm[] {
  const { name, test, read, execute, write = {} } = command
  return [
    ...(test === undefined ? [] : [{ typed: `${name}=?` }]),
    ...(read === undefined ? [] : [{ typed: `${name}?`, form: read }]),
    ...(execute === undefined ? [] : [{ typed: name, form: execute }]),
    ...Object.entries(write).map(([key, form]) => ({
      typed: `${name}${writeSign(name)}${examples[`${name} ${key}`] ?? exampleOf(form)}`,
      form,
    })),
  ]
}

const exampleOf = ({ params }: Form): string =>
  Object.values(params)
    .filter(({ optional }, at) => !optional || at === 0)
    .map(firstValue)
    .join(',')

function firstValue({ limits }: Param<unknown>): string {
  if (limits.kind === 'keyword') return `"${limits.word}"`
  if (limits.kind === 'text') return `"${'x'.repeat(limits.minBytes)}"`
  return limits.kind === 'hex' ? '0x0000' : String(limits.spans[0]?.[0] ?? 0)
}

/** Lines that a module of the profile answers with, in order. */
function replyTo(profile: Profile, typed: string): string {
  const m = pureModule({ profile, ...(typed.startsWith('+CPIN=') && { simPin: '1234' }) })
  const answer = m.at(typed) + answered(m) + m.advance(0).got()
  const lines = answer.split('\r\n').filter((line) => line !== '')
  return lines.length === 0 ? 'nothing' : lines.map((line) => `\`${line.replaceAll('|', '\\|')}\``).join('<br>')
}

/** The world answers a look-up. */
function answered(m: PureModule): string {
  const lookup = m.effects.find((effect) => effect.type === 'lookup')
  return lookup ? m.input({ type: 'resolved', lookup: lookup.lookup, addresses: ['127.0.0.1'] }).got() : ''
}
