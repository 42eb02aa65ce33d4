import { ClientError } from '../errors.ts'
import { oneOfTexts } from './checks.ts'

/** What is done about what the module can't: `throw` refuses it, `warn` goes on without it where a program can. */
export type UnsupportedPolicy = 'throw' | 'warn'

/** Leaves out what the module can't, and says so; or refuses it. */
export class Unsupported {
  readonly policy: UnsupportedPolicy
  readonly #warn: (warning: ClientError) => void
  #told5 = false

  constructor(policy: UnsupportedPolicy, warn: (warning: ClientError) => void) {
    this.policy = policy
    this.#warn = warn
  }

  /** `refusal`: what is wrong and what to do. `instead`: what is done in its place, and what that means. */
  leaveOut(refusal: string, instead: string): void {
    if (this.policy === 'throw') throw new ClientError('unsupported', refusal)
    this.#warn(new ClientError('unsupported', instead))
  }

  /** Fields of MQTT 5.0, which MQTT.js ignores at version 4. Told once for a client: programs set them in every call. */
  leaveOut5(given: object | null | undefined, names: readonly string[]): void {
    const values = (given ?? {}) as Readonly<Record<string, unknown>>
    const name = names.find((each) => values[each] !== undefined && values[each] !== null)
    if (name === undefined || this.#told5) return
    this.#told5 = this.policy === 'warn'
    this.leaveOut(
      `The module speaks MQTT 3.1.1 and 3.1: leave out ${name}, which is of 5.0.`,
      `The module speaks MQTT 3.1.1 and 3.1: ${name} and other fields of 5.0 are ignored, as MQTT.js ignores them at version 4. This is said once.`,
    )
  }

  /** Options that have no effect, whatever the policy. */
  tell(sentence: string): void {
    this.#warn(new ClientError('ignored', sentence))
  }
}

export function unsupportedOf(
  { unsupported = 'warn' }: { readonly unsupported?: UnsupportedPolicy },
  warn: (warning: ClientError) => void,
): Unsupported {
  return new Unsupported(oneOfTexts('unsupported', unsupported, ['throw', 'warn']), warn)
}
