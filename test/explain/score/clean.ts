import { bytesOf } from '../../../src/at/public.ts'
import { explain } from '../../../src/explain/explain.ts'
import { shapes } from '../shapes/shapes.ts'
import { recordSession } from './recorded-session.ts'

/** Sessions in which nothing goes wrong, in every shape, and what is told of them above a note. */
export const cleanLogs = (): readonly { readonly name: string; readonly told: readonly string[] }[] =>
  ['sim767x', 'a76xx', 'sim7600'].flatMap((profile) => {
    const events = recordSession({ profile })
    return Object.entries(shapes).map(([shape, write]) => {
      const { findings } = explain(bytesOf(write(events)))
      return {
        name: `${profile} ${shape}`,
        told: findings.filter(({ severity }) => severity !== 'note').map(({ id }) => id),
      }
    })
  })
