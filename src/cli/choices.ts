import { defaultProfile } from '../at/commands/profiles.ts'
import { UsageError } from './exit.ts'

/** One of some words; the help names them in its own, shorter way. */
export const oneOf =
  <W extends string>(option: string, words: readonly W[]) =>
  (text: string): W => {
    const word = words.find((known) => known === text)
    if (word === undefined) throw new UsageError(`${option} ${text}: give one of ${words.join(', ')}.`)
    return word
  }

/** The first word of each choice is what a missing option means. */
export const defaults = { profile: defaultProfile, log: 'warn', power: 'start', timing: 'instant' } as const
