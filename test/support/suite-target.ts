import { fileURLToPath } from 'node:url'
import type { Profile } from '../../src/at/commands/profile.ts'
import { profiles } from '../../src/at/commands/profiles.ts'
import { openSuiteTarget, type SuiteTarget } from '../../src/cli/conformance-target.ts'
import { readTranscripts } from '../../src/cli/transcript-files.ts'
import { runSuite } from '../../src/evidence/conformance/run-suite.ts'
import { selectUnits } from '../../src/evidence/conformance/select.ts'
import { type Suite, suiteFor, type Unit } from '../../src/evidence/conformance/unit.ts'
import type { CaseResult, OpenedLine } from '../../src/transcript/run.ts'

const transcripts = readTranscripts([fileURLToPath(new URL('../../conformance/', import.meta.url))])

/** The cases of the package for a profile. */
export const ownSuite = (profile: string): Suite => suiteFor(profile, transcripts)

/** Virtual modules, one a case. `profile`: in place of the one of that name. */
export const suiteTarget = (base: string, profile: Profile = profiles[base]!): Promise<SuiteTarget> =>
  openSuiteTarget({ memory: true, profile: { profile, base } })

/** Plays what the patterns name; `change` puts something between the player and the module. */
export async function playCases(
  target: SuiteTarget,
  patterns: readonly string[],
  change: (line: OpenedLine) => OpenedLine = (line) => line,
): Promise<readonly CaseResult[]> {
  const units: readonly Unit[] = selectUnits(ownSuite(target.profile).units, patterns)
  const open: SuiteTarget['open'] = async (transcript) => change(await target.open(transcript))
  const { clock, quietMs, quietOnlineMs } = target
  return runSuite(units, { ...target, open }, { clock, quietMs, quietOnlineMs })
}
