import * as v from 'valibot'
import { commandKey, commandsOf, nameAt, type Profile, profiles, yieldsToReplies } from '../at/public.ts'
import { deepestJson, jsonFlawOf } from '../at/syntax/foreign-json.ts'
import { type AnyGroup, isLeaf, type Leaf, plainObject } from './leaf.ts'
import { profileFields } from './profile-fields.ts'
import { shortened } from './replies-field.ts'

/** A profile that can't be used. The message is one sentence: which key, what is wrong with it, what is allowed. */
export class ProfileError extends Error {
  override readonly name = 'ProfileError'
}

const fields = profileFields as unknown as AnyGroup
/** Unknown keys are refused. */
const objectOf = <E extends v.ObjectEntries>(entries: E) => v.pipe(plainObject, v.strictObject(entries))
const file = objectOf({ ...entriesOf(fields), extends: v.picklist(Object.keys(profiles)) })

/** A profile from its data: the one it `extends`, with every value that it gives in place of the other's. Throws a `ProfileError`. */
export function loadProfile(json: unknown): Profile {
  const flaw = jsonFlawOf(json)
  if (flaw?.kind === 'deep')
    throw new ProfileError(`A profile is nested deeper than ${deepestJson} levels here: no key takes that.`)
  if (flaw) throw new ProfileError(unknownKey(flaw.path, flaw.path.slice(0, -1)))
  const parsed = v.safeParse(file, json)
  if (!parsed.success) throw new ProfileError(sentence(parsed.issues[0], json))
  const { extends: base, ...changes } = parsed.output
  const profile = merge(fields, profiles[base as string]!, changes) as Profile
  checkTogether(profile)
  return profile
}

/** The data that `loadProfile` makes the same profile of; `base`: the name of the one that it extends. */
export const profileData = (profile: Profile, base: string): Readonly<Record<string, unknown>> => ({
  extends: base,
  ...(merge(fields, profile, {}) as Profile),
})

/** One value of a profile, for display. */
export interface ProfileValue {
  /** `mqtt.pubTimeout` */
  readonly path: string
  readonly value: unknown
  readonly meaning: string
  readonly allowed: string
}

/** Every value of a profile with its meaning, in the order of the reference. */
export const profileValues = (profile: Profile): readonly ProfileValue[] => valuesOf(fields, profile, '')

/** A value that two profiles have differently. */
export interface ProfileDifference extends Omit<ProfileValue, 'value'> {
  readonly values: readonly [one: unknown, other: unknown]
}

/** Where two profiles differ, but for their names and titles. */
export function profileDifferences(one: Profile, other: Profile): readonly ProfileDifference[] {
  const theirs = new Map(profileValues(other).map(({ path, value }) => [path, value]))
  return profileValues(one)
    .filter(({ path, value }) => !namesOfProfile.has(path) && !isSameValue(value, theirs.get(path)))
    .map(({ value, ...about }) => ({ ...about, values: [value, theirs.get(about.path)] }))
}

const namesOfProfile = new Set(['name', 'title'])

/** Whether two values of a profile are the same, whatever the order of keys. */
export const isSameValue = (one: unknown, other: unknown): boolean => inOrder(one) === inOrder(other)

const inOrder = (value: unknown): string =>
  JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  )

const valuesOf = (group: AnyGroup, of: unknown, before: string): readonly ProfileValue[] =>
  Object.entries(group).flatMap(([key, field]) => {
    const value = (of as Readonly<Record<string, unknown>>)[key]
    if (!isLeaf(field)) return valuesOf(field, value, `${before}${key}.`)
    return [{ path: before + key, value, meaning: field.meaning, allowed: field.allowed }]
  })

/** Every key is optional. */
function entriesOf(group: AnyGroup): Record<string, v.GenericSchema> {
  const entries = Object.entries(group).map(([key, field]) => {
    return [key, v.optional(isLeaf(field) ? field.schema : objectOf(entriesOf(field)))]
  })
  return Object.fromEntries(entries)
}

/** In the order of the fields. */
function merge(group: AnyGroup, base: unknown, changes: unknown): unknown {
  const [old, given] = [base, changes] as Readonly<Record<string, unknown>>[]
  const merged = Object.entries(group).map(([key, field]) => {
    if (isLeaf(field)) return [key, given![key] === undefined ? old![key] : given![key]]
    return [key, merge(field, old![key], given![key] ?? {})]
  })
  return Object.fromEntries(merged)
}

/** Checks between values. */
function checkTogether(profile: Profile): void {
  const { discTimeout, discDefaultTimeout } = profile.mqtt
  const [min, max] = discTimeout
  if (discDefaultTimeout !== 0 && (discDefaultTimeout < min || discDefaultTimeout > max))
    throw new ProfileError(
      `"mqtt.discDefaultTimeout" is ${discDefaultTimeout}: it must be 0 or in "mqtt.discTimeout", ${min} to ${max}.`,
    )
  const known = new Set(
    Object.values(commandsOf(profile))
      .filter((command) => !command.absent && !yieldsToReplies(command))
      .map(({ name }) => name),
  )
  for (const key of Object.keys(profile.replies)) {
    const name = nameAt(commandKey(key).slice(2))
    if (name !== undefined && known.has(name))
      throw new ProfileError(
        `"replies" has the key ${JSON.stringify(key)}: AT${name} is a command of its own here, leave it out.`,
      )
  }
}

function sentence(issue: v.BaseIssue<unknown>, json: unknown): string {
  const path = (issue.path ?? []).map(({ key }) => String(key))
  if (issue.type === 'raw_check') return issue.message
  if (issue.type === 'strict_object' && issue.expected === 'never') return unknownKey(path, path.slice(0, -1))
  if (path.length === 0) return 'A profile must be a JSON object, such as {"extends":"sim767x"}.'
  const [at, field] = fieldAt(path)
  const allowed =
    at === 'extends' ? `one of ${quoted(Object.keys(profiles))}` : field && isLeaf(field) ? field.allowed : 'an object'
  const value = valueAt(json, at.split('.'))
  return value === undefined
    ? `"${at}" is missing: it must be ${allowed}.`
    : `"${at}" is ${shortened(value)}: it must be ${allowed}.`
}

function unknownKey(path: readonly string[], parent: readonly string[]): string {
  const [, group] = fieldAt(parent)
  if (group === undefined || isLeaf(group)) return `"${path.join('.')}" is no key of a profile: leave it out.`
  const known = Object.keys(parent.length === 0 ? { extends: 0, ...fields } : group)
  return `"${path.join('.')}" is no key of a profile: ${parent.length === 0 ? 'there are' : `"${parent.join('.')}" has`} ${quoted(known)}.`
}

const quoted = (words: readonly string[]): string => words.map((word) => `"${word}"`).join(', ')

/** The value that a path points at or into, and its field. */
function fieldAt(path: readonly string[]): readonly [string, Leaf<unknown> | AnyGroup | undefined] {
  let field: Leaf<unknown> | AnyGroup | undefined = fields
  for (const [i, key] of path.entries()) {
    field = (field as AnyGroup)[key]
    if (field === undefined || isLeaf(field)) return [path.slice(0, i + 1).join('.'), field]
  }
  return [path.join('.'), field]
}

const valueAt = (json: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], json)
