import type { FaultRecord, Faults } from '../faults/public.ts'
import type { Input, Module } from '../module/public.ts'

/** Called with what was done to a module from outside its lines: `fault prompt-lost started`, `network down`. */
export type InterventionListener = (text: string) => void

/** Tells of faults that start and end, and of what changes around the module. The returned function ends it. */
export function watchInterventions(module: Module, faults: Faults | undefined, tell: InterventionListener): () => void {
  const names = new Map(module.state().lines.map(({ id, name }) => [id, name]))
  const unwatch = faults?.watch((what, { fault, values }) =>
    tell(`fault ${fault.name} ${what}${paramsText(what, values)}`),
  )
  const unobserve = module.observeSteps(({ input }) => {
    if (input.type === 'attach') names.set(input.line, input.name)
    const text = textOf(input, names)
    if (text !== undefined) tell(text)
  })
  return () => {
    unwatch?.()
    unobserve()
  }
}

function paramsText(what: 'started' | 'ended', values: Readonly<Record<string, unknown>>): string {
  const given = Object.entries(values).filter(([, value]) => value !== undefined)
  return what === 'started' && given.length > 0 ? ` ${JSON.stringify(Object.fromEntries(given))}` : ''
}

function textOf(input: Input, lines: ReadonlyMap<number, string>): string | undefined {
  switch (input.type) {
    case 'network':
      return `network ${input.coverage}`
    case 'radio':
      return `radio ${JSON.stringify(input.change)}`
    case 'power':
      return `power ${input.on ? 'on' : 'off'}`
    case 'sim':
      return `sim ${input.action}`
    case 'reset':
    case 'fresh':
      return input.type
    case 'host':
      return `host ${input.present ? 'at' : 'gone from'} ${lines.get(input.line) ?? input.line}`
    default:
      return undefined
  }
}

/** Of faults that came to nothing, a sentence each. */
export const idleFaults = (records: readonly FaultRecord[]): readonly string[] =>
  records.flatMap(({ name, at, startedMs, touched }) => {
    if (startedMs === undefined) return [`fault ${name} never started: ${at} did not come`]
    return touched ? [] : [`fault ${name} touched nothing`]
  })
