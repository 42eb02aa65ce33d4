import { syntaxOf } from '../../at/commands/command.ts'
import { commandsOf } from '../../at/commands/commands-of.ts'
import type { Profile } from '../../at/profiles/profile.ts'
import { operations } from '../../control/public.ts'
import { catalogue } from '../../faults/public.ts'
import type { CommandHelp, FaultHelp, OperationHelp, ServerMessage } from '../protocol.ts'

/** What is in one message. */
const mostBytes = 50_000

/** Texts for who drives a module, and definitions for who types: messages of less than a frame. */
export const helpOf = (profile: Profile): readonly ServerMessage[] => [
  { operations: operationHelp },
  ...inPieces(faultHelp).map((faults) => ({ faults })),
  ...inPieces(commandHelp(profile)).map((commands) => ({ commands })),
]

const operationHelp: readonly OperationHelp[] = Object.entries(operations).map(([op, { title, fields }]) => ({
  op,
  title,
  fields: fields.map(({ name, allowed, optional, words }) => ({ name, allowed, optional, ...(words && { words }) })),
}))

const faultHelp: readonly FaultHelp[] = catalogue.map(({ name, title, group, lasts, params }) => ({
  name,
  title,
  group,
  lasts,
  params: Object.entries(params).map(([param, { range, preset, meaning }]) => ({
    name: param,
    range,
    ...(preset !== undefined && { preset }),
    meaning,
  })),
}))

const commandHelp = (profile: Profile): readonly CommandHelp[] =>
  Object.values(commandsOf(profile)).flatMap(({ absent, name, title, test, read, execute, write = {} }) => {
    if (absent) return []
    const present = Object.values(write).filter((form) => !form.absent)
    const forms = [
      ...(execute ? [`AT${name}`] : []),
      ...(read ? [`AT${name}?`] : []),
      ...present.map((form) => `AT${name}=${syntaxOf(form)}`),
      ...(test === undefined ? [] : [`AT${name}=?`]),
    ]
    return [{ name, title, forms }]
  })

function inPieces<T>(all: readonly T[]): readonly (readonly T[])[] {
  const pieces: T[][] = [[]]
  let bytes = 0
  for (const one of all) {
    const length = Buffer.byteLength(JSON.stringify(one))
    if (bytes + length > mostBytes) pieces.push([])
    bytes = bytes + length > mostBytes ? length : bytes + length
    pieces.at(-1)!.push(one)
  }
  return pieces
}
