import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { Option } from 'commander'
import type { Profile } from '../at/commands/profile.ts'
import { profiles } from '../at/commands/profiles.ts'
import { errorText } from '../io/setup-error.ts'
import { loadProfile, ProfileError } from '../profile-file/public.ts'
import { UsageError } from './exit.ts'

/** A profile, and the name of the one of ours that it is or extends. */
export interface ChosenProfile {
  readonly profile: Profile
  readonly base: string
}

const names = Object.keys(profiles)

/** `--profile NAME|FILE`. */
export const profileOption = (): Option =>
  new Option('--profile <name>', 'firmware: see "atmqtt profiles"; or a FILE.json').argParser(
    (text) => chooseProfile('--profile', text).profile,
  )

/** A name of ours, or a file when it ends in `.json`. */
export function chooseProfile(option: string, text: string): ChosenProfile {
  if (/\.json$/i.test(text)) return readProfile(option, text)
  const profile = Object.hasOwn(profiles, text) ? profiles[text] : undefined
  if (profile) return { profile, base: text }
  throw new UsageError(`${option} ${text}: give one of ${names.join(', ')}, or a file that ends in .json.`)
}

function readProfile(option: string, path: string): ChosenProfile {
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

/** A file without a name for its profile gives it its own. */
const nameOf = (path: string): string =>
  basename(path)
    .replace(/\.json$/i, '')
    .replace(/[^\w.-]/g, '-')
    .slice(0, 64)

function parse(option: string, path: string): unknown {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new UsageError(`${option} ${path} can't be read (${errorText(error)}): give a file that is there.`)
  }
  try {
    return JSON.parse(text)
  } catch (error) {
    const why = errorText(error).replaceAll('\n', '\\n')
    throw new UsageError(`${option} ${path} is no JSON (${why}): mend it, or begin with "atmqtt profiles NAME --json".`)
  }
}
