import { printableLine } from '../../at/syntax/printable.ts'
import { type LadderStep, type LogFinding, type LogReport, rungTitle } from './report.ts'

export interface TextOptions {
  readonly colour: boolean
  /** Characters of a line. */
  readonly width: number
}

type Paint = (style: keyof typeof styles, text: string) => string

const styles = { error: '31;1', warning: '33;1', note: '36;1', dim: '2', strong: '1' } as const
const signs = { works: '+', fails: 'x', unknown: '?' } as const

/** The report for people. */
export function textReport(report: LogReport, { colour, width }: TextOptions): string {
  const paint: Paint = (style, text) => (colour ? `\x1b[${styles[style]}m${text}\x1b[0m` : text)
  const findings = report.findings.map((finding, i) => findingText(finding, i + 1, report, paint, width))
  return [
    ...wrapped('', headText(report), width),
    '',
    ...(findings.length > 0 ? findings : [nothingFound]),
    ladderLegend,
    ...ladderText(report.ladder, paint, width),
  ].join('\n')
}

const ladderLegend = 'How far it gets (+ works, x fails, ? the log does not show it):'
const nothingFound = 'Nothing that this program knows stands in the way.\n'

function headText({ shape, family, rows }: LogReport): string {
  const module = family === null ? 'the log does not tell which module' : `module ${family}`
  const traffic = rows.length === 0 ? ', no AT traffic that can be judged' : ''
  return `Read as ${shape}; ${module}${traffic}.`
}

function findingText(finding: LogFinding, number: number, report: LogReport, paint: Paint, width: number): string {
  const { id, title, severity, confidence, because, do: todo, ask, sources } = finding
  const sureness = `${Math.round(confidence * 100)} %`
  return [
    ...wrapped(`${number}. `, `${title}.`, width).map((line) => paint('strong', line)),
    `   ${paint(severity, severity)}  ${paint('dim', `${id}, ${sureness}`)}`,
    '',
    ...quotes(finding, report, width),
    '',
    ...wrapped('   Why: ', because, width),
    ...todo.flatMap((text) => wrapped('   Do:  ', text, width)),
    ...(ask.length > 0 ? wrapped('   Ask: ', `type next: ${ask.join(' | ')}`, width) : []),
    ...(sources.length > 0 ? wrapped('   See: ', sources.join(', '), width) : []),
    '',
  ].join('\n')
}

const mostQuotes = 8

/** The rows, with a caret below the one that shows it: the last one that is not a mere OK. */
function quotes({ rows }: LogFinding, report: LogReport, width: number): readonly string[] {
  const quoted = report.rows.filter(({ row }) => rows.includes(row))
  const shown = quoted.length > mostQuotes ? [...quoted.slice(0, 3), ...quoted.slice(3 - mostQuotes)] : quoted
  const digits = Math.max(3, ...shown.map(({ row }) => `${row}`.length))
  const symptom = shown.findLast(({ text }) => text.trim() !== 'OK') ?? shown.at(-1)
  return shown.flatMap((each) => {
    const text = cut(printableLine(each.text), width - digits - 6)
    const line = `   ${`${each.row}`.padStart(digits)} | ${text}`
    const caret = `   ${' '.repeat(digits)} | ${'^'.repeat(Math.max(1, text.length))}`
    return each === symptom ? [line, caret] : [line]
  })
}

const cut = (text: string, length: number): string => (text.length <= length ? text : `${text.slice(0, length - 3)}...`)

/** The rungs in their order, the first broken one marked. */
function ladderText(ladder: readonly LadderStep[], paint: Paint, width: number): readonly string[] {
  const firstBroken = ladder.find(({ state }) => state === 'fails')
  const lines: string[] = []
  let line = ''
  let length = 0
  for (const step of ladder) {
    const said = `${signs[step.state]} ${rungTitle(step.rung)}`
    const text = step === firstBroken ? `[${said}]` : said
    if (length + text.length > width) {
      lines.push(line.trimEnd())
      line = ''
      length = 0
    }
    line += `${step === firstBroken ? paint('error', text) : text}  `
    length += text.length + 2
  }
  return [...lines, `${line.trimEnd()}\n`]
}

/** Words in lines of a width; the first line begins with `head`, the others are indented as much. */
export function wrapped(head: string, text: string, width: number): readonly string[] {
  const lines: string[] = []
  let line = head
  for (const word of printableLine(text).split(' ')) {
    if (line.length + word.length > width && line.trim() !== '' && line !== head) {
      lines.push(line.trimEnd())
      line = ' '.repeat(head.length)
    }
    line += `${word} `
  }
  return [...lines, line.trimEnd()]
}
