import { profiles } from '../../../src/at/profiles/profiles.ts'
import { Faults, faultyDialer } from '../../../src/faults/public.ts'
import { nodeDialer } from '../../../src/io/net/dialer-node.ts'
import { nodeClock } from '../../../src/io/runtime/clock-node.ts'
import { type CertificateStore, memoryStore } from '../../../src/io/tls/certificate-store.ts'
import { hasCipherSuite } from '../../../src/io/tls/tls-versions.ts'
import { memoryLine } from '../../../src/io/transports/memory.ts'
import { Module } from '../../../src/module/public.ts'
import { type Case, partsOf } from '../../../src/transcript/language/cases.ts'
import { isForProfile } from '../../../src/transcript/language/conditions.ts'
import { parseTranscript } from '../../../src/transcript/language/parse.ts'
import type { Transcript } from '../../../src/transcript/language/transcript.ts'
import { playTranscript } from '../../../src/transcript/player/play.ts'
import { silentLog } from '../silent-log.ts'
import { conformanceTexts } from './conformance.ts'
import type { Cut } from './play.ts'

/** A block that stands by itself, as a transcript of its own. */
export interface SingleCase {
  readonly about: Case
  readonly transcript: Transcript
  readonly profiles: readonly string[]
}

/** The blocks of the files `cases-*.at`, each with the profiles that it is for. */
export function singleCases(): readonly SingleCase[] {
  return conformanceTexts()
    .filter(({ fileName }) => fileName.startsWith('cases-'))
    .flatMap(({ fileName, text }) => {
      const transcript = parseTranscript(text, fileName)
      return partsOf(transcript).map(({ about, steps, isBlock }) => {
        if (!isBlock) throw new Error(`${fileName}: there are steps outside of its blocks.`)
        const conditions = [transcript.conditions, about.conditions]
        const fitting = Object.keys(profiles).filter((name) => conditions.every((one) => isForProfile(name, one)))
        return { about, transcript: { ...transcript, steps }, profiles: fitting }
      })
    })
}

export interface CaseRun {
  readonly profile: string
  readonly cut: Cut
  readonly values: Readonly<Record<string, string>>
  /** What the store holds at first. */
  readonly certificates?: (store: CertificateStore) => void
}

/** Plays one to a module of its own, in which faults can be started; gives the number of steps. */
export async function playCase({ transcript }: SingleCase, { profile, cut, values, ...run }: CaseRun): Promise<number> {
  const certificates = memoryStore()
  run.certificates?.(certificates)
  const clock = nodeClock
  const dialer = faultyDialer(nodeDialer({ clock, certificates }), clock)
  const about = { profile: profiles[profile]!, clock, dialer, log: silentLog, certificates, files: memoryStore() }
  const module = new Module({ ...about, hasCipherSuite })
  const faults = new Faults(module, { clock, log: silentLog, seed: 1, dialer })
  const line = memoryLine()
  faults.attach(line.accepted, 'memory')
  const fault = (name: string, parameters: unknown) => void faults.start(name, parameters as Record<string, unknown>)
  try {
    await playTranscript(transcript, line.dial(), { clock, values, split: cut, fault })
    return transcript.steps.length
  } finally {
    await module.close()
  }
}
