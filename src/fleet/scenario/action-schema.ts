import * as v from 'valibot'
import {
  duration,
  flagField,
  listOf,
  object,
  period,
  positiveRate,
  qosField,
  share,
  textField,
  wholeField,
  wordField,
} from './leaves.ts'

/** Which modules something is for. */
export const selection = {
  groups: v.optional(
    v.union([textField, listOf(textField, 'names of groups')], 'give the name of a group, or a list of names'),
  ),
  place: v.optional(textField),
  share: v.optional(share),
}

const over = { over: v.optional(duration) }

const publish = object({
  ...selection,
  topic: v.optional(textField),
  every: period,
  jitter: v.optional(duration),
  qos: v.optional(qosField),
  retain: v.optional(flagField),
  size: v.optional(wholeField(1, 10_240)),
  payload: v.optional(textField),
  waiting: v.optional(wholeField(0, 10_000)),
  for: v.optional(duration),
})

/** Each of them, or none: exactly one is given. */
const actions = {
  connect: v.optional(object({ ...selection, ...over, rate: v.optional(positiveRate) })),
  disconnect: v.optional(object({ ...selection, ...over, rate: v.optional(positiveRate) })),
  subscribe: v.optional(object({ ...selection, topic: textField, qos: v.optional(qosField) })),
  publish: v.optional(publish),
  verify: v.optional(object({ ...selection, qos: v.optional(qosField) })),
  sleep: v.optional(object({ ...selection, ...over, for: period })),
  power: v.optional(object({ ...selection, ...over, state: wordField(['off', 'on']) })),
  sim: v.optional(object({ ...selection, ...over, state: wordField(['remove', 'insert']) })),
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
