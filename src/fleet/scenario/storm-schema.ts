import * as v from 'valibot'
import { selection } from './action-schema.ts'
import { duration, object, period, signedDuration, textField, wordField } from './leaves.ts'

const time = { name: v.optional(textField), at: v.optional(duration) }
const hit = { ...selection, ...time }
const lasting = { ...hit, for: period }

const storms = {
  region: v.optional(object({ ...lasting, network: v.optional(wordField(['silent', 'down'])) })),
  nat: v.optional(object({ ...lasting, idle: period })),
  halfOpen: v.optional(object(hit)),
  dns: v.optional(object(lasting)),
  certificateExpiry: v.optional(object(lasting)),
  clockSkew: v.optional(object({ ...lasting, by: signedDuration })),
  duplicateIds: v.optional(object(lasting)),
  brokerRestart: v.optional(
    object({ ...time, down: period, stop: v.optional(textField), start: v.optional(textField) }),
  ),
}

const stormNames = Object.keys(storms).join(', ')
export const storm = v.pipe(
  object(storms),
  v.check(
    (given) => Object.keys(given).length === 1,
    `give one of ${stormNames}; another one is another item of the list`,
  ),
)
export type StormText = v.InferOutput<typeof storm>
