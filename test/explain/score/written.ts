import { sessionOf } from '../session.ts'
import { shapes } from '../shapes/shapes.ts'
import { writtenCases } from './cases/cases.ts'
import { baseline, judged, judgeLog } from './judge.ts'
import type { Judged } from './tally.ts'

/** Every hand-written case in each of its shapes. */
export const judgedCases = (): readonly (Judged & { readonly shape: string })[] =>
  writtenCases.flatMap((written) =>
    written.shapes.map((shape) => {
      const log = shapes[shape]!(sessionOf(written.session))
      return {
        group: written.cause,
        shape,
        judgement: judgeLog(log, written),
        baseline: judged(baseline(log), written),
      }
    }),
  )
