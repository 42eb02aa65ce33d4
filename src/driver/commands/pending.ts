import type { Command } from '../../at/commands/command.ts'
import type { Result } from '../protocol/answer.ts'

/** Which clients have results to come, so that nothing is sent that the module would refuse as busy (14). */
export class Pending {
  readonly #changed: () => void
  readonly #running = { operation: [0, 0], connect: [0, 0] }

  constructor(changed: () => void) {
    this.#changed = changed
  }

  allows({ refusedWhile }: Command, clientIndex: 0 | 1 | undefined): boolean {
    return refusedWhile === undefined || clientIndex === undefined || this.#running[refusedWhile][clientIndex] === 0
  }

  until({ refusedWhile, needs }: Command, clientIndex: 0 | 1 | undefined, result: Promise<Result>): void {
    const kind = refusedWhile ?? (needs === 'client' ? 'connect' : undefined)
    if (kind === undefined || clientIndex === undefined) return
    const running = this.#running[kind]
    running[clientIndex]!++
    void result.then(() => {
      running[clientIndex]!--
      this.#changed()
    })
  }
}
