import { everyCommand } from '../commands/every-command.ts'
import { type SecretParameters, secretData, secretParameters } from '../commands/secrets.ts'
import { editsBetween } from './edits.ts'

/** So many letters may be wrong, by the length of the name; four letters are too few to guess by: `+CCLK` is no `+CLCK`. */
const mistakes = (name: string): number => (name.length >= 10 ? 2 : name.length >= 6 ? 1 : 0)

const candidates = [...secretParameters].filter(([name]) => mistakes(name) > 0)

const commandNames = new Set(everyCommand.map(({ name }) => name))

/** Whether some firmware has a command of that name, given without `+`. */
export const isCommandName = (name: string): boolean => commandNames.has(`+${name.toUpperCase()}`)

/** The secrets of a command by its name, without `+`, and no other. */
export const secretsOfExactly = (name: string): SecretParameters | undefined => secretParameters.get(name.toUpperCase())

/** The secrets of a command by its name, without `+`: also of one that is meant and not well written, for a module refuses it and a trace shows it. */
export function secretsOf(name: string): SecretParameters | undefined {
  const upper = name.toUpperCase()
  return secretParameters.get(upper) ?? candidates.find(([meant]) => isNear(upper, meant, mistakes(meant)))?.[1]
}

/** Whether a command line has a command whose data is a secret, well written or not. */
export function takesSecretData(line: string): boolean {
  const words = line.toUpperCase().match(/[A-Z\d]{4,}/g) ?? []
  return words.some((word) => {
    const name = word.replace(/^AT/, '')
    return secretData.some((meant) => isNear(name, meant, mistakes(meant)))
  })
}

/** Whether a word is that keyword, or meant to be. */
export const isNearKeyword = (written: string, keyword: string): boolean =>
  isNear(written.toUpperCase(), keyword.toUpperCase(), 2) ||
  written.toUpperCase().startsWith(keyword.slice(0, 4).toUpperCase())

/** Whether at most so many letters are missing, wrong or too many. */
export const isNear = (written: string, meant: string, most: number): boolean =>
  Math.abs(written.length - meant.length) <= most && editsBetween(written, meant) <= most
