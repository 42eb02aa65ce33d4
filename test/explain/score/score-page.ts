import { type BlindRun, blindRuns } from './blind-sets.ts'
import { leftOut } from './generated.ts'
import { type Judged, type Tally, tallies, tallyOf } from './tally.ts'

interface CleanLog {
  readonly name: string
  readonly told: readonly string[]
}

/** What was judged, for the page and for the terminal. */
export interface Score {
  readonly generated: readonly Judged[]
  /** Of hosts whose programs are made at random. */
  readonly varied: readonly Judged[]
  readonly written: readonly Judged[]
  readonly clean: readonly CleanLog[]
  readonly variedClean: readonly CleanLog[]
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`
const cells = ({ logs, first, amongThree, wrong, silent }: Tally): string =>
  [`${logs}`, ...[first, amongThree, wrong, silent].map(percent)].join(' | ')
const head = (title: string): readonly string[] => [
  `| ${title} | logs | first | among three | wrong | silent |`,
  '| --- | ---: | ---: | ---: | ---: | ---: |',
]

const sumRows = (title: string, list: readonly Judged[]): readonly string[] => [
  `| ${title} | ${cells(tallyOf(list.map(({ judgement }) => judgement)))} |`,
  `| ${title}, the last error code looked up | ${cells(tallyOf(list.map(({ baseline }) => baseline)))} |`,
]

const groupRows = (list: readonly Judged[]): readonly string[] =>
  [...tallies(list)].map(([group, tally]) => `| ${group} | ${cells(tally)} |`)

const sums = ({ generated, varied, written }: Score): readonly string[] => [
  ...head(''),
  ...sumRows('hand-written', written),
  ...sumRows('generated', generated),
  ...sumRows('generated, varied hosts', varied),
]

const cleanSentence = (kind: string, clean: readonly CleanLog[]): string => {
  const told = clean.filter((each) => each.told.length > 0).map(({ name, told: ids }) => `${name}: ${ids.join(', ')}`)
  return `${clean.length} logs of ${kind} without a fault: ${told.length === 0 ? 'nothing above a note in any' : told.join('; ')}.`
}

const cleanText = ({ clean, variedClean }: Score): string =>
  `${cleanSentence('sessions', clean)} ${cleanSentence('varied hosts', variedClean)}`

const blindRow = ({ set, date, when, first, amongThree, wrong, silent }: BlindRun): string =>
  `| ${[set, date, when, first, amongThree, wrong, silent].join(' | ')} |`

const blindPart: readonly string[] = [
  '## Blind',
  '',
  'Two sets of twenty logs in the shapes of public threads, from causes that were sealed until the program had been run; whoever wrote them had not seen the rules. Logs, of twenty: a cause counts as right where it is the sealed one or one that was sealed beside it as right too. They are not in the repository: the figures are from those days.',
  '',
  '| set | measured on | program | first | among three | wrong | silent |',
  '| --- | --- | --- | ---: | ---: | ---: | ---: |',
  ...blindRuns.map(blindRow),
  '',
]

/** For the terminal. */
export const scoreText = (score: Score): string => [...sums(score), '', cleanText(score), ''].join('\n')

export const scorePage = (score: Score, date: string): string =>
  [
    '# How well explain finds causes',
    '',
    `Measured on ${date} by \`npm run explain:score\`, which writes this page; the same program and seeds give the same figures.`,
    '',
    '"First": what stands first is a cause that the case accepts. "Among three": one of the three findings is. "Wrong": what stands first is above a note, and is neither accepted nor may stand beside it. "Silent": no finding above a note. The second row of each pair is somebody who looks up the last error code in the manual.',
    '',
    ...sums(score),
    '',
    cleanText(score),
    '',
    ...blindPart,
    '## Hand-written',
    '',
    'Sessions written from the descriptions of public threads, not from the rules, in the words of this project and with other names and numbers (`test/explain/score/cases`), each in two shapes or more. Who wrote them knew the program: they show that it does what is wanted, not how it does on logs that nobody here has seen.',
    '',
    ...head('cause'),
    ...groupRows(score.written),
    '',
    '## Generated',
    '',
    'Each fault of the catalogue is played to a module in memory, and its session is written in each shape and changed as logs are on their way into a thread: a hundredth of the bytes lost, CR lost, rows doubled, head or tail cut, prints in between. `test/explain/score/fault-table.ts` names what each may bring. A log that is cut so that the fault is not in it does not count.',
    '',
    'Varied hosts: the program of the host is made at random too (what it asks and in which order, the family of the module, when it polls, publishes and subscribes, how it recovers), and each session is written in one shape and changed in one way (`test/explain/score/varied-session.ts`).',
    '',
    `Left out, because the log of the fault is that of a session without it: ${leftOut().join(', ')}.`,
    '',
    ...head('fault'),
    ...groupRows(score.generated),
    '',
    ...head('fault, varied hosts'),
    ...groupRows(score.varied),
    '',
  ].join('\n')
