import { believedAfter, unknownState } from '../explain/facts/believed-state.ts'
import type { BelievedClient, BelievedState, Fact } from '../explain/facts/fact.ts'
import { LineAssembler } from '../explain/lines/assembler.ts'
import { SessionTracker } from '../explain/session/tracker.ts'
import type { ClientState, DeviceState } from './device-state.ts'

/** What a line tells of the module behind it. */
export class InferredState {
  #believed: BelievedState = unknownState
  readonly #tracker = new SessionTracker({
    tell: (fact) => this.#know(fact),
    looksFor: () => false,
    copies: 1,
    hostCopies: 1,
  })
  readonly #lines = new LineAssembler((line) => this.#tracker.take(line))
  #row = 0
  #view: DeviceState = viewOf(unknownState, {})
  #seen: Readonly<Record<string, string>> = {}

  hear(side: 'host' | 'module', text: string, ms: number): void {
    this.#lines.feed({ side, text, ms, whole: false }, ++this.#row)
  }

  get view(): DeviceState {
    return this.#view
  }

  #know(fact: Fact): void {
    const believed = believedAfter(this.#believed, fact)
    const seen =
      fact.kind === 'value' && shownValues.has(fact.name)
        ? { ...this.#seen, [fact.name]: fact.values.join() }
        : this.#seen
    if (believed === this.#believed && seen === this.#seen) return
    this.#believed = believed
    this.#seen = seen
    this.#view = viewOf(believed, seen)
  }
}

const shownValues: ReadonlySet<string> = new Set(['+CSQ', '+CREG', '+CEREG', '+CPIN'])
const registrations: ReadonlySet<number> = new Set([0, 1, 2, 3, 5])

function viewOf({ service, clients }: BelievedState, seen: Readonly<Record<string, string>>): DeviceState {
  const signal = Number(seen['+CSQ']?.split(',')[0] ?? Number.NaN)
  const registration = lastNumber(seen['+CEREG'] ?? seen['+CREG'])
  const network = {
    ...(Number.isInteger(signal) && { signal }),
    ...(registrations.has(registration) && { registration: registration as 0 | 1 | 2 | 3 | 5 }),
  }
  return {
    inferred: true,
    ...(Object.keys(network).length > 0 && { network }),
    service,
    ...(service === 'started' && { clients: { 0: clientOf(clients[0]), 1: clientOf(clients[1]) } }),
  }
}

/** `<stat>` of `<n>,<stat>`, or of a URC. */
const lastNumber = (values: string | undefined): number => {
  const [first = '', second] = values?.split(',') ?? []
  return values === undefined ? Number.NaN : Number(second ?? first)
}

const clientOf = ({ state, topic, payload, pending }: BelievedClient): ClientState => ({
  kind: state,
  ...((topic || payload) && { staged: { ...(topic && { topic: '?' }), ...(payload && { payloadBytes: 0 }) } }),
  ...(pending && { pending: { command: '?' } }),
})
