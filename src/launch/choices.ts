import { defaultProfile } from '../at/profiles/profiles.ts'
import { UsageError } from './usage-error.ts'

/** Parses one of some words. The help lists them itself, in a shorter form than commander's `choices()`. */
export const oneOfWords =
  <W extends string>(option: string, words: readonly W[]) =>
  (text: string): W => {
    const word = words.find((known) => known === text)
    if (word === undefined) throw new UsageError(`${option} ${text}: give one of ${words.join(', ')}.`)
    return word
  }

/** The defaults of options; in the help the default is the first word of each choice. */
export const defaults = { profile: defaultProfile, log: 'warn', power: 'start', timing: 'instant' } as const

/** A 32-bit number. */
export const parseSeed =
  (option: string) =>
  (text: string): number => {
    const seed = Number(text)
    if (!/^\d{1,10}$/.test(text) || seed > 0xffffffff)
      throw new UsageError(`${option} ${text}: give a whole number from 0 to 4294967295.`)
    return seed
  }

/** The PIN of a SIM. */
export const parsePin =
  (option: string) =>
  (text: string): string => {
    if (!/^\d{4,8}$/.test(text)) throw new UsageError(`${option} wants 4 to 8 digits, as in ${option} 1234.`)
    return text
  }

const units = { '': 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 } as const

/** A number of bytes, as in `64MiB`; at least 4 KiB. */
export const parseSize =
  (flag: string) =>
  (text: string): number => {
    const [, count, unit] = /^(\d{1,12})(|KiB|MiB|GiB)$/.exec(text) ?? []
    const size = Number(count) * units[unit as keyof typeof units]
    if (!(size >= 4096)) throw new UsageError(`${flag} wants a size of at least 4KiB, as in ${flag} 64MiB.`)
    return size
  }
