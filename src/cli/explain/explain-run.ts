import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import { Explainer } from '../../explain/explain.ts'
import { htmlReport } from '../../explain/report/html-report.ts'
import type { LogReport } from '../../explain/report/report.ts'
import { textReport } from '../../explain/report/text-report.ts'
import { writeWhole } from '../../io/output-file.ts'
import { errorText, SetupError } from '../../io/setup-error.ts'
import type { ChosenProfile } from '../../launch/profile-choice.ts'
import { UsageError } from '../../launch/usage-error.ts'
import { exitCodes } from '../exit.ts'
import { print, printJson, printOwn } from '../output.ts'

export interface ExplainCliOptions {
  readonly all?: boolean
  readonly json?: boolean
  readonly html?: string
  readonly profile?: ChosenProfile
  readonly demo?: boolean
}

const widest = 80

/** Explains logs and prints what was found. The exit code. */
export async function runExplain(files: readonly string[], options: ExplainCliOptions): Promise<number> {
  if (options.demo) return runDemo(options)
  const { html } = options
  const explainer = new Explainer({ ...asked(options), keepsRows: html !== undefined })
  for (const file of files) for await (const bytes of bytesOfFile(file)) explainer.feed(bytes)
  const report = explainer.end()
  if (report.shape === 'none')
    throw new UsageError(
      `There are no AT commands and no answers to them in ${files.join(', ')}: give the log of the line to the module.`,
    )
  if (html !== undefined) writePage(html, htmlReport(report, explainer.rows(report), titleOf(files)))
  show(report, options)
  return exitCodeOf(report)
}

/** The logs that come with the program, each with what is found in it. */
async function runDemo(options: ExplainCliOptions): Promise<number> {
  const { demoLogs } = await import('../../explain/demo-logs.ts')
  const codes = demoLogs.map(({ title, text }) => {
    const explainer = new Explainer(asked(options))
    explainer.feed(new TextEncoder().encode(text))
    const report = explainer.end()
    if (!options.json) print(`${title}\n\n${text.trimEnd().replace(/^/gm, '  | ')}\n\n`)
    show(report, options)
    return exitCodeOf(report)
  })
  return Math.max(...codes)
}

const asked = ({ all = false, profile }: ExplainCliOptions) => ({ all, ...(profile && { profile: profile.base }) })

function show(report: LogReport, { json = false }: ExplainCliOptions): void {
  if (json) return printJson(report)
  const width = Math.min(widest, process.stdout.columns ?? widest)
  printOwn(textReport(report, { colour: process.stdout.isTTY === true, width }))
}

/** `apn.log`, `a.log and 2 others`; of standard input: `the log`. */
function titleOf([first = '-', ...others]: readonly string[]): string {
  const name = first === '-' ? 'the log' : basename(first)
  return others.length === 0 ? name : `${name} and ${others.length} ${others.length === 1 ? 'other' : 'others'}`
}

function writePage(path: string, html: string): void {
  try {
    writeWhole(path, html, { append: false, permissions: 0o600 })
  } catch (error) {
    throw new SetupError('denied', `--html ${path} can't be written (${errorText(error)}): name another file.`, error)
  }
}

async function* bytesOfFile(file: string): AsyncIterable<Uint8Array> {
  try {
    yield* file === '-' ? process.stdin : createReadStream(file)
  } catch (error) {
    throw new UsageError(`${file} can't be read (${errorText(error)}).`)
  }
}

const exitCodeOf = ({ findings }: LogReport): number =>
  findings.some(({ severity }) => severity !== 'note') ? exitCodes.negative : exitCodes.ok
