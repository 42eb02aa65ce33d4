import { lineageOf } from '../at/profiles/profiles.ts'
import { type Case, partsOf } from '../transcript/language/cases.ts'
import { isForProfile } from '../transcript/language/conditions.ts'
import type { Transcript } from '../transcript/language/transcript.ts'
import { sectionOf } from './section.ts'

/** What is played in one go from the known state: a block, or a file whose blocks need its other steps. */
export interface SuiteUnit {
  readonly transcript: Transcript
  readonly cases: readonly Case[]
}

/** The cases that concern a profile. */
export interface Suite {
  readonly units: readonly SuiteUnit[]
  /** How many are for other profiles. */
  readonly others: number
}

/** The units for one profile, in the order of the files. `x-a76xx.at` stands in the place of `x.at` for `a76xx`. */
export function suiteFor(profile: string, transcripts: readonly Transcript[]): Suite {
  const names = new Set(transcripts.map(({ fileName }) => fileName))
  const all = transcripts.flatMap(split)
  const units = all.filter(
    ({ transcript, cases }) =>
      !isReplaced(transcript.fileName, lineageOf(profile), names) &&
      isForProfile(profile, transcript.conditions) &&
      cases.some(({ conditions }) => isForProfile(profile, conditions)),
  )
  const count = (some: readonly SuiteUnit[]): number => some.reduce((sum, { cases }) => sum + cases.length, 0)
  return { units, others: count(all) - count(units) }
}

/** A nearer profile has a file of that name: `x-a7670c-v11.at` goes before `x-a76xx.at`, and that before `x.at`. */
function isReplaced(fileName: string, lineage: readonly string[], names: ReadonlySet<string>): boolean {
  const own = lineage.findIndex((name) => fileName.endsWith(`-${name}.at`))
  const stem = own < 0 ? fileName.replace(/\.at$/, '') : fileName.slice(0, -`-${lineage[own]}.at`.length)
  return lineage.slice(0, own < 0 ? lineage.length : own).some((name) => names.has(`${stem}-${name}.at`))
}

/** A file of blocks alone is split into its blocks; with steps around them it is one unit. */
function split(transcript: Transcript): readonly SuiteUnit[] {
  const parts = partsOf(transcript)
  if (parts.some(({ isBlock }) => !isBlock)) return [{ transcript, cases: parts.map(({ about }) => about) }]
  return parts.map(({ about, steps }, i) => ({
    transcript: { ...transcript, steps, blocks: [transcript.blocks[i]!] },
    cases: [about],
  }))
}

/** The units with a case that one of the patterns names; all when there is no pattern. */
export function selectUnits(units: readonly SuiteUnit[], patterns: readonly string[]): readonly SuiteUnit[] {
  if (patterns.length === 0) return units
  const wanted = patterns.map(globOf)
  return units.filter(({ cases }) => cases.some((one) => wanted.some((glob) => isNamed(one, glob))))
}

/** The first pattern that names no case. */
export function unmatched(units: readonly SuiteUnit[], patterns: readonly string[]): string | undefined {
  return patterns.find((pattern) => selectUnits(units, [pattern]).length === 0)
}

/** By section, file, `file:line`, title, requirement that it shows. */
function isNamed(one: Case, glob: RegExp): boolean {
  return namesOf(one).some((name) => glob.test(name))
}

function namesOf(one: Case): readonly string[] {
  const file = one.fileName.replace(/^.*[\\/]/, '')
  const section = sectionOf(one)
  return [
    section,
    section.replace(/^§/, ''),
    file,
    file.replace(/\.at$/, ''),
    `${file}:${one.line}`,
    one.title,
    ...one.shows,
  ]
}

/** `*` is anything, `?` one character; case does not count. */
function globOf(pattern: string): RegExp {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${expression}$`, 'i')
}
