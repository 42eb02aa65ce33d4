import type { NewAdviser } from '../at/adviser.ts'
import type { Clock } from '../io/runtime/runtime.ts'
import { reasonToSkip } from '../transcript/language/conditions.ts'
import type { Transcript } from '../transcript/language/transcript.ts'
import { advisedTarget } from '../transcript/player/advised.ts'
import type { Target } from '../transcript/player/run.ts'
import { type Divergence, divergences } from './compare.ts'
import { exchangesOf, type RecordedExchange } from './exchanges.ts'
import { alwaysDiffers, createNormaliser, type NormalisedCounts, type Rule } from './normalise.ts'

export interface CompareOptions {
  readonly clock: Clock
  /** Patterns that are not compared, beside IMEI, times and signal. */
  readonly ignore?: readonly RegExp[]
  /** How long the line must be silent before the next thing is sent, and after an unexpected answer; ms. */
  readonly quietMs?: number
  readonly confusedMs?: number
  /** Says what goes wrong on the line of each module. */
  readonly newAdviser?: NewAdviser
}

/** What each module's line shows of what went wrong, a cause a line. */
export interface BothAdvice {
  readonly advice: readonly [first: readonly string[], second: readonly string[]]
}

/** The result for one transcript. */
export interface CompareResult {
  readonly fileName: string
  readonly title: string
  readonly outcome:
    | { readonly kind: 'same'; readonly exchanges: number }
    | ({ readonly kind: 'different'; readonly divergences: readonly Divergence[] } & BothAdvice)
    | { readonly kind: 'skipped'; readonly reason: string }
}

/** Sends each transcript to one module, then to the other. `normalised` counts what was not compared. */
export async function compareModules(
  transcripts: readonly Transcript[],
  targets: readonly [Target, Target],
  options: CompareOptions,
  onResult: (result: CompareResult) => void,
): Promise<{ readonly results: readonly CompareResult[]; readonly normalised: NormalisedCounts }> {
  const normalised: NormalisedCounts = new Map()
  const results: CompareResult[] = []
  for (const transcript of transcripts) {
    const { fileName, title = fileName } = transcript
    const outcome = await compareOne(transcript, targets, options, normalised)
    const result = { fileName, title, outcome }
    results.push(result)
    onResult(result)
  }
  return { results, normalised }
}

async function compareOne(
  transcript: Transcript,
  targets: readonly [Target, Target],
  options: CompareOptions,
  counts: NormalisedCounts,
): Promise<CompareResult['outcome']> {
  const reason = targets.map((target) => skipReason(transcript, target)).find(Boolean)
  if (reason) return { kind: 'skipped', reason }
  const [a, b] = targets
  // One after the other: with one broker and one client ID each connection would close the other one.
  const first = await heard(transcript, a, options)
  const second = await heard(transcript, b, options)
  const rules = [...alwaysDiffers, ...(options.ignore ?? []).map(ignoredRule)]
  const normalisers = [createNormaliser(a.values, rules, counts), createNormaliser(b.values, rules, counts)] as const
  const found = divergences(first.exchanges, second.exchanges, normalisers)
  if (found.length === 0) return { kind: 'same', exchanges: first.exchanges.length }
  return { kind: 'different', divergences: found, advice: [first.advice, second.advice] }
}

/** Both modules get the same input, so a file with a block that one of them can't do is skipped. `@profile` is ignored. */
function skipReason(transcript: Transcript, { kind, capabilities }: Target): string | undefined {
  const conditions = [transcript.conditions, ...transcript.blocks.map((block) => block.conditions)]
  return conditions
    .map((each) => reasonToSkip(each, transcript.steps, { kind, capabilities }))
    .find((reason) => reason !== undefined)
}

const ignoredRule = (pattern: RegExp): Rule => ({ name: `${pattern}`, pattern, instead: '{ignored}' })

async function heard(
  transcript: Transcript,
  target: Target,
  { clock, quietMs = 50, confusedMs = 500, newAdviser }: CompareOptions,
): Promise<{ readonly exchanges: readonly RecordedExchange[]; readonly advice: readonly string[] }> {
  const advised = newAdviser && advisedTarget(target, clock, newAdviser)
  const opened = await (advised?.target ?? target).open(transcript)
  try {
    const options = { clock, quietMs, confusedMs, values: target.values }
    const exchanges = await exchangesOf(transcript, opened.stream, options)
    return { exchanges, advice: advised?.advice() ?? [] }
  } finally {
    await opened.close()
  }
}
