import { existsSync, rmSync, statSync } from 'node:fs'
import { defaultProfile } from '../../at/profiles/profiles.ts'
import { progress } from '../../conformance/progress.ts'
import { type Report, reportJson, reportOf } from '../../conformance/reports/report.ts'
import { reportHtml } from '../../conformance/reports/report-html.ts'
import { type CaseAdvice, reportJunit } from '../../conformance/reports/report-junit.ts'
import { skippedText, summaryText } from '../../conformance/reports/report-text.ts'
import { runSuite, type SuiteResult } from '../../conformance/run-suite.ts'
import { sectionOf } from '../../conformance/section.ts'
import { SilentModule } from '../../conformance/silent-module.ts'
import { type Suite, type SuiteUnit, selectUnits, suiteFor, unmatched } from '../../conformance/suite-unit.ts'
import { OutputFile, unreadPipe, writeWhole } from '../../io/output-file.ts'
import { errorCode, errorText, SetupError } from '../../io/setup-error.ts'
import { version } from '../../launch/package.ts'
import { UsageError } from '../../launch/usage-error.ts'
import { exitCodes } from '../exit.ts'
import { print, printOwn } from '../output.ts'
import { suiteFolder } from '../package.ts'
import { stopSignal } from '../signals.ts'
import { readTranscripts } from '../transcript-files.ts'
import type { ConformanceCliOptions } from './conformance-options.ts'
import { openSuiteTarget, type SuiteTarget } from './conformance-target.ts'

const plainWidth = 100

/** The option that provides each missing capability. */
const hints = {
  broker: '--broker HOST:PORT',
  tls: '--broker-tls HOST:PORT',
  'mutual-tls': '--broker-mutual HOST:PORT',
  peer: '--peer PUBLIC:PORT=LOCAL:PORT',
  'peer-control': '--peer PUBLIC:PORT=LOCAL:PORT',
  fault: '--memory',
} as const

/** Plays the suite to a module and reports. Resolves to the exit code. */
export async function runConformance(cases: readonly string[], options: ConformanceCliOptions): Promise<number> {
  const transcripts = readTranscripts([options.suite ?? suiteFolder])
  const made = checkReportFiles(options)
  const stopped = stopSignal()
  const alive = setInterval(() => {}, 2 ** 30)
  let target: SuiteTarget | undefined
  try {
    target = await Promise.race([openSuiteTarget(options).catch(notThere), stopped.then(() => undefined)])
    if (!target) return exitCodes.negative
    const suite = suiteFor(target.profile, transcripts)
    const units = chosen(suite, cases, target.profile)
    return await Promise.race([play({ ...suite, units }, target, options), stopped.then(() => exitCodes.negative)])
  } finally {
    for (const path of made) if (statSync(path, { throwIfNoEntry: false })?.size === 0) rmSync(path)
    await target?.close()
    clearInterval(alive)
  }
}

/** Without a module that answers there is nothing to report. */
function notThere(error: unknown): never {
  if (error instanceof SilentModule) throw new SetupError('missing', error.message, error)
  throw error
}

async function play({ units, others }: Suite, target: SuiteTarget, options: ConformanceCliOptions): Promise<number> {
  const { timeout } = options
  const { stdout } = process
  const [startedAt, began] = [new Date().toISOString(), performance.now()]
  const shown = progress({ write: printOwn, isTerminal: stdout.isTTY === true, width: stdout.columns || plainWidth })
  const { clock, quietMs, quietOnlineMs } = target
  const limits = { hints, quietMs, quietOnlineMs, ...(timeout !== undefined && { timeoutMs: timeout * 1000 }) }
  for (const note of target.notes) print(`${note}\n`)
  const { LineAdviser } = await import('../../explain/line-adviser.ts')
  const results = await runSuite(units, target, { clock, ...limits, newAdviser: () => new LineAdviser() }, shown)
  const { name: module, profile } = target
  const about = { tool: `atmqtt ${version}`, module, profile, others, startedAt, ms: performance.now() - began }
  const report = reportOf(results, about)
  writeReports(options, report, adviceIn(results))
  if (stdout.isTTY) print(skippedText(report))
  print(summaryText(report))
  return report.counts.failed > 0 ? exitCodes.negative : exitCodes.ok
}

/** Lists the cases, one a line. Resolves to the exit code. */
export async function listSuite(cases: readonly string[], options: ConformanceCliOptions): Promise<number> {
  const profile = options.profile?.base ?? defaultProfile.name
  for (const unit of chosen(suiteFor(profile, readTranscripts([options.suite ?? suiteFolder])), cases, profile))
    for (const { fileName, line, title, ...one } of unit.cases)
      print(`${fileName.replace(/^.*[\\/]/, '')}:${line}  ${sectionOf({ ...one, fileName })}  ${title}\n`)
  return exitCodes.ok
}

function chosen({ units }: Suite, cases: readonly string[], profile: string): readonly SuiteUnit[] {
  const missing = unmatched(units, cases)
  if (missing === undefined) return selectUnits(units, cases)
  throw new UsageError(
    `No case for ${profile} is called ${missing}: "atmqtt conformance --list" names them, * is anything.`,
  )
}

interface ReportFiles {
  readonly junit?: string
  readonly json?: string
  readonly html?: string
}

/** What is advised where cases failed, by where the report names them. */
const adviceIn = (results: readonly SuiteResult[]): CaseAdvice =>
  new Map(
    results.map(({ fileName, line, advice = [] }) => [`${fileName.replace(/^.*[\\/]/, '')}:${line}`, advice] as const),
  )

const kinds = { junit: reportJunit, json: reportJson, html: reportHtml } as const
const names = Object.keys(kinds) as readonly (keyof typeof kinds)[]

/**
 * Makes sure, before a run that may take hours, that its reports can be written: a pipe stays open for its reader. The
 * files that it has made: without a run they go again, an empty file is no report. Throws a `SetupError`.
 */
function checkReportFiles(files: ReportFiles): readonly string[] {
  const paths = names.flatMap((name) => files[name] ?? [])
  const made = paths.filter((path) => !existsSync(path))
  for (const name of names)
    if (files[name] !== undefined) attempt(name, files[name], (path) => new OutputFile(path, reportFile))
  return made
}

/** Writes the reports that were asked for. Throws a `SetupError`. */
function writeReports(files: ReportFiles, report: Report, advice: CaseAdvice): void {
  for (const name of names)
    if (files[name] !== undefined)
      attempt(name, files[name], (path) =>
        writeWhole(path, kinds[name](report, advice), { ...reportFile, append: false }),
      )
}

const reportFile = { append: true, permissions: 0o666 } as const

function attempt(name: string, path: string, act: (path: string) => void): void {
  try {
    act(path)
  } catch (error) {
    const advice = errorCode(error) === unreadPipe.code ? unreadPipe.advice : 'give another file'
    throw new SetupError('denied', `--${name} ${path} can't be written (${errorText(error)}): ${advice}.`, error)
  }
}
