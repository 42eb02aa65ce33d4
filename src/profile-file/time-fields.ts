import { z } from 'zod'
import type { MsRange, Profile } from '../at/public.ts'
import { type Group, type Leaf, other, span } from './leaf.ts'

const longest = 600_000
const time = (meaning: string): Leaf<MsRange> => span(0, longest, `${meaning}, ms`)
const end = z.int().min(0).max(longest)
const named = z.record(
  z.string().regex(/^(\+[A-Z\d]+|&?[A-Z])$/),
  z.tuple([end, end]).refine(([from, to]) => from <= to),
)

/** How long commands take while timing is real. */
export const timeFields: Group<Profile['responseTimes']> = {
  prompt: time('until `>`'),
  quick: time('`?` and `=?` forms, `AT` alone, and lines that are no command'),
  other: time('the final result of every other form'),
  storage: time('commands that write to flash'),
  network: time('commands that wait for the network'),
  radio: time('commands that switch the radio'),
  commands: other(
    named,
    'the same for single commands, by name',
    `an object such as {"+CSQ":[5,40]}: names in capitals, two whole numbers from 0 to ${longest}, the smaller one first`,
  ) as Leaf<Profile['responseTimes']['commands']>,
}
