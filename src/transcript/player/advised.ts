import { type Adviser, causeText, type NewAdviser } from '../../at/adviser.ts'
import { textOf } from '../../at/syntax/bytes.ts'
import type { Clock } from '../../io/runtime/runtime.ts'
import { heard } from '../../io/wrappers/heard.ts'
import type { Target } from './run.ts'

/** A module whose line an adviser hears, a new one each time that it is opened. */
export interface AdvisedTarget {
  readonly target: Target
  /** Errors and warnings since it was opened last, each as one line. */
  advice(): readonly string[]
}

export function advisedTarget(target: Target, clock: Clock, newAdviser: NewAdviser): AdvisedTarget {
  let adviser: Adviser | undefined
  return {
    target: {
      ...target,
      async open(transcript) {
        const opened = await target.open(transcript)
        const { stream, fault, peer } = opened
        const own = newAdviser(stream.address)
        adviser = own
        const hear = (side: 'own' | 'peer', bytes: Uint8Array) =>
          own.hear(side === 'own' ? 'host' : 'module', textOf(bytes), clock.now())
        return {
          stream: heard(stream, hear),
          ...(fault && { fault }),
          ...(peer && { peer }),
          close: () => opened.close(),
        }
      },
    },
    advice: () => (adviser?.report().findings ?? []).filter(({ severity }) => severity !== 'note').map(causeText),
  }
}
