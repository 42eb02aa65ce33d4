import { everyCommand } from '../commands/every-command.ts'
import { harmlessForeignNames } from '../commands/foreign-commands.ts'
import { type SecretParameters, secretData, secretParameters } from '../commands/secrets.ts'
import { generalUrcs, urcs } from '../urcs.ts'
import { editsBetween } from './edits.ts'

/** So many letters may be wrong, by the length of the name. */
const mistakes = (name: string): number => (name.length >= 10 ? 2 : name.length >= 4 ? 1 : 0)
/** So many of a longer name are enough, and as many may stand behind one. */
const enoughOfName = 7

/** Of all firmware, without `+`. */
const commandNames: ReadonlySet<string> = new Set([
  ...everyCommand.map(({ name }) => name.replace(/^\+/, '')),
  ...harmlessForeignNames,
])
/** No misspelt command: another one, or something that a module says. */
const otherNames: ReadonlySet<string> = new Set([
  ...commandNames,
  ...[...Object.values(urcs), ...Object.values(generalUrcs)].map(({ name }) => name.replace(/^\+/, '')),
])
const beginnings: ReadonlySet<string> = new Set(
  [...commandNames].flatMap((name) => Array.from(name, (_, at) => name.slice(0, at + 1))),
)

/** Whether some firmware has a command of that name, given without `+`. */
export const isCommandName = (name: string): boolean => commandNames.has(name.toUpperCase())

/** Whether the name of a command begins so. */
export const beginsCommandName = (text: string): boolean => beginnings.has(text.toUpperCase())

/** Whether it is the name of a command, without `+`, whose parameters are no secrets. */
export const isPlainName = (name: string): boolean => isCommandName(name) && !secretParameters.has(name.toUpperCase())

/** The secrets of a command by its name, without `+`: also of one that is meant and not well written, for a module refuses it and a trace shows it. */
export function secretsOf(name: string): SecretParameters | undefined {
  const upper = name.toUpperCase()
  const exactly = secretParameters.get(upper)
  if (exactly || upper.length > longestName || otherNames.has(upper)) return exactly
  for (const [meant, secrets] of secretParameters) if (isMeant(upper, meant)) return secrets
  return undefined
}

const stems = [...secretParameters.keys()].map((name) => name.slice(0, enoughOfName))

/** Whether the name of a command with secrets is somewhere in a word, well written or not. */
export function holdsSecretName(word: string): boolean {
  const upper = word.toUpperCase()
  return stems.some((stem) => upper.includes(stem)) || secretsOf(upper) !== undefined
}

/** Longer words are no names that somebody has misspelt. */
const longestName = 24

/** Whether a command line has a command whose data is a secret, well written or not. */
export function takesSecretData(line: string): boolean {
  const words = line.toUpperCase().match(/[A-Z\d]{4,}/g) ?? []
  return words.some((word) => {
    const name = word.replace(/^AT/, '')
    return !otherNames.has(name) || secretData.includes(name) ? secretData.some((meant) => isMeant(name, meant)) : false
  })
}

const isMeant = (written: string, meant: string): boolean =>
  isNear(written, meant, mistakes(meant)) || (written.length >= enoughOfName && isPartOf(written, meant))

const isPartOf = (written: string, meant: string): boolean =>
  written.startsWith(meant.slice(0, enoughOfName)) && (meant.startsWith(written) || written.startsWith(meant))

/** Whether a word, in whatever command, says that a password follows. */
export function meansPassword(written: string): boolean {
  const word = written.replace(/[^a-z\d]/gi, '')
  return /pass|pwd|psk|secret|token/i.test(word) || isNear(word.toUpperCase(), 'PASSWORD', 2)
}

/** Whether at most so many letters are missing, wrong, too many or swapped with the next one. */
export const isNear = (written: string, meant: string, most: number): boolean =>
  Math.abs(written.length - meant.length) <= most && editsBetween(written, meant) <= most
