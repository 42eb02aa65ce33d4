import type { Difference } from '../transcript/language/transcript-error.ts'

/** The module does not answer any more. */
export class SilentModule extends Error {
  override readonly name = 'SilentModule'
  readonly code = 'silent'
  readonly difference: Difference

  constructor(asked: string, afterMs: number) {
    super(`The module does not answer ${asked} for ${Math.round(afterMs / 1000)} s: look at its power and its line.`)
    const rows = [{ state: 'differs', expected: 'OK', got: '' }] as const
    this.difference = { expected: 'OK', got: '', lastSent: `${asked}\\r`, reason: this.message, rows }
  }
}
