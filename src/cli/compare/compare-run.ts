import type { Profile } from '../../at/profiles/profile.ts'
import { nodeClock } from '../../io/runtime/clock-node.ts'
import type { HostPort, SerialAddress } from '../../launch/addresses.ts'
import { compareModules } from '../../recording/compare-run.ts'
import { compareText, type ModuleNames, normalisedText } from '../../recording/compare-text.ts'
import type { HoleValues } from '../../transcript/language/pattern.ts'
import type { Transcript } from '../../transcript/language/transcript.ts'
import type { Target } from '../../transcript/player/run.ts'
import { exitCodes } from '../exit.ts'
import type { LineOptions } from '../line-options.ts'
import { print } from '../output.ts'
import { checkValues } from '../play/play-run.ts'
import { type OpenTarget, openTarget, type TargetOptions } from '../play/play-targets.ts'
import { stopSignal } from '../signals.ts'
import { readTranscripts } from '../transcript-files.ts'

/** The other module of a comparison. */
export type Other =
  | { readonly memory: true }
  | { readonly memory?: false; readonly port: SerialAddress }
  | { readonly memory?: false; readonly tcp: HostPort }

export interface CompareCliOptions extends LineOptions {
  readonly memory?: boolean
  readonly with?: Other
  readonly profile?: Profile
  readonly withProfile?: Profile
  readonly broker?: HostPort
  readonly brokerTls?: HostPort
  readonly set?: HoleValues
  readonly ignore?: readonly RegExp[]
}

const plainWidth = 100

/** Plays files to two modules and prints where they differ. The exit code. */
export async function runCompare(files: readonly string[], options: CompareCliOptions, other: Other): Promise<number> {
  const transcripts = readTranscripts(files)
  const set = options.set ?? {}
  checkValues(transcripts, set)
  const stopped = stopSignal()
  const alive = setInterval(() => {}, 2 ** 30)
  const opened: OpenTarget[] = []
  const [first, second] = modulesOf(options, other)
  try {
    for (const target of [first, second]) opened.push(await openTarget(target, set))
    const names = { expected: nameOf(first), got: nameOf(second) }
    const compared = compareAll(transcripts, [opened[0]!, opened[1]!], names, options)
    return await Promise.race([compared, stopped.then(() => exitCodes.negative)])
  } finally {
    for (const target of opened) await target.close()
    clearInterval(alive)
  }
}

function modulesOf(options: CompareCliOptions, other: Other): readonly [TargetOptions, TargetOptions] {
  const { port, tcp, memory, profile, broker, brokerTls, withProfile } = options
  const brokers = { ...(broker && { broker }), ...(brokerTls && { brokerTls }) }
  return [
    { ...brokers, port, tcp, ...(memory && { memory }), ...(profile && { profile }) },
    { ...brokers, ...other, ...(withProfile && { profile: withProfile }) },
  ]
}

async function compareAll(
  transcripts: readonly Transcript[],
  targets: readonly [Target, Target],
  names: ModuleNames,
  { ignore }: CompareCliOptions,
): Promise<number> {
  print(`${names.expected} with ${names.got}\n\n`)
  const width = process.stdout.columns ?? plainWidth
  const { LineAdviser } = await import('../../explain/line-adviser.ts')
  const options = { clock: nodeClock, newAdviser: () => new LineAdviser(), ...(ignore && { ignore }) }
  const { results, normalised } = await compareModules(transcripts, targets, options, (result) =>
    print(`${compareText(result, names, width)}\n`),
  )
  const count = (kind: string) => results.filter(({ outcome }) => outcome.kind === kind).length
  print(`\n${normalisedText(normalised)}\n`)
  print(`${count('same')} same, ${count('different')} different, ${count('skipped')} skipped\n`)
  return count('different') > 0 ? exitCodes.negative : exitCodes.ok
}

function nameOf({ memory, port, tcp, profile }: TargetOptions): string {
  if (memory) return profile ? `memory, ${profile.name}` : 'memory'
  return port ? port.device : `${tcp!.host}:${tcp!.port}`
}
