import * as v from 'valibot'
import { deepestJson, isJsonObject, type JsonFlaw, jsonFlawOf } from '../at/syntax/foreign-json.ts'
import { jsonObject, objectOf, problemOf } from '../faults/fields.ts'
import { whole } from '../faults/params.ts'
import { FaultError, type Faults } from '../faults/public.ts'
import type { LossOptions, Module, RadioChange } from '../module/public.ts'
import { viewState } from './state-view.ts'

/** What a control connection can do. */
export interface OperationContext {
  readonly module: Module
  /** Undefined: faults can not be injected. */
  readonly faults?: Faults | undefined
  /** Restores everything, also what is around the module. */
  fresh(): void
  /** Starts sending events on this connection. */
  streamEvents(): void
}

/** An error is one sentence: what was wrong and what to do. */
export type ControlReply =
  | { readonly ok: true; readonly [field: string]: unknown }
  | { readonly ok: false; readonly error: string }

type Result = Readonly<Record<string, unknown>>

/** One operation: what it does with the fields of its request beside `op`. */
export interface ControlOperation {
  perform(context: OperationContext, request: Readonly<Record<string, unknown>>): ControlReply
}

type Values<F extends v.ObjectEntries> = v.InferOutput<v.StrictObjectSchema<F, undefined>>

function operation<F extends v.ObjectEntries>(
  fields: F,
  run: (context: OperationContext, request: Values<F>) => Result,
): ControlOperation {
  const schema = objectOf(fields)
  return {
    perform(context, request) {
      const parsed = v.safeParse(schema, request)
      if (!parsed.success) return refusal(sentence(parsed.issues[0], fields, request))
      return refusing(() => run(context, parsed.output))
    },
  }
}

const nothing: Result = {}

/** What a fault can't do is a refusal. */
function refusing(run: () => Result): ControlReply {
  try {
    return { ok: true, ...run() }
  } catch (error) {
    if (error instanceof FaultError) return refusal(error.message)
    throw error
  }
}

function faultsOf({ faults }: OperationContext): Faults {
  if (!faults) throw new FaultError('This module was started without faults: give its control the faults.')
  return faults
}

const span = v.optional(v.pipe(whole(1, 2_147_483_647), v.description('a whole number, 1–2147483647')))

const lossFields = {
  announce: v.optional(v.pipe(v.boolean(), v.description('true or false'))),
}

/** Servers are told of lost connections only when that was asked for. */
const lossOptions = ({ announce = false }: Values<typeof lossFields>): LossOptions => ({ announce })

const radioFields = {
  ...lossFields,
  signal: v.optional(v.pipe(v.union([whole(0, 31), v.literal(99)]), v.description('0–31, or 99 for unknown'))),
  admits: v.optional(v.pipe(v.picklist(['home', 'roaming', 'denied']), v.description('"home", "roaming" or "denied"'))),
  refusedApns: v.optional(v.pipe(v.array(v.string()), v.description('a list of APNs'))),
  zone: v.optional(v.pipe(whole(-96, 96), v.description('quarters of an hour, -96 to 96'))),
}

/** What was given; names of APNs count in any case. */
function radioChange({ signal, admits, refusedApns, zone }: Values<typeof radioFields>): RadioChange {
  return {
    ...(signal !== undefined && { signal }),
    ...(admits !== undefined && { admits }),
    ...(refusedApns !== undefined && { refusedApns: refusedApns.map((apn) => apn.toLowerCase()) }),
    ...(zone !== undefined && { zone }),
  }
}

/** Every operation by its name: the module's own functions, reachable from any language. */
export const operations: Readonly<Record<string, ControlOperation>> = {
  state: operation({}, ({ module }) => ({ state: viewState(module.state()) })),
  reset: operation(lossFields, ({ module }, request) => {
    module.reset(lossOptions(request))
    return nothing
  }),
  fresh: operation({}, (context) => {
    context.fresh()
    return nothing
  }),
  urc: operation(
    {
      text: v.pipe(
        v.string(),
        v.minLength(1),
        v.maxLength(1000),
        v.regex(/^[^\x00-\x1f\x7f-\x9f]*$/),
        v.description('a string of 1–1000 characters without control characters such as CR and LF'),
      ),
    },
    ({ module }, { text }) => {
      module.urc(text)
      return nothing
    },
  ),
  network: operation(
    { state: v.pipe(v.picklist(['down', 'up', 'silent']), v.description('"down", "up" or "silent"')), ...lossFields },
    ({ module }, { state, ...request }) => {
      module.network(state, lossOptions(request))
      return nothing
    },
  ),
  power: operation(
    { state: v.pipe(v.picklist(['on', 'off']), v.description('"on" or "off"')), ...lossFields },
    ({ module }, { state, ...request }) => {
      module.power(state === 'on', lossOptions(request))
      return nothing
    },
  ),
  sim: operation(
    {
      state: v.pipe(
        v.picklist(['insert', 'remove', 'busy', 'idle']),
        v.description('"insert", "remove", "busy" or "idle"'),
      ),
      ...lossFields,
    },
    ({ module }, { state, ...request }) => {
      module.sim(state, lossOptions(request))
      return nothing
    },
  ),
  radio: operation(radioFields, ({ module }, change) => {
    module.radio(radioChange(change), lossOptions(change))
    return nothing
  }),
  fault: operation(
    {
      name: v.pipe(v.string(), v.description('the name of a fault, such as "socket-reset"')),
      params: v.optional(v.pipe(jsonObject, v.description('a JSON object, such as {"afterMs":1000}'))),
      forMs: span,
      forCommands: span,
    },
    (context, { name, params, forMs, forCommands }) => ({
      id: faultsOf(context).start(name, params, { forMs, forCommands }),
    }),
  ),
  endFault: operation(
    {
      fault: v.pipe(
        v.union([v.string(), v.pipe(v.number(), v.finite())]),
        v.description('the name of a fault, its number, or "all"'),
      ),
    },
    (context, { fault }) => ({ ended: endFaults(faultsOf(context), fault) }),
  ),
  faults: operation({}, (context) => {
    const faults = faultsOf(context)
    return { seed: faults.seed, faults: faults.active() }
  }),
  events: operation({}, (context) => {
    context.streamEvents()
    return nothing
  }),
}

function endFaults(faults: Faults, which: string | number): number {
  const { length } = faults.active()
  if (which !== 'all') return faults.stop(which)
  faults.stopAll()
  return length
}

/** Of a line that is no JSON object. */
export const noRequest = 'This line is no JSON object: send one a line, such as {"op":"state"}.'

/** Does what one line of JSON asks for. Never throws on a bad one. */
export function perform(context: OperationContext, line: string): ControlReply {
  const given = parseJson(line)
  const flaw = jsonFlawOf(given)
  if (flaw) return refusal(flawSentence(flaw))
  if (!isJsonObject(given)) return refusal(noRequest)
  const { op, ...fields } = given
  if (op === undefined) return refusal(`"op" is missing: it must be ${allowedOps()}.`)
  const known = typeof op === 'string' && Object.hasOwn(operations, op) ? operations[op] : undefined
  if (!known) return refusal(`"op" is ${shorten(op)}: it must be ${allowedOps()}.`)
  return known.perform(context, fields)
}

const refusal = (error: string): ControlReply => ({ ok: false, error })

/** The object on a line of JSON; nothing if there is none. */
export function parseRequest(line: string): Readonly<Record<string, unknown>> | undefined {
  const given = parseJson(line)
  return !jsonFlawOf(given) && isJsonObject(given) ? given : undefined
}

function flawSentence(flaw: JsonFlaw): string {
  if (flaw.kind === 'deep') return `This line is nested deeper than ${deepestJson} levels: no operation takes that.`
  return `"${flaw.path.join('.')}" is no field of this operation: leave it out.`
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

function allowedOps(): string {
  const names = Object.keys(operations).map((name) => `"${name}"`)
  return `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`
}

function sentence(issue: v.BaseIssue<unknown>, fields: v.ObjectEntries, request: Result): string {
  const { name, allowed } = problemOf(issue, fields)!
  if (allowed === undefined) return `"${name}" is no field of this operation: leave it out.`
  if (request[name] === undefined) return `"${name}" is missing: it must be ${allowed}.`
  return `"${name}" is ${shorten(request[name])}: it must be ${allowed}.`
}

function shorten(value: unknown): string {
  const text = JSON.stringify(value)
  return text.length <= 60 ? text : `${text.slice(0, 60)}…`
}
