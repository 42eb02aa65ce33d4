import { rowPrefix } from '../../at/commands/command.ts'
import { textOf } from '../../at/syntax/bytes.ts'
import { type FinalReply, ok, okWith } from '../core/reply.ts'
import { type StepContext, writableCellular } from '../core/step-context.ts'

/** Keeps values for the read form of a command, until a restart or `AT&F`. */
export function keep(ctx: StepContext, name: string, values: readonly string[]): FinalReply {
  const { settings } = ctx.cellular
  writableCellular(ctx).settings = { ...settings, kept: { ...settings.kept, [name]: values } }
  return ok
}

export const keptOf = (ctx: StepContext, name: string): readonly string[] | undefined =>
  ctx.cellular.settings.kept[name]

const shown = (value: unknown): string => (value instanceof Uint8Array ? `"${textOf(value)}"` : String(value))

/** Handlers of a command that keeps its values and no more; `initial`: as it prints them, by parameter, in order. */
export function keeping<K extends string>(name: string, initial: Readonly<Record<K, string>>) {
  const keys = Object.keys(initial) as K[]
  const first = keys.map((key) => initial[key])
  const valuesOf = (ctx: StepContext) => keptOf(ctx, name) ?? first
  return {
    read: (ctx: StepContext) => okWith(`${rowPrefix(name)}${valuesOf(ctx).join(',').replace(/,+$/, '')}`),
    /** Values that are left out stay. */
    set: (ctx: StepContext, values: Readonly<Partial<Record<K, unknown>>>) =>
      keep(
        ctx,
        name,
        valuesOf(ctx).map((before, i) => (values[keys[i]!] === undefined ? before : shown(values[keys[i]!]))),
      ),
  }
}

/** The same where the bare command sets the first values. */
export const keepingDefaults = <K extends string>(name: string, initial: Readonly<Record<K, string>>) => ({
  ...keeping(name, initial),
  execute: (ctx: StepContext) => keep(ctx, name, Object.values<string>(initial)),
})
