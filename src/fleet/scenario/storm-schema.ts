import * as v from 'valibot'
import { selection } from './action-schema.ts'
import { duration, object, oneOf, period, signedDuration, text } from './leaves.ts'

const time = { name: v.optional(text), at: v.optional(duration) }
const hit = { ...selection, ...time }
const lasting = { ...hit, for: period }

const storms = {
  region: v.optional(object({ ...lasting, network: v.optional(oneOf(['silent', 'down'])) })),
  nat: v.optional(object({ ...lasting, idle: period })),
  halfOpen: v.optional(object(hit)),
  dns: v.optional(object(lasting)),
  certificateExpiry: v.optional(object(lasting)),
  clockSkew: v.optional(object({ ...lasting, by: signedDuration })),
  duplicateIds: v.optional(object(lasting)),
  brokerRestart: v.optional(object({ ...time, down: period, stop: v.optional(text), start: v.optional(text) })),
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
