import type { Case } from '../transcript/language/cases.ts'
import { sectionOf } from './section.ts'
import type { SuiteUnit } from './suite-unit.ts'

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
