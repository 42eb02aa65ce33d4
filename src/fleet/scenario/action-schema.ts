import * as v from 'valibot'
import { duration, flag, listOf, object, oneOf, period, positiveRate, qos, share, text, whole } from './leaves.ts'

/** Which modules something is for. */
export const selection = {
  groups: v.optional(v.union([text, listOf(text, 'names of groups')], 'give the name of a group, or a list of names')),
  place: v.optional(text),
  share: v.optional(share),
}

const over = { over: v.optional(duration) }

const publish = object({
  ...selection,
  topic: v.optional(text),
  every: period,
  jitter: v.optional(duration),
  qos: v.optional(qos),
  retain: v.optional(flag),
  size: v.optional(whole(1, 10_240)),
  payload: v.optional(text),
  waiting: v.optional(whole(0, 10_000)),
  for: v.optional(duration),
})

/** Each of them, or none: exactly one is given. */
const actions = {
  connect: v.optional(object({ ...selection, ...over, rate: v.optional(positiveRate) })),
  disconnect: v.optional(object({ ...selection, ...over, rate: v.optional(positiveRate) })),
  subscribe: v.optional(object({ ...selection, topic: text, qos: v.optional(qos) })),
  publish: v.optional(publish),
  verify: v.optional(object({ ...selection, qos: v.optional(qos) })),
  sleep: v.optional(object({ ...selection, ...over, for: period })),
  power: v.optional(object({ ...selection, ...over, state: oneOf(['off', 'on']) })),
  sim: v.optional(object({ ...selection, ...over, state: oneOf(['remove', 'insert']) })),
}

const actionNames = Object.keys(actions).join(', ')
export const action = v.pipe(
  object(actions),
  v.check(
    (given) => Object.keys(given).length === 1,
    `give one of ${actionNames}; another one is another item of the list`,
  ),
)
export type ActionText = v.InferOutput<typeof action>
