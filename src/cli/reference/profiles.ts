import type { Command } from 'commander'
import type { Profile } from '../../at/profiles/profile.ts'
import { profiles } from '../../at/profiles/profiles.ts'
import { printableJson } from '../../at/syntax/printable.ts'
import { chooseProfile } from '../../launch/profile-choice.ts'
import { UsageError } from '../../launch/usage-error.ts'
import { type ProfileDifference, profileDifferences, profileValues } from '../../profile-file/public.ts'
import { exitCodes } from '../exit.ts'
import { print } from '../output.ts'

/** `atmqtt profiles`: the firmware that can be emulated, and what is in a profile. */
export function addProfiles(atmqtt: Command, done: (code: number) => void): void {
  atmqtt
    .command('profiles')
    .summary('reference of the firmware profiles')
    .usage('[NAME|FILE] [--json] | diff NAME|FILE NAME|FILE')
    .description(
      'Lists the profiles, or shows one, also of a file, with all its values.\ndiff: where two of them differ, in words.',
    )
    .argument('[NAME|FILE...]', 'a profile, or a file that ends in .json')
    .option('--json', 'the data, to save and edit')
    .helpOption('--help', 'print this help')
    .exitOverride()
    .action(async (texts: readonly string[], { json = false }: { readonly json?: boolean }) => {
      if (texts[0] === 'diff') return done(await diff(texts.slice(1)))
      if (texts.length > 1) throw new UsageError('profiles shows one: give one name, or "diff" and two.')
      const [text] = texts
      print(text === undefined ? list(json) : await page(text, json))
      done(exitCodes.ok)
    })
}

/** Prints where two profiles differ. The exit code: 1 when they do. */
async function diff(texts: readonly string[]): Promise<number> {
  const [one, other, ...more] = texts
  if (one === undefined || other === undefined || more.length > 0)
    throw new UsageError('profiles diff compares two: give two names, or files that end in .json.')
  const profiles = await Promise.all([one, other].map((text) => chooseProfile('profiles diff', text)))
  const differences = profileDifferences(profiles[0]!.profile, profiles[1]!.profile)
  print(differences.length === 0 ? `${one} and ${other} are the same.\n` : differenceText(differences, [one, other]))
  return differences.length === 0 ? exitCodes.ok : exitCodes.negative
}

function differenceText(differences: readonly ProfileDifference[], names: readonly [string, string]): string {
  const width = Math.max(...names.map((name) => name.length))
  const blocks = differences.map(({ path, meaning, values }) =>
    [
      `${path}: ${meaning.replaceAll('`', '')}`,
      ...names.map((name, i) => `  ${name.padEnd(width)}  ${JSON.stringify(values[i])}`),
    ].join('\n'),
  )
  return `${names.join(' and ')} differ in ${differences.length} values.\n\n${blocks.join('\n')}\n`
}

const list = (json: boolean): string => {
  const all = Object.values(profiles)
  return json ? asJson(all.map(({ name, title }) => ({ name, title }))) : profileList(all)
}

async function page(text: string, json: boolean): Promise<string> {
  const { profile, base } = await chooseProfile('profiles', text)
  if (!json) return profilePage(profile)
  const { profileData } = await import('../../profile-file/public.ts')
  return asJson(profileData(profile, base))
}

const asJson = (value: unknown): string => `${printableJson(JSON.stringify(value, undefined, 2))}\n`

/** Names and titles, one a line. */
const profileList = (profiles: readonly Profile[]): string =>
  profiles.map(({ name, title }) => `${name.padEnd(14)} ${title}\n`).join('')

/** Every value of a profile with what it means. */
function profilePage(profile: Profile): string {
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
