import { a76xx } from './a76xx.ts'
import { a7670cV11 } from './a7670c-v11.ts'
import type { Profile } from './profile.ts'
import { sim767x } from './sim767x.ts'
import { sim767xV106 } from './sim767x-v106.ts'
import { sim7600 } from './sim7600.ts'

export const profiles: Readonly<Record<string, Profile>> = {
  sim767x,
  'sim767x-v106': sim767xV106,
  a76xx,
  'a7670c-v11': a7670cV11,
  sim7600,
}

/** Whose transcripts a profile plays where it has none of its own: those of the profile that it extends and answers like. */
const answersLike: Readonly<Record<string, string>> = { 'a7670c-v11': 'a76xx' }

/** The profiles whose transcripts are for this one, the nearest first. */
export const lineageOf = (name: string): readonly string[] => [
  name,
  ...(name in answersLike ? [answersLike[name]!] : []),
]

/** The profiles that stand for a model, one a firmware of its family; none: a model that is none of ours. */
export function profilesForModel(model: string): readonly Profile[] {
  return Object.values(profiles).filter(({ models }) => models.some((each) => isModel(model, each)))
}

/** `SIMCOM_SIM7600E-H` is a `SIM7600`. */
const isModel = (model: string, pattern: string): boolean =>
  new RegExp(`(?<![A-Z0-9])${pattern.replaceAll('x', '\\d')}`, 'i').test(model)

export const defaultProfile: Profile = sim767x
