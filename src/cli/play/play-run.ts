import { nodeClock } from '../../io/runtime/clock-node.ts'
import type { HostPort } from '../../launch/addresses.ts'
import { UsageError } from '../../launch/usage-error.ts'
import { differenceText } from '../../transcript/language/columns.ts'
import { capabilityOfHole, openHoles } from '../../transcript/language/conditions.ts'
import { fill, type HoleBytes, type HoleValues, valuesOf } from '../../transcript/language/pattern.ts'
import type { Step, Transcript } from '../../transcript/language/transcript.ts'
import { type CaseResult, countResults, runTranscripts, type Target } from '../../transcript/player/run.ts'
import { exitCodes } from '../exit.ts'
import { print } from '../output.ts'
import { stopSignal } from '../signals.ts'
import { readTranscripts } from '../transcript-files.ts'
import { openTarget, type TargetOptions } from './play-targets.ts'

export interface PlayCliOptions extends TargetOptions {
  readonly asModule?: boolean
  readonly pty?: string
  readonly tcpListen?: HostPort
  /** Values of holes. */
  readonly set?: HoleValues
  /** Seconds. */
  readonly timeout?: number
  readonly realTime?: boolean
}

/** How long surplus bytes are waited for after the last step of a transcript. */
const quietMs = 20
const plainWidth = 100

/** Plays files to a module and prints what came of each. The exit code. */
export async function playToModule(files: readonly string[], options: PlayCliOptions): Promise<number> {
  const transcripts = readTranscripts(files)
  const set = options.set ?? {}
  checkValues(transcripts, set)
  const stopped = stopSignal()
  // Timers of the player do not keep the process alive.
  const alive = setInterval(() => {}, 2 ** 30)
  const target = await openTarget(options, set)
  try {
    return await Promise.race([playAll(transcripts, target, options), stopped.then(() => exitCodes.negative)])
  } finally {
    await target.close()
    clearInterval(alive)
  }
}

async function playAll(transcripts: readonly Transcript[], target: Target, options: PlayCliOptions): Promise<number> {
  const play = {
    clock: nodeClock,
    quietMs,
    ...(options.realTime && { realTime: true }),
    ...(options.timeout && { timeoutMs: options.timeout * 1000 }),
  }
  const width = process.stdout.columns ?? plainWidth
  const results = await runTranscripts(transcripts, target, play, {
    result: (result) => print(`${resultText(result, width)}\n`),
  })
  const { passed, failed, skipped } = countResults(results)
  print(`\n${passed} passed, ${failed} failed, ${skipped} skipped\n`)
  return failed > 0 ? exitCodes.negative : exitCodes.ok
}

/** Checks, before anything is sent, that every hole has a value and that every value of `--set` has a hole. */
export function checkValues(transcripts: readonly Transcript[], set: HoleValues): void {
  const open = transcripts.flatMap(({ steps }) => openHoles(steps))
  const hole = open.find(({ name }) => set[name] === undefined && capabilityOfHole[name] === undefined)
  if (hole) {
    const { name, step } = hole
    const option = step.kind === 'sendBytes' ? `--set-file ${name}=FILE` : `--set ${name}=VALUE`
    throw new UsageError(`${step.fileName}:${step.line}: there is no value for {${name}}: give ${option}.`)
  }
  for (const { steps } of transcripts) checkLengths(steps, valuesOf(set))
  checkNames(transcripts, set)
}

/** The module is told how many bytes come: a value of another length would leave it waiting. */
function checkLengths(steps: readonly Step[], values: HoleBytes): void {
  for (const step of steps) {
    if (step.kind !== 'sendBytes') continue
    const filled = fill(step.pattern, values, true)
    if ('bytes' in filled || filled.length === undefined) continue
    const { name, length } = filled
    const given = values.get(name)!.length
    throw new UsageError(
      `${step.fileName}:${step.line}: {${name}:${length}} takes ${length} bytes, its value has ${given}.`,
    )
  }
}

export function checkNames(transcripts: readonly Transcript[], set: HoleValues): void {
  const named = new Set(transcripts.flatMap(({ steps }) => steps.flatMap(holesOf)))
  const surplus = Object.keys(set).find((name) => !named.has(name))
  if (surplus === undefined) return
  const known = [...named].map((name) => `{${name}}`).join(', ')
  throw new UsageError(
    `--set ${surplus}: no transcript has a hole {${surplus}}; there ${known ? `are ${known}` : 'is none'}.`,
  )
}

function holesOf(step: Step): readonly string[] {
  const patterns =
    step.kind === 'anyTime' ? step.items.map(({ pattern }) => pattern) : 'pattern' in step ? [step.pattern] : []
  return patterns.flatMap(({ pieces }) => pieces.flatMap((piece) => (piece.kind === 'name' ? [piece.name] : [])))
}

/** One case: a line, and the two columns where it failed. */
export function resultText({ fileName, line, title, cite, outcome, ms }: CaseResult, width: number): string {
  const where = line > 1 ? `${fileName}:${line}` : fileName
  const about = [where, cite, title].filter(Boolean).join('  ')
  switch (outcome.kind) {
    case 'passed':
      return `passed   ${about}  (${ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`})`
    case 'skipped':
      return `skipped  ${about}: ${outcome.reason}${hintFor(outcome.reason)}`
    case 'failed':
      return `FAILED   ${about}\n\n  ${differenceText(outcome.mismatch, width)}\n`
  }
}

const options: Readonly<Record<string, string>> = {
  broker: '--broker',
  tls: '--broker-tls',
  'mutual-tls': '--broker-mutual',
  peer: '--peer',
}

/** Names the options that provide the missing capabilities. */
function hintFor(reason: string): string {
  const missing = reason.startsWith('needs ') ? reason.slice('needs '.length).split(', ') : []
  const known = missing.flatMap((name) => options[name] ?? [])
  return known.length > 0 ? ` (${known.map((option) => `${option} HOST:PORT`).join(', ')})` : ''
}
