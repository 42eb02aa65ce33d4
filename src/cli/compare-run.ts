import { compareModules } from '../evidence/compare-run.ts'
import { compareText, normalisedText } from '../evidence/compare-text.ts'
import { nodeClock } from '../io/clock-node.ts'
import type { CompareCliOptions, Other } from './compare.ts'
import { exitCodes } from './exit.ts'
import { checkValues } from './play-run.ts'
import { type OpenTarget, openTarget, type TargetOptions } from './play-targets.ts'
import { readTranscripts } from './transcript-files.ts'

const plainWidth = 100

/** Plays files to two modules and prints where they differ. The exit code. */
export async function runCompare(files: readonly string[], options: CompareCliOptions, other: Other): Promise<number> {
  const transcripts = readTranscripts(files)
  const set = options.set ?? {}
  checkValues(transcripts, set)
  const { port, tcp, memory, profile, broker, brokerTls, withProfile } = options
  const brokers = { ...(broker && { broker }), ...(brokerTls && { brokerTls }) }
  const first = { ...brokers, port, tcp, ...(memory && { memory }), ...(profile && { profile }) }
  const second = { ...brokers, ...other, ...(withProfile && { profile: withProfile }) }
  const alive = setInterval(() => {}, 2 ** 30)
  const opened: OpenTarget[] = []
  try {
    for (const target of [first, second]) opened.push(await openTarget(target, set))
    const names = { expected: nameOf(first), got: nameOf(second) }
    process.stdout.write(`${names.expected} with ${names.got}\n\n`)
    const { results, normalised } = await compareModules(
      transcripts,
      [opened[0]!, opened[1]!],
      { clock: nodeClock, ...(options.ignore && { ignore: options.ignore }) },
      (result) => process.stdout.write(`${compareText(result, names, process.stdout.columns ?? plainWidth)}\n`),
    )
    const count = (kind: string) => results.filter(({ outcome }) => outcome.kind === kind).length
    process.stdout.write(`\n${normalisedText(normalised)}\n`)
    process.stdout.write(`${count('same')} same, ${count('different')} different, ${count('skipped')} skipped\n`)
    return count('different') > 0 ? exitCodes.negative : exitCodes.ok
  } finally {
    for (const target of opened) await target.close()
    clearInterval(alive)
  }
}

function nameOf({ memory, port, tcp, profile }: TargetOptions): string {
  if (memory) return profile ? `memory, ${profile}` : 'memory'
  return port ? port.device : `${tcp!.host}:${tcp!.port}`
}
