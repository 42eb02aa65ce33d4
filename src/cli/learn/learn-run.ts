import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { printableJson } from '../../at/syntax/printable.ts'
import { compare } from '../../conformance/learn/comparison.ts'
import { type Learnt, learn, ServiceInUse } from '../../conformance/learn/learn.ts'
import { learntProfile } from '../../conformance/learn/learnt-profile.ts'
import { learntTranscripts } from '../../conformance/learn/learnt-transcripts.ts'
import type { Permissions } from '../../conformance/learn/permissions.ts'
import type { LearnQuestion } from '../../conformance/learn/question.ts'
import { learntHtml, learntMarkdown, type ReportSource } from '../../conformance/learn/report.ts'
import { takesTime, timesOf } from '../../conformance/learn/times.ts'
import { SilentModule } from '../../conformance/silent-module.ts'
import { OutputFile, unreadPipe, writeWhole } from '../../io/output-file.ts'
import { nodeClock } from '../../io/runtime/clock-node.ts'
import { errorCode, errorText, SetupError } from '../../io/setup-error.ts'
import { hostAndPort } from '../../io/transports/tcp-socket.ts'
import { shared } from '../../io/wrappers/shared.ts'
import type { HostPort } from '../../launch/addresses.ts'
import { version } from '../../launch/package.ts'
import { UsageError } from '../../launch/usage-error.ts'
import { exitCodes } from '../exit.ts'
import type { LineOptions } from '../line-options.ts'
import { openLastingLine } from '../open-line.ts'
import { print, printError, printOwn } from '../output.ts'
import { stopSignal } from '../signals.ts'
import { askVirtual } from './virtual-twin.ts'

export interface LearnCliOptions extends LineOptions {
  readonly broker?: HostPort
  readonly brokerTls?: HostPort
  readonly to?: string
  readonly report?: string
  readonly transcripts?: string
  readonly mayReset?: boolean
  readonly mayWriteCertificates?: boolean
}

/** Throws a `UsageError` for options that do not go together. */
export function checkLearn({ to, report, broker, brokerTls }: LearnCliOptions): void {
  if (to !== undefined && !to.endsWith('.json'))
    throw new UsageError(`--to ${to}: give a name that ends in .json, as --profile needs it.`)
  if (report !== undefined && !/\.(md|html)$/.test(report))
    throw new UsageError(`--report ${report}: give a name that ends in .md or .html.`)
  if (brokerTls && !broker) throw new UsageError('--broker-tls needs --broker too: give the plain port of the broker.')
}

/** Learns and writes. Resolves to the exit code. */
export async function runLearn(options: LearnCliOptions): Promise<number> {
  const stop = new AbortController()
  void stopSignal().then(() => {
    printError('atmqtt: Setting back what was changed; another Ctrl-C ends at once and leaves it.\n')
    stop.abort()
  })
  const made = checkFiles(options)
  const alive = setInterval(() => {}, 2 ** 30)
  const began = performance.now()
  const permissions = permissionsOf(options)
  try {
    const learnt = await learnFrom(options, permissions, stop.signal)
    const date = new Date().toISOString().slice(0, 10)
    const profile = learntProfile(learnt, date)
    const ms = performance.now() - began
    const timing = takesTime(timesOf(learnt.asked)) ? 'real' : 'instant'
    const twin = await askVirtual(profile.profile, permissions, timing)
    const compared = compare(learnt, twin.learnt, { theirs: permissions, ours: twin.permissions })
    const source = { tool: `atmqtt ${version}`, date, ms, learnt, profile, compared }
    write(options, source, permissions)
    print(summary(source, options))
    return isWhole(learnt) ? exitCodes.ok : exitCodes.negative
  } catch (error) {
    for (const path of made) rmSync(path, { force: true })
    throw error
  } finally {
    clearInterval(alive)
  }
}

async function learnFrom(options: LearnCliOptions, permissions: Permissions, stop: AbortSignal): Promise<Learnt> {
  const line = shared(await openLastingLine(options))
  try {
    return await learn(line, { clock: nodeClock, permissions, stop, started: showProgress })
  } catch (error) {
    if (error instanceof SilentModule) throw new SetupError('missing', error.message, error)
    if (error instanceof ServiceInUse) throw new SetupError('inUse', error.message, error)
    throw error
  } finally {
    if (process.stdout.isTTY) printOwn(clear)
    await line.close()
  }
}

function permissionsOf({ broker, brokerTls, mayReset, mayWriteCertificates }: LearnCliOptions): Permissions {
  const text = (at: HostPort | undefined) => at && hostAndPort(at.host, at.port)
  return {
    broker: text(broker),
    brokerTls: text(brokerTls),
    reset: mayReset === true,
    certificates: mayWriteCertificates === true,
  }
}

const clear = '\r\x1b[K'

/** On a terminal one line that is overwritten; elsewhere nothing. */
function showProgress({ title }: LearnQuestion, before: number, all: number): void {
  const { isTTY, columns = 80 } = process.stdout
  if (isTTY) printOwn(`${clear}${`[${before + 1}/${all}] ${title}`.slice(0, columns - 1)}`)
}

/** Everything that could be asked was answered, and taken back. */
const isWhole = ({ asked, ended, left }: Learnt): boolean =>
  ended === undefined &&
  left.length === 0 &&
  asked.every(({ missing }) => missing === undefined || missing.startsWith('needs '))

const file = { append: false, permissions: 0o666 } as const

/** Makes sure, before minutes of asking, that the results can be written. The files that it has made. Throws a `SetupError`. */
function checkFiles({ to, report, transcripts }: LearnCliOptions): readonly string[] {
  if (transcripts !== undefined)
    attempt('transcripts', transcripts, () => void mkdirSync(transcripts, { recursive: true }))
  const made: string[] = []
  for (const [option, path] of Object.entries({ to, report })) {
    if (path === undefined) continue
    if (!existsSync(path)) made.push(path)
    attempt(option, path, () => new OutputFile(path, { ...file, append: true }))
  }
  return made
}

function write({ to, report, transcripts }: LearnCliOptions, source: ReportSource, permissions: Permissions): void {
  const text = (path: string) => (path.endsWith('.html') ? learntHtml(source) : learntMarkdown(source))
  const json = `${printableJson(JSON.stringify(source.profile.file, undefined, 2))}\n`
  if (to !== undefined) attempt('to', to, () => writeWhole(to, json, file))
  if (report !== undefined) attempt('report', report, () => writeWhole(report, text(report), file))
  if (transcripts !== undefined)
    for (const each of learntTranscripts(source.learnt.asked, permissions)) {
      const path = join(transcripts, each.name)
      attempt('transcripts', path, () => writeWhole(path, each.text, file))
    }
}

function attempt(option: string, path: string, act: () => void): void {
  try {
    act()
  } catch (error) {
    const advice = errorCode(error) === unreadPipe.code ? unreadPipe.advice : 'give another one'
    throw new SetupError('denied', `--${option} ${path} can't be written (${errorText(error)}): ${advice}.`, error)
  }
}

const endings = {
  interrupted: 'It was interrupted: what was learnt until then is there.',
  silent: 'The module fell silent: what was learnt until then is there.',
} as const

function summary({ learnt, profile, compared }: ReportSource, { to, report, transcripts }: LearnCliOptions): string {
  const { asked, left, ended } = learnt
  const answered = asked.filter(({ missing }) => missing === undefined).length
  const unanswered = asked.filter(({ exchanges, missing }) => missing !== undefined && exchanges.length > 0)
  const needed = [...new Set(asked.flatMap(({ missing }) => (missing?.startsWith('needs ') ? [missing] : [])))]
  const differ = compared.filter(({ same }) => same === false)
  return lines(
    `${learnt.traits.get('identity.model') ?? 'a module without a name'}, nearest profile: ${profile.base}`,
    profile.changes.length === 0 ? 'nothing differs from it' : `${profile.changes.length} values differ from it:`,
    ...profile.changes.map(({ path, ours, theirs }) => `  ${path}: ${shown(theirs)}, not ${shown(ours)}`),
    `${answered} of ${asked.length} questions answered; ${differ.length === 0 ? 'the profile explains all answers' : `the profile does not explain ${differ.length} of the answers, see the report`}`,
    ...unanswered.map(({ question, missing }) => `  not answered: ${question.title} (${missing})`),
    ...needed.map(
      (need) =>
        `  not asked: ${asked.filter(({ missing }) => missing === need).length} questions, which need ${need.slice('needs '.length)}`,
    ),
    ...(ended ? [endings[ended]] : []),
    ...left.map((command) => `not set back, send it by hand: ${command}`),
    ...written({ to, report, transcripts }),
    ...(to === undefined ? ['', JSON.stringify(profile.file, undefined, 2)] : []),
  )
}

const written = (files: Readonly<Record<string, string | undefined>>): readonly string[] =>
  Object.entries({ profile: files.to, report: files.report, transcripts: files.transcripts }).flatMap(([what, path]) =>
    path === undefined ? [] : [`${what}: ${path}`],
  )

const longestShown = 60
const shown = (value: unknown): string => {
  const text = JSON.stringify(value)
  return text.length > longestShown ? `${text.slice(0, longestShown)}…` : text
}

const lines = (...texts: readonly string[]): string => texts.map((text) => `${text}\n`).join('')
