import { fileURLToPath } from 'node:url'
import type { Profile } from '../../../src/at/profiles/profile.ts'
import { profiles } from '../../../src/at/profiles/profiles.ts'
import { openSuiteTarget, type SuiteTarget } from '../../../src/cli/conformance/conformance-target.ts'
import { readTranscripts } from '../../../src/cli/transcript-files.ts'
import { runSuite } from '../../../src/conformance/run-suite.ts'
import { type Suite, type SuiteUnit, suiteFor } from '../../../src/conformance/suite-unit.ts'
import { type FaultyStream, faulty } from '../../../src/io/wrappers/faulty.ts'
import type { CaseResult } from '../../../src/transcript/player/run.ts'

const transcripts = readTranscripts([fileURLToPath(new URL('../../../conformance/', import.meta.url))])

const suites = new Map<string, Suite>()

/** The cases of the package for a profile. */
export function ownSuite(profile: string): Suite {
  const suite = suites.get(profile) ?? suiteFor(profile, transcripts)
  suites.set(profile, suite)
  return suite
}

/** Virtual modules, one a case. `profile`: in place of the one of that name. */
export const suiteTarget = (base: string, profile: Profile = profiles[base]!): Promise<SuiteTarget> =>
  openSuiteTarget({ memory: true, profile: { profile, base } })

/** Something between the player and the module. */
export type Change = (line: FaultyStream) => void

/** The one case of that title in a file; `file` is without `.at`. */
export function caseOf(profile: string, file: string, title: string): SuiteUnit {
  const [unit, ...others] = ownSuite(profile).units.filter(
    ({ cases: [one] }) => one?.fileName.endsWith(`/${file}.at`) && one.title === title,
  )
  if (!unit || others.length > 0) throw new Error(`${file} has ${1 + others.length} cases "${title}" for ${profile}`)
  return unit
}

export async function playUnits(
  target: SuiteTarget,
  units: readonly SuiteUnit[],
  change: Change = () => {},
): Promise<readonly CaseResult[]> {
  const open: SuiteTarget['open'] = async (transcript) => {
    const opened = await target.open(transcript)
    const stream = faulty(opened.stream)
    change(stream)
    return { ...opened, stream }
  }
  const { clock, quietMs, quietOnlineMs } = target
  return runSuite(units, { ...target, open }, { clock, quietMs, quietOnlineMs })
}
