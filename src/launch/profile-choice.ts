import { basename } from 'node:path'
import type { Profile } from '../at/profiles/profile.ts'
import { profiles } from '../at/profiles/profiles.ts'
import { parseJsonFile } from '../at/syntax/foreign-json.ts'
import { readWholeText } from '../io/read-file.ts'
import { errorText } from '../io/setup-error.ts'
import { UsageError } from './usage-error.ts'

/** A profile, and the name of the built-in profile that it is or extends. */
export interface ChosenProfile {
  readonly profile: Profile
  readonly base: string
}

/** A built-in profile, or a file when the text ends in `.json`. The reader of files is imported only when there is one. */
export async function chooseProfile(option: string, text: string): Promise<ChosenProfile> {
  return isProfileFile(text) ? readProfile(option, text) : { profile: builtInProfile(option, text), base: text }
}

export const isProfileFile = (text: string): boolean => /\.json$/i.test(text)

/** Throws a `UsageError` that lists the names. */
export function builtInProfile(option: string, text: string): Profile {
  const profile = Object.hasOwn(profiles, text) ? profiles[text] : undefined
  if (profile) return profile
  const names = Object.keys(profiles).join(', ')
  throw new UsageError(`${option} ${text}: give one of ${names}, or a file that ends in .json.`)
}

async function readProfile(option: string, path: string): Promise<ChosenProfile> {
  const { loadProfile, ProfileError } = await import('../profile-file/public.ts')
  const json = parse(option, path)
  try {
    const profile = loadProfile(json)
    const { extends: base, name = nameOf(path) } = json as { readonly extends: string; readonly name?: string }
    return { profile: { ...profile, name }, base }
  } catch (error) {
    if (error instanceof ProfileError) throw new UsageError(`${option} ${path}: ${error.message}`)
    throw error
  }
}

/** A profile without a `name` takes it from its file name. */
const nameOf = (path: string): string =>
  basename(path)
    .replace(/\.json$/i, '')
    .replace(/[^\w.-]/g, '-')
    .slice(0, 64)

function parse(option: string, path: string): unknown {
  let text: string
  try {
    text = readWholeText(path)
  } catch (error) {
    throw new UsageError(`${option} ${path} can't be read (${errorText(error)}): give a file that is there.`)
  }
  try {
    return parseJsonFile(text)
  } catch (error) {
    const why = errorText(error).replaceAll('\n', '\\n')
    throw new UsageError(`${option} ${path} is no JSON (${why}): mend it, or begin with "atmqtt profiles NAME --json".`)
  }
}
