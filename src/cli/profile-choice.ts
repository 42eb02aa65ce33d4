import { type Command, Option } from 'commander'
import type { Profile } from '../at/profiles/profile.ts'
import { builtInProfile, chooseProfile, isProfileFile } from '../launch/profile-choice.ts'

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
    isProfileFile(text) ? new ProfileFile(option, text) : builtInProfile(option, text)

/** Before the action runs, `loadProfileFiles` turns the result into a `ChosenProfile`. */
export const parseChosenProfile = (option: string) => (text: string) => new NamedChoice(option, text)

/** A name or a file; `loadProfileFiles` resolves it to a `ChosenProfile` before the action runs. */
class NamedChoice {
  readonly option: string
  readonly text: string

  constructor(option: string, text: string) {
    if (!isProfileFile(text)) builtInProfile(option, text)
    this.option = option
    this.text = text
  }
}

/** Runs before an action: replaces profile files in its options by profiles. */
export async function loadProfileFiles(command: Command): Promise<void> {
  for (const [name, value] of Object.entries(command.opts())) {
    if (value instanceof ProfileFile)
      command.setOptionValue(name, (await chooseProfile(value.option, value.path)).profile)
    if (value instanceof NamedChoice) command.setOptionValue(name, await chooseProfile(value.option, value.text))
  }
}
