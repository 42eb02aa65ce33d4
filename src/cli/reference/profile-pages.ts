import type { Profile } from '../../at/profiles/profile.ts'
import { profileValues } from '../../profile-file/public.ts'

/** Names and titles, one a line. */
export const profileList = (profiles: readonly Profile[]): string =>
  profiles.map(({ name, title }) => `${name.padEnd(14)} ${title}\n`).join('')

/** Every value of a profile with what it means. */
export function profilePage(profile: Profile): string {
  const rows = profileValues(profile).flatMap(({ path, value, meaning }) =>
    row(path, JSON.stringify(value) ?? 'none', meaning),
  )
  return `${profile.name}   ${profile.title}\n\n${rows.map((text) => `${text}\n`).join('')}`
}

/** A value that is too long for its column has a line of its own. */
function row(path: string, value: string, meaning: string): readonly string[] {
  const about = meaning.replaceAll('`', '')
  if (value.length <= 21) return [`${path.padEnd(26)} ${value.padEnd(21)} ${about}`]
  return [`${path.padEnd(26)} ${''.padEnd(21)} ${about}`, `    ${value}`]
}
