import { commandsOf } from '../at/commands/commands-of.ts'
import { profiles } from '../at/profiles/profiles.ts'
import type { Case } from '../transcript/language/cases.ts'

/** Groups of files about behaviour that the note does not describe. */
const groups: Readonly<Record<string, string>> = {
  general: 'General commands',
  life: 'Life of the module',
}

/** The section of a case in a report: that of the note, or else the group of its file. */
export function sectionOf({ cite, fileName }: Pick<Case, 'cite' | 'fileName'>): string {
  const section = cite?.split(/[,;]/)[0]?.trim()
  if (section) return section
  const group = /([^\\/]*?)(-[^\\/]*)?\.at$/.exec(fileName)?.[1] ?? fileName
  return Object.hasOwn(groups, group) ? groups[group]! : group
}

/** The subject of a section, where known: the command, or the topic of the example. */
export function sectionTitle(section: string): string {
  return titles.get(section.replace(/^§/, '')) ?? ''
}

const titles: ReadonlyMap<string, string> = new Map([
  ...Object.values(profiles).flatMap((profile) =>
    Object.values(commandsOf(profile))
      .filter(({ cite }) => /^\d/.test(cite))
      .map(({ cite, name }) => [cite, `AT${name}`] as const),
  ),
  ['3.1', 'Example: plain TCP'],
  ['3.2', 'Example: TLS, nobody verified'],
  ['3.3', 'Example: TLS, server verified'],
  ['3.4', 'Example: TLS, both verified'],
  ['3.5', 'Example: topic that is not UTF-8'],
  ['4.1', 'Result codes'],
  ['4.2', 'Unsolicited result codes'],
])

/** Sections by number, then the groups by name. */
export function compareSections(a: string, b: string): number {
  const [numbered, other] = [a.startsWith('§'), b.startsWith('§')]
  if (numbered !== other) return numbered ? -1 : 1
  return a.localeCompare(b, 'en', { numeric: true })
}
