import * as v from 'valibot'
import { action } from './action-schema.ts'
import { duration, flag, listOf, object, oneOf, period, qos, share, text, whole } from './leaves.ts'
import { storm } from './storm-schema.ts'

const reconnect = v.union(
  [
    oneOf(['driver', 'none', 'never']),
    object({ fixed: period, jitter: v.optional(duration) }),
    object({ first: period, longest: period }),
  ],
  'give driver, none, never, {fixed: 5s} or {first: 1s, longest: 60s}',
)

const tls = object({
  ca: v.optional(text),
  authority: v.optional(text),
  cert: v.optional(text),
  key: v.optional(text),
  resume: v.optional(flag),
  version: v.optional(oneOf(['1.2', '1.2-1.3'])),
})

const group = object({
  name: text,
  count: whole(1, 1_000_000),
  profile: v.optional(text),
  host: v.optional(oneOf(['lean', 'driver', 'transcript'])),
  transcript: v.optional(text),
  place: v.optional(
    v.union([text, v.record(text, share)], 'give a place, or places with shares such as {north: 50%, south: 50%}'),
  ),
  clientId: v.optional(text),
  keepAlive: v.optional(period),
  clean: v.optional(flag),
  username: v.optional(text),
  password: v.optional(text),
  will: v.optional(object({ topic: text, payload: v.optional(text), qos: v.optional(qos) })),
  tls: v.optional(tls),
  reconnect: v.optional(reconnect),
})
export type GroupText = v.InferOutput<typeof group>

const phase = object({
  name: text,
  duration: period,
  do: v.optional(listOf(action, 'actions')),
  storm: v.optional(listOf(storm, 'storms')),
})

const expectation = v.union(
  [text, object({ name: text, that: text })],
  'give a text such as "recovery.t95 < 60s", or {name: …, that: "recovery.t95 < 60s"}',
)
export type ExpectationText = v.InferOutput<typeof expectation>

/** What a file may have, before names are looked up. */
export const scenarioSchema = object({
  name: v.optional(text),
  seed: v.optional(whole(0, 4_294_967_295)),
  broker: v.optional(text),
  timing: v.optional(oneOf(['instant', 'real'])),
  sources: v.optional(listOf(text, 'addresses of this machine')),
  groups: listOf(group, 'groups'),
  phases: listOf(phase, 'phases'),
  expect: v.optional(listOf(expectation, 'expectations')),
})
export type ScenarioText = v.InferOutput<typeof scenarioSchema>
