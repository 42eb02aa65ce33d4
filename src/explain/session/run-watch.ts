import type { Fact } from '../facts/fact.ts'

/** In a trace: another host, or a module of which nothing is left. */
export const beginsRun = /^(?:host at .+|fresh)$/

/**
 * Knows where a log begins anew: another host, a host that has itself started again, or a module that is started again
 * behind a session that worked and was ended in order. What goes well behind that takes nothing back of what went wrong
 * before. A host that recovers goes on with its run.
 */
export class RunWatch {
  #worked = false
  #ended = false
  #begun = false

  /** Whether a run begins with this fact. */
  hear(fact: Fact): boolean {
    const begins = this.#begun && this.#begins(fact)
    if (begins) {
      this.#worked = false
      this.#ended = false
    }
    this.#note(fact)
    return begins
  }

  #note(fact: Fact): void {
    if (fact.kind === 'exchange') this.#begun = true
    if (fact.kind !== 'result' || fact.code !== 0) return
    if (fact.name === '+CMQTTCONNECT') this.#worked = true
    if (fact.name === '+CMQTTSTOP') this.#ended = true
  }

  #begins(fact: Fact): boolean {
    if (fact.kind === 'print') return beginsRun.test(fact.text)
    if (fact.kind === 'hostBoot') return true
    const starts = fact.kind === 'exchange' ? fact.name === '+CMQTTSTART' : fact.kind === 'boot' && fact.asked
    return starts && this.#worked && this.#ended
  }
}
