import type { Exchange, Fact } from '../facts/fact.ts'

/** Times of a log may be a little out of order. */
const backMs = 1000

/** Knows whether a start of the module was asked for. */
export class StartWatch {
  #asked = true
  #lastMs: number | undefined
  #isFirst = true
  /** Of what was heard last. */
  #heardMs: number | undefined

  hear(fact: Fact): void {
    this.#heardMs = fact.ms ?? this.#heardMs
    // A module that answered was on: what starts it afterwards was not its first start.
    if (fact.kind === 'exchange' && fact.ending === 'ok' && this.#isFirst) {
      this.#isFirst = false
      this.#asked = false
    }
    if (fact.kind === 'exchange' && restarts(fact)) this.#asked = true
    if (fact.kind === 'hostBoot') this.#asked = true
    if (
      fact.kind === 'print' &&
      /power.?(?:on|key|up|cycle)|pwr.?key|re(?:start|set|boot)ing|restart modem|modem reset/i.test(fact.text)
    )
      this.#asked = true
    if (fact.kind !== 'boot' || !fact.first) return
    this.#asked = false
    this.#lastMs = fact.ms
  }

  /** Of a start that is heard now. The first one of a log was asked for. */
  since(ms: number | undefined): { readonly asked: boolean; readonly sinceMs?: number } {
    const sinceMs = ms !== undefined && this.#lastMs !== undefined ? ms - this.#lastMs : undefined
    // A clock that goes back: the log was put together of two.
    const isAnother = ms !== undefined && ms < (this.#heardMs ?? 0) - backMs
    return { asked: this.#asked || isAnother, ...(sinceMs !== undefined && sinceMs >= 0 && { sinceMs }) }
  }
}

function restarts({ name, args }: Exchange): boolean {
  if (name === '+CFUN') return args[0] === '6' || args[1] === '1'
  return name === '+CRESET' || name === '+CPOF' || name === '+CPOWD' || name === '+CRESTART' || name === '+REBOOT'
}
