import type { Command } from 'commander'
import type { Profile } from '../../at/profiles/profile.ts'
import { profiles } from '../../at/profiles/profiles.ts'
import { printableJson } from '../../at/syntax/printable.ts'
import { chooseProfile } from '../../launch/profile-choice.ts'
import { profileValues } from '../../profile-file/public.ts'
import { exitCodes } from '../exit.ts'
import { print } from '../output.ts'

/** `atmqtt profiles`: the firmware that can be emulated, and what is in a profile. */
export function addProfiles(atmqtt: Command, done: (code: number) => void): void {
  atmqtt
    .command('profiles')
    .summary('reference of the firmware profiles')
    .description('Lists the profiles, or shows one, also of a file, with all its values.')
    .argument('[NAME|FILE]', 'a profile, or a file that ends in .json')
    .option('--json', 'the data, to save and edit')
    .helpOption('--help', 'print this help')
    .exitOverride()
    .action(async (text: string | undefined, { json = false }: { readonly json?: boolean }) => {
      print(text === undefined ? list(json) : await page(text, json))
      done(exitCodes.ok)
    })
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
