import { basename } from 'node:path'
import { type Command, Option } from 'commander'
import type { Profile } from '../at/profiles/profile.ts'
import { profiles } from '../at/profiles/profiles.ts'
import { parseJsonFile } from '../at/syntax/foreign-json.ts'
import { readWholeText } from '../io/read-file.ts'
import { errorText } from '../io/setup-error.ts'
import { UsageError } from './exit.ts'

/** A profile, and the name of the built-in profile that it is or extends. */
export interface ChosenProfile {
  readonly profile: Profile
  readonly base: string
}

const names = Object.keys(profiles)

/** The path of a profile file; `loadProfileFiles` reads it before the action runs. */
class ProfileFile {
  readonly option: string
  readonly path: string

  constructor(option: string, path: string) {
    this.option = option
    this.path = path
  }
}

/** `--profile NAME|FILE`. */
export const profileOption = (): Option =>
  new Option('--profile <name>', 'firmware: see "atmqtt profiles"; or a FILE.json').argParser(parseProfile('--profile'))

/** Before the action runs, `loadProfileFiles` turns the result into a `Profile`. */
export const parseProfile =
  (option: string) =>
  (text: string): Profile | ProfileFile =>
    isFile(text) ? new ProfileFile(option, text) : named(option, text)

/** Before the action runs, `loadProfileFiles` turns the result into a `ChosenProfile`. */
export const parseChosenProfile = (option: string) => (text: string) => new NamedChoice(option, text)

/** A name or a file; `loadProfileFiles` resolves it to a `ChosenProfile` before the action runs. */
class NamedChoice {
  readonly option: string
  readonly text: string

  constructor(option: string, text: string) {
    if (!isFile(text)) named(option, text)
    this.option = option
    this.text = text
  }
}

/** Runs before an action: replaces profile files in its options by profiles. The reader is imported only when there is one. */
export async function loadProfileFiles(command: Command): Promise<void> {
  for (const [name, value] of Object.entries(command.opts())) {
    if (value instanceof ProfileFile)
      command.setOptionValue(name, (await readProfile(value.option, value.path)).profile)
    if (value instanceof NamedChoice) command.setOptionValue(name, await chooseProfile(value.option, value.text))
  }
}

/** A built-in profile, or a file when the text ends in `.json`. */
export async function chooseProfile(option: string, text: string): Promise<ChosenProfile> {
  return isFile(text) ? readProfile(option, text) : { profile: named(option, text), base: text }
}

const isFile = (text: string): boolean => /\.json$/i.test(text)

function named(option: string, text: string): Profile {
  const profile = Object.hasOwn(profiles, text) ? profiles[text] : undefined
  if (profile) return profile
  throw new UsageError(`${option} ${text}: give one of ${names.join(', ')}, or a file that ends in .json.`)
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
