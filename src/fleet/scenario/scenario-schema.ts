import * as v from 'valibot'
import { action } from './action-schema.ts'
import {
  duration,
  flagField,
  listOf,
  object,
  period,
  qosField,
  share,
  textField,
  wholeField,
  wordField,
} from './leaves.ts'
import { storm } from './storm-schema.ts'

const reconnect = v.union(
  [
    wordField(['driver', 'none', 'never']),
    object({ fixed: period, jitter: v.optional(duration) }),
    object({ first: period, longest: period }),
  ],
  'give driver, none, never, {fixed: 5s} or {first: 1s, longest: 60s}',
)

const tls = object({
  ca: v.optional(textField),
  authority: v.optional(textField),
  cert: v.optional(textField),
  key: v.optional(textField),
  resume: v.optional(flagField),
  version: v.optional(wordField(['1.2', '1.2-1.3'])),
})

const group = object({
  name: textField,
  count: wholeField(1, 1_000_000),
  profile: v.optional(textField),
  host: v.optional(wordField(['lean', 'driver', 'transcript'])),
  transcript: v.optional(textField),
  place: v.optional(
    v.union(
      [textField, v.record(textField, share)],
      'give a place, or places with shares such as {north: 50%, south: 50%}',
    ),
  ),
  clientId: v.optional(textField),
  keepAlive: v.optional(period),
  clean: v.optional(flagField),
  username: v.optional(textField),
  password: v.optional(textField),
  will: v.optional(object({ topic: textField, payload: v.optional(textField), qos: v.optional(qosField) })),
  tls: v.optional(tls),
  reconnect: v.optional(reconnect),
})
export type GroupText = v.InferOutput<typeof group>

const phase = object({
  name: textField,
  duration: period,
  do: v.optional(listOf(action, 'actions')),
  storm: v.optional(listOf(storm, 'storms')),
})

const expectation = v.union(
  [textField, object({ name: textField, that: textField })],
  'give a text such as "recovery.t95 < 60s", or {name: …, that: "recovery.t95 < 60s"}',
)
export type ExpectationText = v.InferOutput<typeof expectation>

/** What a file may have, before names are looked up. */
export const scenarioSchema = object({
  name: v.optional(textField),
  seed: v.optional(wholeField(0, 4_294_967_295)),
  broker: v.optional(textField),
  timing: v.optional(wordField(['instant', 'real'])),
  sources: v.optional(listOf(textField, 'addresses of this machine')),
  groups: listOf(group, 'groups'),
  phases: listOf(phase, 'phases'),
  expect: v.optional(listOf(expectation, 'expectations')),
})
export type ScenarioText = v.InferOutput<typeof scenarioSchema>
