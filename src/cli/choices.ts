import { Option } from 'commander'
import { profiles } from '../at/commands/profiles.ts'
import { UsageError } from './exit.ts'

/** One of some words; the help names them in its own, shorter way. */
export const oneOf =
  <W extends string>(option: string, words: readonly W[]) =>
  (text: string): W => {
    const word = words.find((known) => known === text)
    if (word === undefined) throw new UsageError(`${option} ${text}: give one of ${words.join(', ')}.`)
    return word
  }

export const profileNames: readonly string[] = Object.keys(profiles)

export function profileOption(): Option {
  return new Option('--profile <name>', profileNames.join(', ')).argParser(oneOf('--profile', profileNames))
}

/** The first word of each choice is what a missing option means. */
export const defaults = { profile: 'sim767x', log: 'warn' } as const
