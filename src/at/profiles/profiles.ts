import { a76xx } from './a76xx.ts'
import { a7670cV11 } from './a7670c-v11.ts'
import type { Profile } from './profile.ts'
import { sim767x } from './sim767x.ts'
import { sim767xV106 } from './sim767x-v106.ts'
import { sim7600 } from './sim7600.ts'

const builtIn = {
  sim767x,
  'sim767x-v106': sim767xV106,
  a76xx,
  'a7670c-v11': a7670cV11,
  sim7600,
} satisfies Readonly<Record<string, Profile>>

export const profiles: Readonly<Record<string, Profile>> = builtIn

/**
 * The profile that each answers like: its transcripts are for this one too, where it has none of its own. null: it
 * plays those that name it.
 */
const answersLike: Readonly<Record<keyof typeof builtIn, keyof typeof builtIn | null>> = {
  sim767x: null,
  'sim767x-v106': null,
  a76xx: null,
  'a7670c-v11': 'a76xx',
  sim7600: null,
}

/** The profiles whose transcripts are for this one, the nearest first: itself, the one that it answers like, and so on. */
export function lineageOf(name: string): readonly string[] {
  const base = isBuiltIn(name) ? answersLike[name] : null
  return base === null ? [name] : [name, ...lineageOf(base)]
}

const isBuiltIn = (name: string): name is keyof typeof builtIn => Object.hasOwn(builtIn, name)

/**
 * The profiles that stand for a model, the one that names it most closely first: `A7670C` goes before `A7xxx`. None: a
 * model that is none of ours.
 */
export function profilesForModel(model: string): readonly Profile[] {
  const closeness = new Map(Object.values(profiles).map((profile) => [profile, closenessOf(profile, model)]))
  const known = [...closeness.keys()].filter((profile) => closeness.get(profile)! > 0)
  return known.sort((one, other) => closeness.get(other)! - closeness.get(one)!)
}

/** Letters and digits that the closest of its `models` names; 0: none is this model. */
const closenessOf = ({ models }: Profile, model: string): number =>
  Math.max(0, ...models.filter((each) => isModel(model, each)).map((each) => each.replaceAll('x', '').length))

/** `SIMCOM_SIM7600E-H` is a `SIM7600`. */
const isModel = (model: string, pattern: string): boolean =>
  new RegExp(`(?<![A-Z0-9])${pattern.replaceAll('x', '\\d')}`, 'i').test(model)

/** The one whose answers are most like; of several the first, whose model is the closest. */
export function mostAlike(candidates: readonly Profile[], likeness: (profile: Profile) => number): Profile | undefined {
  const likenesses = candidates.map(likeness)
  return candidates[likenesses.indexOf(Math.max(...likenesses))]
}

export const defaultProfile: Profile = sim767x
