import { rowPrefix } from '../../at/commands/command.ts'
import { textOf } from '../../at/syntax/bytes.ts'
import { type FinalReply, ok, okWith } from '../core/reply.ts'
import { type StepContext, writableCellular } from '../core/step-context.ts'

/** Keeps values for the read form of a command, until a restart or `AT&F`. */
export function storeValues(ctx: StepContext, name: string, values: readonly string[]): FinalReply {
  const { settings } = ctx.cellular
  writableCellular(ctx).settings = { ...settings, stored: { ...settings.stored, [name]: values } }
  return ok
}

export const storedValuesOf = (ctx: StepContext, name: string): readonly string[] | undefined =>
  ctx.cellular.settings.stored[name]

const shown = (value: unknown): string => (value instanceof Uint8Array ? `"${textOf(value)}"` : String(value))

/** Handlers of a command that keeps its values and no more; `initial`: as it prints them, by parameter, in order. */
export function storingHandlers<K extends string>(name: string, initial: Readonly<Record<K, string>>) {
  const keys = Object.keys(initial) as K[]
  const first = keys.map((key) => initial[key])
  const valuesOf = (ctx: StepContext) => storedValuesOf(ctx, name) ?? first
  return {
    read: (ctx: StepContext) => okWith(`${rowPrefix(name)}${valuesOf(ctx).join(',').replace(/,+$/, '')}`),
    /** Values that are left out stay. */
    set: (ctx: StepContext, values: Readonly<Partial<Record<K, unknown>>>) =>
      storeValues(
        ctx,
        name,
        valuesOf(ctx).map((before, i) => (values[keys[i]!] === undefined ? before : shown(values[keys[i]!]))),
      ),
  }
}

/** The same where the bare command sets the first values. */
export const storingDefaults = <K extends string>(name: string, initial: Readonly<Record<K, string>>) => ({
  ...storingHandlers(name, initial),
  execute: (ctx: StepContext) => storeValues(ctx, name, Object.values<string>(initial)),
})
